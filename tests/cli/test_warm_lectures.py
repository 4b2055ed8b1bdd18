"""What ``convviz warm`` compiles first is what the lectures and the homework need."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

HERE = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = [*HERE.glob("*.ipynb"), *HERE.glob("lectures/*.ipynb"), *HERE.glob("homework/source/*")]
NOTEBOOKS = sorted(path for path in NOTEBOOKS if path.suffix == ".ipynb")
# where nothing is kept yet, the first test compiles it all
pytestmark = pytest.mark.timeout(1200)

WRITE = f"""
import runpy
write = runpy.run_path({str(Path(__file__).with_name("called.py"))!r})["write"]
"""
WARM = """
import sys
from convviz.cli import warm
for job in range(warm.LECTURES):
    warm._compile(job)
write(sys.argv[1], "first")
"""
RUN = """
import os, sys
import nbformat
import convviz
convviz.wait_until_compiled()
from IPython.core.interactiveshell import InteractiveShell
shell, before = InteractiveShell.instance(), set()
for path in sys.argv[2:]:
    os.chdir(os.path.dirname(path))
    shell.reset()
    for cell in nbformat.read(path, as_version=4).cells:
        # what only the grader runs has no meaning without it
        if cell.cell_type == "code" and "probe." not in cell.source:
            shell.run_cell(cell.source).raise_error()
    name = os.path.basename(path).removesuffix(".ipynb")
    before |= write(sys.argv[1], name, before)
"""


def start(program, *arguments):
    """A fresh process that writes the kernels it called, if all operations wait for them."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITE + program, *map(str, arguments)],
        env=os.environ | {"CONVVIZ_WAIT": "0", "MPLBACKEND": "agg"},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """``kernels("03_volumes")``: what a notebook needs; ``kernels("first")``: what is compiled first.

    What nbval has run in this run of the tests has said it already, but of homework it runs what
    students get, which has holes.
    """
    folder = Path(os.environ["CONVVIZ_TESTS_CALLED"])
    rest = [path for path in NOTEBOOKS
            if path.parent.name == "source" or not (folder / f"{path.stem}.json").exists()]
    mine = tmp_path_factory.mktemp("called")
    processes = start(WARM, mine), start(RUN, mine, *rest)
    trouble = "".join(process.communicate()[1] for process in processes)

    def kernels(name):
        found = [place / f"{name}.json" for place in (mine, folder)]
        found = [path for path in found if path.exists()]
        assert found, trouble
        return set(json.loads(found[0].read_text("utf-8")))

    return kernels


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_a_notebook_needs_no_kernel_that_is_not_compiled_first(name, kernels):
    missing = kernels(name) - kernels("first")
    assert not missing, "add the call, or its dtype, to those of lectures in convviz/cli/warm.py"


def test_the_lectures_do_need_some_of_them(kernels):
    code = [cell.source for path in NOTEBOOKS for cell in nbformat.read(path, 4).cells]
    assert any("ops.conv2d(" in source for source in code)
    needed = set().union(*(kernels(path.stem) for path in NOTEBOOKS))
    common = kernels("first") & needed
    assert any("convviz.ops._kernels.conv.forward" in kernel for kernel in common)
