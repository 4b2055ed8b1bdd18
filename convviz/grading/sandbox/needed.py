"""What Python needs of this machine's files, and whether another user may read it."""

import functools
import hashlib
import importlib.util
import os
import site
import sys
import sysconfig
from pathlib import Path

import convviz

_SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime")
# for others than owner and group: to read, and to enter a folder
_READ, _ENTER = 4, 1


@functools.cache
def readable():
    """What Python needs, each once, none inside another: as far as possible nothing else."""
    paths = sysconfig.get_paths()
    found = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found += [sys.prefix, sys.base_prefix, *site.getsitepackages(), site.getusersitepackages()]
    found += [str(Path(convviz.__file__).parent), "/usr", *(f"/etc/{name}" for name in _SETTINGS)]
    there = sorted({os.path.abspath(path) for path in found if os.path.exists(path)})
    return tuple(path for path in there if not any(within(path, other) for other in there))


def compiled():
    """Folder with this user's compiled loops of convviz, "" where nothing is compiled yet.

    Numba knows the place, but importing it takes as long as half of a marking. These are the places
    where it looks for one, in its order; a test holds this against Numba's own answer.
    """
    loops = Path(convviz.__file__).parent / "ops" / "_kernels"
    name = f"{loops.name}_{hashlib.sha1(str(loops).encode()).hexdigest()}"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    places = [loops / "__pycache__", cache / "numba" / name]
    if os.environ.get("NUMBA_CACHE_DIR"):
        places.insert(0, Path(os.environ["NUMBA_CACHE_DIR"], name).absolute())
    return next((str(path) for path in places if any(path.glob("*.nbc"))), "")


def within(path, other):
    """Does a path lie in another, and is not it?"""
    return path != other and Path(path).is_relative_to(other)


def closed(*, above):
    """What of Python another user could not read.

    Parameters
    ----------
    above : bool
        Whether the folders above those of `readable` count: bubblewrap makes its own.

    Returns
    -------
    str, str
        Its name, and the file or folder that only its owner or group may read or enter; both
        empty where there is none.
    """
    for name, path in _pieces().items():
        for one in reversed(_above(Path(path).resolve())):
            inside = any(place == str(one) or within(str(one), place) for place in _mounts())
            wanted = (_READ * inside) | (_ENTER * one.is_dir())
            if (inside or above) and one.stat().st_mode & wanted != wanted:
                return name, str(one)
    return "", ""


def _pieces():
    """A file of each of the places where what a kernel imports may lie."""
    names = ("convviz", "ipykernel", "numpy")
    found = {name: importlib.util.find_spec(name).origin for name in names}
    return {"Python": sys.executable, "Python's library": os.__file__} | found


def _above(path):
    return [path, *path.parents]


def _mounts():
    return {os.path.realpath(path) for path in readable()}
