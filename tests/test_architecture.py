"""The house keeps its order: imports run downwards, and files stay short enough to be read."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "convviz"

# room → the rooms it may import from; each may also import from itself
_DRAWN = {"geometry", "ops", "nn", "models", "inside", "reference", "datasets", "scenes"}
MAY_IMPORT = {
    "geometry": set(),
    "reference": set(),
    "datasets": set(),
    "ops": {"geometry"},
    "nn": {"geometry", "ops"},
    "models": {"geometry", "ops", "nn"},
    "inside": {"geometry", "ops", "nn"},
    "scenes": _DRAWN - {"scenes"},
    "figures": _DRAWN,
    "widgets": _DRAWN | {"figures"},
    "checks": {"geometry", "ops", "reference"},
    "grading": {"checks"},
    "cli": _DRAWN | {"figures", "widgets", "checks", "grading"},
    "__main__": {"cli"},
}
SOURCES = sorted(
    path for path in PACKAGE.rglob("*.py") if not {"_notebooks", "__pycache__"} & {*path.parts}
)
SHORT = sorted(
    path
    for folder in ("convviz", "tests", "benchmarks", ".ci")
    for suffix in ("py", "js")
    for path in (ROOT / folder).rglob(f"*.{suffix}")
    if "_notebooks" not in path.parts
)


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(source, package):
    """Full names of what `source`, a module of `package`, imports from convviz, lazily or not."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{start}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "convviz")


def arrows(source, path):
    """The other rooms that a module imports from."""
    package = ["convviz", *path.relative_to(PACKAGE).parent.parts]
    rooms = {(name.split(".") + [""])[1] for name in imported(source, package)}
    # `from convviz import __version__` reaches no room
    return {room for room in rooms if room and not room.startswith("__")} - {room_of(path)}


def relative(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_imports_run_downwards(path):
    room = room_of(path)
    if room == "__init__":
        return  # the public names: all of them, each loaded when it is used
    assert room in MAY_IMPORT, f"say in MAY_IMPORT what {room} may import"
    backwards = arrows(path.read_text("utf-8"), path) - MAY_IMPORT[room]
    assert not backwards, f"{room} imports from {backwards}"


@pytest.mark.parametrize(
    ("module", "source", "expected"),
    [
        ("geometry/_sizes.py", "import convviz.ops.conv", {"ops"}),
        ("geometry/_sizes.py", "from convviz import ops", {"ops"}),
        ("geometry/_sizes.py", "from convviz.geometry import taps", set()),
        ("geometry/_sizes.py", "from .. import widgets", {"widgets"}),
        ("geometry/_sizes.py", "from ..widgets import Player", {"widgets"}),
        ("geometry/_sizes.py", "from . import _taps", set()),
        ("ops/_kernels/conv.py", "from ...nn.layers import Conv2d", {"nn"}),
        ("scenes/scene.py", "from convviz.ops._check import floats", {"ops"}),
        ("scenes/scene.py", "def late():\n    from convviz import widgets", {"widgets"}),
        ("cli/lab.py", "from convviz import __version__", set()),
        ("datasets.py", "import numpy, os.path", set()),
    ],
)
def test_every_kind_of_import_is_seen(module, source, expected):
    assert arrows(source, PACKAGE / module) == expected


def test_the_order_has_no_way_round():
    order, left = [], dict(MAY_IMPORT)
    while left:
        lowest = [room for room, below in left.items() if below <= {*order}]
        assert lowest, f"{sorted(left)} import each other"
        order += lowest
        for room in lowest:
            del left[room]


@pytest.mark.parametrize("path", SHORT, ids=relative)
def test_a_file_fits_on_a_few_screens(path):
    assert len(path.read_text("utf-8").splitlines()) <= 300
