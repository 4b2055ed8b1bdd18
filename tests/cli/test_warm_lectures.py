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
def report():
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
    print("\\nkernels:", json.dumps(sorted(found)))
"""
WARM = """
from convviz.cli import warm
for job in range(warm.LECTURES):
    warm._compile(job)
report()
"""
RUN = """
import os, sys
import nbformat
import convviz
convviz.wait_until_compiled()
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for path in sys.argv[1:]:
    os.chdir(os.path.dirname(path))
    shell.reset()
    for cell in nbformat.read(path, as_version=4).cells:
        # what only the grader runs has no meaning without it
        if cell.cell_type == "code" and "probe." not in cell.source:
            shell.run_cell(cell.source).raise_error()
    report()
"""


def start(program, *arguments):
    """A fresh process that reports the kernels it called, if all operations wait for them."""
    return subprocess.Popen(
        [sys.executable, "-c", REPORT + program, *map(str, arguments)],
        env=os.environ | {"CONVVIZ_WAIT": "0", "MPLBACKEND": "agg"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def reports():
    """What is compiled first; what all notebooks up to each have needed, and how it ended."""
    processes = start(WARM), start(RUN, *NOTEBOOKS)
    (warm, error), (run, trouble) = (process.communicate() for process in processes)
    lines = [text.splitlines() for text in (warm, run)]
    first, needed = (
        [set(json.loads(line[9:])) for line in some if line.startswith("kernels: ")]
        for some in lines
    )
    assert first, error
    return first[0], needed, trouble


@pytest.mark.parametrize("number", range(len(NOTEBOOKS)), ids=[path.stem for path in NOTEBOOKS])
def test_a_notebook_needs_no_kernel_that_is_not_compiled_first(number, reports):
    first, needed, trouble = reports
    assert number < len(needed), trouble
    before = needed[number - 1] if number else set()
    missing = needed[number] - before - first
    assert not missing, "add the call, or its dtype, to those of lectures in convviz/cli/warm.py"


def test_the_lectures_do_need_some_of_them(reports):
    code = [cell.source for path in NOTEBOOKS for cell in nbformat.read(path, 4).cells]
    assert any("ops.conv2d(" in source for source in code)
    first, needed, _ = reports
    assert any("convviz.ops._kernels.conv.forward" in kernel for kernel in first & needed[-1])
