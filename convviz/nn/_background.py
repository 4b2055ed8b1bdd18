"""A run that goes on beside what the user does: start, pause, one step, stop."""

import threading


class Background:
    """What makes an iterator run in a thread of its own.

    Between two steps the thread asks whether it is to go on, so that a pause always falls between
    steps, and nothing is half done.
    """

    def __init__(self):
        self._thread, self._failure = None, None
        self._state = threading.Condition()
        self._paused, self._stopped, self._allowed = False, False, 0

    def __next__(self):
        raise NotImplementedError

    def _end(self):
        """What is to be done when no more steps come."""

    def start(self):
        """Run to the end in the background; return this run."""
        if self.running:
            raise RuntimeError("it runs already: pause() or stop() it, or make another")
        self._stopped, self._failure = False, None
        self._thread = threading.Thread(target=self._go, name="convviz-training", daemon=True)
        self._thread.start()
        return self

    @property
    def running(self):
        """Whether the background is at work, or waits in a pause."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def paused(self):
        return self._paused

    @property
    def failure(self):
        """The error that ended the run in the background, or None."""
        return self._failure

    def pause(self):
        """Stop before the next step, until `resume` or `step`."""
        with self._state:
            self._paused, self._allowed = True, 0

    def resume(self):
        """Go on after a pause."""
        with self._state:
            self._paused, self._allowed = False, 0
            self._state.notify_all()

    def step(self):
        """Do one step in the background, then pause."""
        with self._state:
            self._paused = True
            self._allowed += 1
            self._state.notify_all()

    def stop(self, timeout=None):
        """End after the running step, and wait for that; what was learned stays."""
        with self._state:
            self._stopped = True
            self._state.notify_all()
        self.wait(timeout)

    def wait(self, timeout=None):
        """Wait until the background has ended; raise the error that ended it, if there was one."""
        if self._thread is not None:
            self._thread.join(timeout)
        if self._failure is not None:
            raise self._failure

    def _go(self):
        try:
            while self._may_go_on():
                next(self)
        except StopIteration:
            pass
        except Exception as error:  # told by wait() and failure: a thread has nobody to tell
            self._failure = error
        finally:
            self._end()

    def _may_go_on(self):
        with self._state:
            self._state.wait_for(lambda: self._stopped or not self._paused or self._allowed)
            self._allowed = max(0, self._allowed - 1)
            return not self._stopped
