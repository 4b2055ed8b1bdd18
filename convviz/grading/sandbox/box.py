"""One box: the command that starts something in it, its folders and its environment."""

import dataclasses
import json
import os
import random
import shutil
import sys
from pathlib import Path

import convviz
from convviz.grading.sandbox import enter, levels
from convviz.grading.sandbox.limits import MEGABYTE, Limits
from convviz.grading.sandbox.needed import compiled, readable, within

HOME = "/home/student"
_SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
# One thread a kernel, so that -j N uses N cores.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
# For a uid of its own where the grader is root: no system gives these to people or to programs.
_UIDS = range(61_200, 65_500)
# Kernels before 5.14 count the processes of a user everywhere, not in the box alone.
_COUNTED_INSIDE = (5, 14)


@dataclasses.dataclass(frozen=True)
class Box:
    """A place for one kernel.

    Attributes
    ----------
    level : str
        One of `levels.LEVELS`, or `levels.NONE`.
    folder : Path
        On the grader's side: here the kernel's sockets are, and nothing that matters.
    hidden : tuple of str
        Folders nothing inside may see, even where they lie in one it needs (Python's own, say).
    limits : Limits
    uid : int or None
        Who it is inside, when the grader is root; it is nobody else's.
    """

    level: str
    folder: Path
    hidden: tuple = ()
    limits: Limits = Limits()
    uid: int | None = dataclasses.field(
        default_factory=lambda: random.choice(_UIDS) if is_root() else None
    )

    @property
    def sockets(self):
        """Folder for the connection file and the sockets."""
        return self.folder / "sockets"

    @property
    def modules(self):
        """Folder in which Python finds convviz: the real one holds more than a box may list."""
        real = Path(convviz.__file__).parents[1]
        return self.folder / "modules" if self.level == levels.LANDLOCK else real

    @property
    def home(self):
        """Home and working folder of what runs inside, by the name it has there."""
        return HOME if self.level == levels.BUBBLEWRAP else str(self.folder / "home")

    def prepare(self):
        """Make the folders, and give them to who uses them."""
        for path in (self.sockets, self.folder / "home"):
            path.mkdir(exist_ok=True)
        if self.level == levels.LANDLOCK and not self.modules.exists():
            self.modules.mkdir()
            (self.modules / "convviz").symlink_to(Path(convviz.__file__).parent)
        for path in (self.folder, *self.folder.rglob("*")):
            self.give(path)

    def give(self, path):
        """Make a file or folder belong to who is inside."""
        if self.uid is not None and self.level != levels.NONE:
            os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def command(self, command):
        """The command that runs `command`, a list of str, in this box."""
        if self.level == levels.NONE and not sys.platform.startswith("linux"):
            return command  # there, nothing ends with who started it
        # by its path, and without the packages: it needs none, and starts three times as fast
        inner = [sys.executable, "-E", "-s", "-S", enter.__file__, self._settings(), *command]
        return [*self._bubblewrap(), *inner] if self.level == levels.BUBBLEWRAP else inner

    def environment(self):
        """The environment inside: in a sandbox nothing of the grader's own but its language."""
        profile = dict.fromkeys(_THREADS, "1") | {"IPYTHONDIR": f"{self.home}/.ipython"}
        if self.level == levels.NONE:
            kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONVVIZ", "PYTEST"))}
            return kept | profile
        own = {key: os.environ[key] for key in _KEPT if key in os.environ}
        return own | profile | {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
            "PYTHONPATH": str(self.modules),
            "HOME": self.home,
            "MPLCONFIGDIR": f"{self.home}/.matplotlib",
            # compiled in here, and compiled before: a submission's own loops are seen by no other
            "NUMBA_CACHE_DIR": f"{self.home}/.numba",
            "CONVVIZ_COMPILED": compiled(),
        }

    def _settings(self):
        if self.level == levels.NONE:
            return json.dumps({"parent": os.getpid(), "confined": False})
        landlock = self.level == levels.LANDLOCK
        paths, listed = _apart([*_readable(), *_SYSTEM, *_devices()], self.hidden)
        return json.dumps(
            {
                "parent": os.getpid() if landlock else None,  # bubblewrap ends with it by itself
                "confined": True,
                "limits": dataclasses.asdict(self.limits) | {"processes": self._processes()},
                "uid": self.uid,
                "landlock": landlock,
                "readable": paths if landlock else [],
                "listed": listed if landlock else [],
                "writable": [str(self.folder), "/dev/null"] if landlock else [],
            }
        )

    def _processes(self):
        """The limit on processes, which counts others of the same user where nothing else can."""
        inside = self.level == levels.BUBBLEWRAP and _kernel() >= _COUNTED_INSIDE
        if inside or self.uid is not None:
            return self.limits.processes
        import psutil

        own = [p.info for p in psutil.process_iter(["uids", "num_threads"]) if p.info["uids"]]
        mine = (info["num_threads"] or 1 for info in own if info["uids"].real == os.getuid())
        return self.limits.processes + sum(mine)

    def _bubblewrap(self):
        command = [shutil.which("bwrap"), *levels.namespaces()]
        if self.uid is not None:  # to become the other uid, and then gone
            command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        command += ["--proc", "/proc", "--dev", "/dev"]
        for path, size in self._memory_disks():
            command += ["--perms", "0777", "--size", str(size), "--tmpfs", path]
        # by itself bubblewrap makes them for their owner only, who is not the one inside
        for path in _parents([*_readable(), str(self.sockets)]):
            command += ["--perms", "0755", "--dir", path]
        for path in _readable():
            command += ["--ro-bind", path, path]
        for path in filter(os.path.lexists, _SYSTEM):
            if os.path.islink(path):
                command += ["--symlink", os.readlink(path), path]
            else:
                command += ["--ro-bind", path, path]
        for path in _covered(self.hidden):
            command += ["--perms", "0755", "--size", "4096", "--tmpfs", path, "--remount-ro", path]
        command += ["--bind", str(self.sockets), str(self.sockets), "--chdir", HOME]
        # the grader's number means another process inside; bubblewrap sees to the end of both
        command += ["--unsetenv", "JPY_PARENT_PID"]
        return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--"]

    def _memory_disks(self):
        """Where something inside may write, and how many bytes; the sockets' folder is watched."""
        half = self.limits.disk // 2
        return [("/tmp", half), (HOME, half), ("/dev/shm", 16 * MEGABYTE)]


