"""nbval's kernel with limits: on time, on output, and on waiting for one that is gone."""

import collections
import contextlib
import time
from queue import Empty

import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from nbval.kernel import RunningKernel

from convviz.grading import messages
from convviz.grading.sandbox import provisioner, start, watch

# A time limit is one of the processor's time, so that a busy machine costs nobody a point. On the
# wall a cell has so many times as long: for what waits, and for what the machine does meanwhile.
_WALL = 4
# Seconds on the wall that a kernel has to come to rest after an interrupt before it is killed.
GRACE_SECONDS = 4.0
# How long a kernel has until it answers.
_START_SECONDS = 20.0
MAX_OUTPUT_BYTES = 20_000_000
_ENVELOPE_BYTES = 500
# A single message beyond it is not even taken in: ZeroMQ ends the connection instead.
_MAX_MESSAGE_BYTES = MAX_OUTPUT_BYTES + 1_000_000
# How long after its connection a kernel that has exited is seen to be gone.
_LEAVING_SECONDS = 0.5
_POLL_SECONDS = 0.02
_LIVENESS_SECONDS = 0.25


class Stopped(Exception):
    """The kernel cannot go on; the text says why in a few words, for the feedback."""


class GradingKernel(RunningKernel):
    """A kernel that every wait on it survives.

    nbval waits for the reply first and reads the outputs afterwards. Here outputs are read all
    the while, so that a flood of them is seen, counted and stopped.

    Parameters
    ----------
    box : sandbox.Box
        Where it runs.
    started : subprocess.Popen, optional
        Its process, when `sandbox.start` was called already.
    """

    def __init__(self, box, started=None):
        self._pending = collections.deque()
        self._seconds = self._interrupt_at = self._kill_at = float("inf")
        self._look_at = 0.0  # looks are not for each cell: one takes as long as a small cell
        self._used = None  # the processor's time at the first look at this cell
        self._bytes = 0
        self._box = box
        self.km = KernelManager(kernel_spec_manager=_OneKernel(box, started))
        self.km.start_kernel()
        self.kc = self.km.client()
        self.kc.context.setsockopt(zmq.MAXMSGSIZE, _MAX_MESSAGE_BYTES)
        self._broken = None
        try:
            self._wait_for_sockets()
            self.kc.start_channels(stdin=False, hb=False)  # nobody is asked, `_check` looks itself
            self._ensure_iopub_up()
            socket = self.kc.iopub_channel.socket
            self._broken = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        except BaseException:
            self.kill()
            raise

    def begin(self, seconds):
        """Start the clocks and the byte count of one cell."""
        self._seconds, self._used = seconds, None
        self._interrupt_at = time.monotonic() + _WALL * seconds
        self._kill_at = self._interrupt_at + GRACE_SECONDS
        self._bytes = 0

    def await_reply(self, msg_id, timeout=None):
        """Wait for the reply to a cell; raises Empty, as nbval expects, at its time limit."""
        while True:
            self._check()
            self._drain()
            now = time.monotonic()
            if now > self._interrupt_at:
                self._kill_at = min(self._kill_at, now + GRACE_SECONDS)
                raise Empty
            with contextlib.suppress(Empty):
                if self._next("shell")["parent_header"].get("msg_id") == msg_id:
                    return

    def get_message(self, stream, timeout=None):
        """Next message of a channel; raises Empty after `timeout`, Stopped when all is over."""
        end = time.monotonic() + (timeout if timeout is not None else float("inf"))
        while True:
            if stream == "iopub" and self._pending:
                return self._pending.popleft()
            self._check()
            with contextlib.suppress(Empty):
                if stream != "iopub":
                    return self._next("shell")
                self._keep(self._next("iopub"))
                continue
            if time.monotonic() > end:
                raise Empty

    def is_alive(self):
        """Does its process run? This is asked twice a cell; Jupyter runs an event loop for it."""
        process = getattr(self._provisioner(), "process", None)
        return process is not None and process.poll() is None

    def signal_kill(self):
        """Kill the kernel and what it started in its process group; safe from any thread."""
        provisioner = self._provisioner()
        if getattr(provisioner, "process", None) is not None:
            provisioner.end()

    def kill(self):
        """Kill the kernel and forget its channels."""
        if hasattr(self, "km"):
            self.signal_kill()
            self.stop()

    def _provisioner(self):
        return getattr(getattr(self, "km", None), "provisioner", None)

    def _wait_for_sockets(self):
        """Wait until there is something to connect to: ZeroMQ tries again only after 0.1 s."""
        end = time.monotonic() + _WALL * _START_SECONDS
        while not all(path.exists() for path in start.sockets(self._box)):
            if time.monotonic() > end or not self.is_alive():
                raise RuntimeError("the kernel does not listen")
            time.sleep(_POLL_SECONDS / 4)

    def _ensure_iopub_up(self):
        """Wait until the kernel answers on both channels.

        Jupyter's client and nbval wait a fifth of a second longer, to see that nothing more comes.
        """
        self.begin(_START_SECONDS)
        while True:
            message = self.kc.kernel_info()
            try:
                self.await_reply(message)
            except Empty:
                raise RuntimeError("the kernel does not answer") from None
            with contextlib.suppress(Empty):  # who subscribes late misses a message
                self.await_idle(message, 5 * _POLL_SECONDS)
                return

    def _drain(self):
        """Take in the outputs that have arrived."""
        with contextlib.suppress(Empty):
            while True:
                self._keep(self._next("iopub", 0))
                self._check()

    def _next(self, channel, seconds=_POLL_SECONDS):
        """Next message of a channel; raises Empty, or Stopped when it is none."""
        # the client's own methods run an event loop for each message
        source = self.kc.shell_channel if channel == "shell" else self.kc.iopub_channel
        try:
            return messages.checked(source.get_msg(timeout=seconds))
        except Empty:
            raise
        except Exception:  # no signature, no JSON, no header, or not the form of its kind
            raise Stopped("messages that cannot be read") from None

    def _keep(self, message):
        self._bytes += _ENVELOPE_BYTES + messages.size(message)
        if self._bytes > MAX_OUTPUT_BYTES:
            self._pending.clear()
            raise Stopped("output limit")
        self._pending.append(message)

    def _check(self):
        now = time.monotonic()
        if now > self._kill_at:
            raise Stopped("time limit")
        if now > self._look_at:
            self._look_at = now + _LIVENESS_SECONDS
            if not self.is_alive():
                raise Stopped("kernel exited")
            if self._broken is not None and self._broken.poll(0):
                self._told_why()
            used, excess = watch.look(self.km.provisioner.pid, self._box)
            if excess:
                raise Stopped(excess)
            if self._used is None:
                self._used = used
            if used - self._used > self._seconds:
                self._interrupt_at = min(now, self._interrupt_at)

    def _told_why(self):
        """The connection has ended: the kernel has exited, or said too much at once."""
        end = time.monotonic() + _LEAVING_SECONDS
        while time.monotonic() < end:
            if not self.is_alive():
                raise Stopped("kernel exited")
            time.sleep(_POLL_SECONDS)
        self._pending.clear()
        raise Stopped("output limit")


class _OneKernel(KernelSpecManager):
    """Knows one kernel: this Python's, in a box. What a submission asks for is not looked at."""

    def __init__(self, box, started):
        super().__init__()
        self._config = {"box": box, "started": started}

    def get_kernel_spec(self, kernel_name):
        """The same, whatever the name."""
        by = {"provisioner_name": provisioner.NAME, "config": self._config}
        # a signal would end bubblewrap; a message makes the kernel interrupt itself
        changes = {"metadata": {"kernel_provisioner": by}, "interrupt_mode": "message"}
        return KernelSpec(**get_kernel_dict() | changes)
