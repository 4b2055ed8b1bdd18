"""A step of training is whole or not at all, also when the user interrupts."""

import signal
import threading
from contextlib import contextmanager


@contextmanager
def uninterrupted():
    """Put off a Ctrl-C, or an interrupt of the kernel, until the end of the block.

    Only the main thread gets them; elsewhere nothing is to be done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before, asked = signal.getsignal(signal.SIGINT), []
    if not callable(before):
        yield
        return
    signal.signal(signal.SIGINT, lambda *arguments: asked.append(arguments))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if asked:
            before(*asked[0])