def _readable():
    """What Python needs, and what is compiled already where that is somewhere else."""
    needed, place = readable(), compiled()
    inside = any(within(place, other) for other in needed)
    return [*needed, place] if place and not inside else [*needed]


def _parents(paths):
    """All folders above the paths, the upper ones first."""
    above = {str(parent) for path in paths for parent in Path(path).parents}
    return sorted(above - {"/"})


def _covered(hidden):
    """The hidden folders that lie in a readable one."""
    folders = sorted({os.path.realpath(path) for path in hidden if os.path.isdir(path)})
    return [path for path in folders if any(within(path, other) for other in readable())]


def _apart(paths, hidden):
    """What is beside the hidden folders in the paths, and the folders that may be listed only.

    Landlock knows no exceptions: a folder that holds a hidden one is allowed entry by entry.
    """
    folders = [os.path.realpath(path) for path in hidden if os.path.isdir(path)]
    beside, listed, left = [], [], list(paths)
    while left:
        path = left.pop()
        real = os.path.realpath(path)
        if any(within(folder, real) for folder in folders):
            listed.append(real)
            left += [os.path.join(real, name) for name in os.listdir(real)]
        elif real not in folders:
            beside.append(path)
    return beside, listed


def _devices():
    return [f"/dev/{name}" for name in ("zero", "random", "urandom")] + ["/sys/devices/system/cpu"]


def is_root():
    """Is this process root's? Then no submission may be."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _kernel():
    return tuple(int(number) for number in os.uname().release.split("-")[0].split(".")[:2])
