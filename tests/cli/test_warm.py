"""``convviz warm`` compiles what an ordinary use needs, once, where it can be kept."""

import json
import os
import subprocess
import sys

import pytest

from convviz import cli
from convviz.cli import warm
from convviz.ops import _kernels

# which kernels are called by operations (and not by other kernels), and what they are compiled for
REPORT = """
import importlib, json, pkgutil, types
from convviz.cli import warm
from convviz.ops import _kernels
from convviz.ops._kernels.instructions import Instruction
for job in range(len(warm._JOBS)):
    warm._compile(job)
modules = [importlib.import_module(f"convviz.ops._kernels.{module.name}")
           for module in pkgutil.iter_modules(_kernels.__path__)]
found = {f"{module.__name__}.{name}": kernel for module in modules
         for name, kernel in vars(module).items()
         if hasattr(kernel, "py_func") and kernel.__module__ == module.__name__}
instructions = {f"{module.__name__}.{name}": value for module in modules
                for name, value in vars(module).items()
                if isinstance(value, Instruction) and value.code.__module__ == module.__name__}
loops = [*(kernel.py_func for kernel in found.values())]
loops += [instruction.code.py_func for instruction in instructions.values()]

# what a loop may call: the values of the names in it, alone or taken from a module
def called(loop):
    names = loop.__code__.co_names
    values = [loop.__globals__[name] for name in names if name in loop.__globals__]
    modules = [value for value in values if isinstance(value, types.ModuleType)]
    return values + [vars(module)[name] for module in modules for name in names
                     if name in vars(module)]

used = {id(value) for loop in loops for value in called(loop)}
# sums may be float64 whatever the dtype
dtypes = {place: sorted({"float32" if "float32" in str(signature) else "float64"
                         for signature in kernel.signatures})
          for place, kernel in found.items()
          if id(kernel) not in used
          # what hands work to threads knows no dtype
          and not (kernel.signatures and "float" not in str(kernel.signatures))}
dtypes |= {place: sorted(str(dtype) for dtype in instruction.compiled)
           for place, instruction in instructions.items()}
print(json.dumps([dtypes, sum(sum(kernel.stats.cache_misses.values()) for kernel in found.values())]))
"""


@pytest.fixture(scope="module")
def warmed():
    """Where the tests keep compiled code, once all of it is there."""
    assert cli.main(["warm"]) == 0
    return _kernels.place()


def test_every_kernel_is_kept_in_both_dtypes(warmed):
    answer = subprocess.run(
        [sys.executable, "-c", REPORT], capture_output=True, text=True, check=True
    )
    dtypes, misses = json.loads(answer.stdout)
    missing = {name for name, found in dtypes.items() if found != ["float32", "float64"]}
    assert not missing, "add a call of what uses them to convviz/cli/warm.py"
    assert "convviz.ops._kernels.samples.convolve" in dtypes
    assert misses == 0


def test_what_is_kept_already_is_not_compiled_again(warmed, monkeypatch, capsys):
    monkeypatch.setattr(warm, "_compile", None)
    assert cli.main(["warm"]) == 0
    assert capsys.readouterr().out == f"convviz warm: the engine is compiled, and kept in {warmed[0]}\n"


def test_other_sources_count_as_nothing_kept(monkeypatch):
    place, mark = _kernels.place()
    monkeypatch.setattr(_kernels, "STAMP", "other")
    assert _kernels.place()[0] == place
    assert _kernels.place()[1] != mark


def test_in_the_background_it_is_silent_and_gives_way(tmp_path):
    program = f"""
import os
from convviz import cli
from convviz.cli import warm
warm._JOBS[:] = [("nothing", lambda ones: ones(1), "float32")]
assert cli.main(["warm", "--background"]) == 0
assert not hasattr(os, "nice") or os.nice(0) == 19
assert any(name.startswith("complete-") for _, _, names in os.walk({str(tmp_path)!r}) for name in names)
"""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_without_a_folder_to_write_to_it_says_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(warm, "_place", lambda: (None, "mark"))
    monkeypatch.setattr(warm, "_processors", lambda: 1)
    assert cli.main(["warm"]) == 1
    assert capsys.readouterr().err == (
        "convviz warm: nothing can be kept: there is no folder to keep compiled code in. "
        "Name one in the environment: NUMBA_CACHE_DIR=FOLDER\n"
    )


def test_a_folder_that_takes_no_files_is_told_of(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(warm, "_place", lambda: (tmp_path / "gone", "mark"))
    monkeypatch.setattr(warm, "_processors", lambda: 1)
    monkeypatch.setattr(warm, "_JOBS", [])
    assert cli.main(["warm"]) == 1
    assert f"{tmp_path / 'gone'} takes no files (No such file" in capsys.readouterr().err
