"""Starts Jupyter kernels in a box; Jupyter finds it as the provisioner ``convviz-sandbox``."""

import os

import psutil
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Any

from convviz.grading.sandbox import landlock, levels, watch

NAME = "convviz-sandbox"


class SandboxProvisioner(LocalProvisioner):
    """A local kernel in a `Box`, talked to through sockets in the box's folder.

    Attributes
    ----------
    box : Box
        Prepared, and used for this kernel only.
    """

    box = Any()
    _others = frozenset()

    async def pre_launch(self, **kwargs):
        """Write the connection file and wrap the command."""
        kwargs = await super().pre_launch(**kwargs)
        if self.box.uid is not None:
            os.chown(self.parent.connection_file, self.box.uid, self.box.uid)
        kwargs["cmd"] = self.box.command(kwargs["cmd"])
        return kwargs | {"env": self.box.environment(), "cwd": str(self.box.folder / "home")}

    async def launch_kernel(self, cmd, **kwargs):
        """Start it; note what else this process had started, which is not the kernel's."""
        if self.box.level == levels.LANDLOCK:
            landlock.adopt()
        self._others = {process.pid for process in psutil.Process().children()}
        return await super().launch_kernel(cmd, **kwargs)

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
