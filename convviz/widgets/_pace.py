"""A run of training at a reader's pace: so many steps a second, and a look now and then."""

import contextlib
import threading
import time

from convviz.widgets import _training_data as _data

# seconds from one look to the next: the eye sees it move, and the training keeps its processors
_EVERY = 1 / 10.5


class Paced:
    """Start, pause, one step, begin again, close; for a class with `training`, `_begin`, `_show`.

    Two threads: the training's own, and one that watches it, allows steps, and shows what has
    changed. Both end with the training, or by `close`.
    """

    #: how many steps the training has
    _last = 0
    _wanted, _closed, _speed = False, False, None
    _watcher, _end, _allowed, training = None, None, 0, None

    @property
    def running(self):
        """Whether it is training."""
        return self._wanted

    @property
    def speed(self):
        """Steps a second; None for as many as there is time for."""
        return self._speed

    @speed.setter
    def speed(self, value):
        self._speed = _data.pace(value)
        with self._lock:
            self.training.pause()  # the watcher lets it go on, at the new pace
        self._show()

    def start(self):
        """Train in the background until `pause`, the last epoch or `close`; return this view.

        After the last epoch, and after an error, it begins again.
        """
        with self._lock:
            self._check_open()
            if self._ended():
                self.restart()
            self._wanted = True
            self._go_on()
        return self

    def pause(self):
        """Stop before the next step."""
        with self._lock:
            self._wanted = False
            self.training.pause()
        self._show()

    def step(self):
        """Do one step, then pause."""
        with self._lock:
            self._check_open()
            self._wanted = False
            self.training.pause()
            self._go_on()
            self.training.step()

    def restart(self):
        """Stand at step 0 again, paused, with the first weights and the learning rate of now."""
        with self._lock:
            self._check_open()
            self._stop()
            self._net.load_state_dict(self._before)
            self._begin()
        self._show()

    def wait(self, timeout=None):
        """Wait until it has ended; raise the error that ended it, if there was one."""
        self.training.wait(timeout)

    def close(self):
        """End the training and its threads; what was learned stays in the network."""
        with self._lock:
            if not self._closed and self.training is not None:
                self._stop()
            self._closed = True
        super().close()

    def _check_open(self):
        if self._closed:
            raise RuntimeError("this view is closed: make another")

    def _ended(self):
        return len(self.training.history) >= self._last or self.training.failure is not None

    def _go_on(self):
        """See that both threads are there; training waits for what it is allowed."""
        self._allowed = 0
        if not self.training.running and not self._ended():
            self.training.pause()
            self.training.start()
        if self._watcher is None or not self._watcher.is_alive():
            self._end = threading.Event()
            watched = self.training, self._end
            self._watcher = threading.Thread(
                target=self._watch, args=watched, name="convviz-view", daemon=True
            )
            self._watcher.start()

    def _stop(self):
        self._wanted = False
        if self._end is not None:
            self._end.set()
        with contextlib.suppress(Exception):  # told before, in its place
            self.training.stop()
        if self._watcher is not None and self._watcher is not threading.current_thread():
            self._watcher.join()

    def _watch(self, training, end):
        """Allow steps and show what has changed, until the training or the view has ended."""
        due, rest, shown = time.monotonic(), 0.0, None
        while not end.is_set():
            running = training.running
            rest = self._allow(training, rest)
            now = len(training.history), self._wanted, running
            if now != shown:
                self._wanted = self._wanted and running
                self._show()
                shown = now
            if not running:
                return
            due = max(due + _EVERY, time.monotonic())
            end.wait(due - time.monotonic())

    def _allow(self, training, rest):
        """Let as many steps be done as the speed asks for; return the rest, less than one."""
        # who holds the lock may wait for this thread to end
        if not self._lock.acquire(blocking=False):
            return rest
        try:
            if not self._wanted:
                return 0.0
            if self._speed is None:
                training.resume()
                return 0.0
            if len(training.history) < self._allowed:  # it does not get on that fast
                return rest
            rest += self._speed * _EVERY
            self._allowed = len(training.history) + int(rest)
            for _ in range(int(rest)):
                training.step()
            return rest % 1
        finally:
            self._lock.release()
