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

# which kernels have been called from Python, or by a chain, and with what kinds of arguments
REPORT = """
import json, sys
from convviz.ops import _kernels
found = set()
for name, module in [*sys.modules.items()]:
    for value in vars(module).values() if name.startswith("convviz.ops._kernels.") else ():
        if type(value) is _kernels._Kernel:
            kernel, kinds = value.py_func, value.signatures
        elif type(value).__name__ == "Instruction":
            kernel, kinds = value.code.py_func, value.compiled
        else:
            continue
        found |= {f"{kernel.__module__}.{kernel.__name__} {kind}" for kind in kinds}
print("kernels:", json.dumps(sorted(found)))
"""
WARM = """
from convviz.cli import warm
for job in range(warm.LECTURES):
    warm._compile(job)
"""
RUN = """
import os, sys
import nbformat
import convviz
convviz.wait_until_compiled()
from IPython.core.interactiveshell import InteractiveShell
os.chdir(os.path.dirname(sys.argv[1]))
shell = InteractiveShell.instance()
for cell in nbformat.read(sys.argv[1], as_version=4).cells:
    # what only the grader runs has no meaning without it
    if cell.cell_type == "code" and "probe." not in cell.source:
        shell.run_cell(cell.source).raise_error()
import convviz.ops._kernels
"""


def kernels_of(program, *arguments):
    """The kernels that a fresh process calls, if all operations wait for those they need."""
    answer = subprocess.run(
        [sys.executable, "-c", program + REPORT, *map(str, arguments)],
        env=os.environ | {"CONVVIZ_WAIT": "0", "MPLBACKEND": "agg"}, capture_output=True, text=True,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return set(json.loads(answer.stdout.rpartition("kernels:")[2]))


@pytest.fixture(scope="module")
def compiled_first():
    return kernels_of(WARM)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_needs_no_kernel_that_is_not_compiled_first(path, compiled_first):
    missing = kernels_of(RUN, path) - compiled_first
    assert not missing, "add the call, or its dtype, to those of lectures in convviz/cli/warm.py"


def test_the_lectures_do_need_some_of_them(compiled_first):
    code = [cell.source for path in NOTEBOOKS for cell in nbformat.read(path, 4).cells]
    assert any("ops.conv2d(" in source for source in code)
    assert any("convviz.ops._kernels.conv.forward" in kernel for kernel in compiled_first)
