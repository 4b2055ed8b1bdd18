"""Loops compiled before are in the box, and are nobody's to change: they are loaded as they are."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from convviz import ops
from convviz.grading import sandbox
from convviz.grading.sandbox import box, doctor, landlock, levels, needed

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")

# what it compiled anew, in the folder that is its own, and whether it is right
USE = """
import os
from pathlib import Path
import numpy as np
from convviz import ops, wait_until_compiled
wait_until_compiled()
x = np.linspace(-1, 1, 1 << 16)
right = np.array_equal(ops.relu(x), np.maximum(x, 0))
print(len([*Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*.nbc")]), right)
"""
# which ways there are to change a folder and a file in it
TRY = """
import contextlib, os
folder = os.environ["CONVVIZ_COMPILED"]
file = os.path.join(folder, min(name for name in os.listdir(folder) if name.endswith(".nbc")))
more = os.path.join(folder, "more.nbc")
ways = {{
    "write": lambda: open(file, "wb").write(b"x"), "append": lambda: open(file, "ab").write(b"x"),
    "make": lambda: open(more, "wb"), "truncate": lambda: os.truncate(file, 1),
    "remove": lambda: os.remove(file), "rename": lambda: os.rename(file, more),
    "link": lambda: os.link(file, more), "symlink": lambda: os.symlink("/tmp", more),
    "folder": lambda: os.mkdir(more), "away": lambda: os.rename(folder, folder + "2"),
    "mode": lambda: os.chmod(file, 0o666), "time": lambda: os.utime(file),
}}
for way in {ways}:
    with contextlib.suppress(OSError):
        ways[way]()
        print(way)
print("tried")
"""
WAYS = ["write", "append", "make", "truncate", "remove", "rename", "link", "symlink", "folder",
        "away"]  # fmt: skip
# a file that does harm when it is unpickled, by the name of a loop, wherever that may be found
POISON = """
import contextlib, os, pickle
from pathlib import Path
class Harm:
    def __reduce__(self):
        return print, ("harm",)
compiled, own = (Path(os.environ[name]) for name in ("CONVVIZ_COMPILED", "NUMBA_CACHE_DIR"))
names = [path.name for path in compiled.glob("*.nbc")]
for folder in (compiled, own / compiled.name, own):
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            (folder / name).write_bytes(pickle.dumps(Harm()))
print(len(names) > 0, sum(1 for path in own.rglob("*.nbc")) >= len(names))
"""


@pytest.fixture(params=sandbox.LEVELS)
def level(request, monkeypatch):
    """Each level there is here; of Landlock, what it holds when the grader is not root."""
    if request.param == sandbox.LANDLOCK:
        monkeypatch.setattr(box, "is_root", lambda: False)
        if not landlock.version():
            pytest.skip("no Landlock in this kernel")
    elif levels.problem(request.param):
        pytest.skip(levels.problem(request.param))
    return request.param


@pytest.fixture(scope="module")
def place():
    """Where this process keeps a loop that it has compiled."""
    ops.relu(np.ones(1 << 16))
    return Path(needed.compiled())


@pytest.fixture
def unchanged(place):
    def state():
        found = sorted(place.glob("*.nbc"))
        return {path.name: hashlib.sha256(path.read_bytes()).digest() for path in found}

    before = state()
    yield
    # another process of this user may have compiled something meanwhile
    assert before and before.items() <= state().items()
    assert not (place / "more.nbc").exists()


def test_a_box_loads_what_is_compiled_and_compiles_what_is_not(level, place, monkeypatch):
    assert doctor.run(level, USE) == (0, "0 True\n", "")
    monkeypatch.setattr(box, "compiled", lambda: "")
    status, said, error = doctor.run(level, USE)
    assert (status, error) == (0, "")
    assert int(said.split()[0]) > 0 and said.split()[1] == "True"


def test_a_box_cannot_change_what_is_compiled(level, unchanged):
    # modes and times are beyond what Landlock knows
    ways = WAYS + ["mode", "time"] * (level == sandbox.BUBBLEWRAP)
    assert doctor.run(level, TRY.format(ways=ways)) == (0, "tried\n", "")


def test_what_one_box_leaves_the_next_one_does_not_see(level, unchanged):
    assert doctor.run(level, POISON) == (0, "True True\n", "")
    assert doctor.run(level, USE) == (0, "0 True\n", "")


def test_poison_that_could_be_written_would_be_seen(place, tmp_path):
    """Else nothing would be seen because the files are not those that are loaded."""
    compiled = tmp_path / place.name
    compiled.mkdir()
    for path in place.glob("*.nbc"):
        (compiled / path.name).touch()
    folders = {"NUMBA_CACHE_DIR": str(tmp_path / "own"), "CONVVIZ_COMPILED": str(compiled)}
    said = subprocess.run(
        [sys.executable, "-c", POISON + USE],
        env=os.environ | folders, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "harm" in said


def test_the_folder_is_the_one_that_numba_takes(tmp_path, monkeypatch):
    from numba.core import config
    from numba.core.caching import FunctionCache

    loops = tmp_path / "convviz" / "ops" / "_kernels"
    monkeypatch.setattr(needed.convviz, "__file__", str(tmp_path / "convviz" / "__init__.py"))
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "chosen"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "chosen"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    (loops / "__pycache__").mkdir(parents=True)
    kinds = {kind.__name__.lstrip("_"): kind for kind in FunctionCache._impl_class._locator_classes}
    assert needed.compiled() == ""
    for name in ("UserWide", "InTree", "UserProvided"):  # who comes later is asked first
        locator = kinds[f"{name}CacheLocator"](needed.compiled, str(loops / "conv.py"))
        place = Path(locator.get_cache_path())
        place.mkdir(parents=True, exist_ok=True)
        (place / "conv.forward-1.py311.0.nbc").touch()
        assert needed.compiled() == str(place)
