"""Hands Jupyter a kernel in a box; Jupyter finds it as the provisioner ``convviz-sandbox``."""

import psutil
from jupyter_client.provisioning import KernelProvisionerBase, LocalProvisioner
from traitlets import Any

from convviz.grading.sandbox import landlock, levels, start, watch

NAME = "convviz-sandbox"


class SandboxProvisioner(LocalProvisioner):
    """A local kernel in a `Box`, talked to as the connection file in the box's folder says.

    Attributes
    ----------
    box : Box
        Used for this kernel only.
    started : subprocess.Popen or None
        The kernel's process, where `start.start` was called already.
    """

    box = Any()
    started = Any(None, allow_none=True)
    _others = frozenset()

    async def pre_launch(self, **kwargs):
        """Start the process, if it is not there yet, and read how to talk to it."""
        if self.box.level == levels.LANDLOCK:
            landlock.adopt()
        self.process = self.started or start.start(self.box)
        # what else this process had started is not the kernel's
        others = {process.pid for process in psutil.Process().children()}
        self._others = others - {self.process.pid}
        self.parent.load_connection_file(str(start.connection_file(self.box)))
        self.connection_info = self.parent.get_connection_info()
        # the local provisioner's own way would write the file anew, while the kernel reads it
        return await KernelProvisionerBase.pre_launch(self, cmd=[], **kwargs)

    async def launch_kernel(self, cmd, **kwargs):
        """Say whose process it is; it runs already."""
        self.pid = self.pgid = self.process.pid
        self.cwd = self.box.home
        return self.connection_info

    async def kill(self, restart=False):
        """Kill the kernel and whatever it has left running."""
        await super().kill(restart=restart)
        self.end()

    def end(self):
        """Kill all that runs in the box; safe from any thread.

        The end of bubblewrap is that of everything in it. Where there is only Landlock, what a
        kernel leaves behind becomes a child of this process.
        """
        for process in psutil.Process().children():
            if process.pid not in self._others:
                watch.kill(process.pid)
