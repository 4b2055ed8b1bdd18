"""A step of training is whole or not at all, also when the user interrupts."""

import signal
import threading
from contextlib import contextmanager


class Guard:
    """As a block: a Ctrl-C, or an interrupt of the kernel, waits until the end of it.

    Only the main thread gets them. To change the handler of a signal takes longer than a small
    step, so that it is changed once for many blocks: see `guarding`.
    """

    def __init__(self, before):
        self.before, self._inside, self._asked = before, False, None

    def __call__(self, *arguments):
        """Be the handler: at once outside of a block, at its end inside."""
        if self._inside:
            self._asked = arguments
        else:
            self.before(*arguments)

    def __enter__(self):
        self._inside = True

    def __exit__(self, *error):
        self._inside = False
        if self._asked is not None:
            asked, self._asked = self._asked, None
            self.before(*asked)


@contextmanager
def guarding():
    """The handler of interrupts is a `Guard` for the time of the block, which gets it."""
    before = signal.getsignal(signal.SIGINT)
    guard = Guard(before)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield guard
        return
    signal.signal(signal.SIGINT, guard)
    try:
        yield guard
    finally:
        if signal.getsignal(signal.SIGINT) is guard:  # else somebody has taken over meanwhile
            signal.signal(signal.SIGINT, before)
