"""What an import costs: nothing heavy is loaded before it is used."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "IPython",
    "anywidget",
    "ipywidgets",
    "jupyterlab",
    "matplotlib",
    "numba",
    "PIL",
    "scipy",
    "sklearn",
}


def loaded_by(statement):
    """Seconds and names of the modules that a fresh interpreter loads for `statement`."""
    report = (
        "import json, sys, time; start = time.perf_counter(); "
        f"{statement}; "
        "print(json.dumps([time.perf_counter() - start, sorted(sys.modules)]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=True
    )
    seconds, modules = json.loads(answer.stdout)
    return seconds, {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize(
    "statement",
    [
        "import convviz",
        "from convviz import geometry",
        "from convviz import ops",
        "from convviz import datasets, reference",
        "from convviz import datasets; datasets.digits()",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_used(statement):
    _, modules = loaded_by(statement)
    assert not HEAVY & modules


def test_convviz_is_imported_in_a_quarter_of_a_second():
    assert min(loaded_by("import convviz")[0] for _ in range(3)) <= 0.25


def test_numba_comes_with_the_first_operation_that_waits_for_it():
    calls = "import convviz; from convviz import ops; import numpy as np; x = np.ones((1, 1, 3, 3)); {}"
    for name in ("relu", "conv2d", "max_pool2d", "batch_norm", "softmax", "conv_transpose3d"):
        _, modules = loaded_by(calls.format(f"ops.{name}"))
        assert "numba" not in modules
    _, modules = loaded_by(calls.format("convviz.wait_until_compiled(); ops.conv2d(x, x)"))
    assert "numba" in modules


def test_every_public_name_is_there():
    import convviz
    from convviz import geometry, ops, reference

    for module in (convviz, geometry, ops, reference):
        for name in module.__all__:
            assert getattr(module, name) is not None
