"""The player's JavaScript: its look-ups under Node, and the one module a widget gets."""

import os
import re
import shutil
import subprocess
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

from convviz import widgets
from convviz.widgets import _source

HERE = Path(__file__).parent
NODE = shutil.which("node")
MODULES = [
    pytest.param(getattr(_source, f"{name}_JS"), id=name.lower())
    for name in ("PLAYER", "TRAINING", "REPORT", "INSIDE")
]
needs_node = pytest.mark.skipif(NODE is None, reason="Node is not installed: nodejs.org, or your package manager")


@needs_node
def test_the_players_look_ups_pass_their_own_tests(tmp_path):
    scene, image = tmp_path / "scene", tmp_path / "image"
    scene.write_bytes(widgets.Convolution2D()._bundle)
    levels = np.random.default_rng(0).integers(0, 256, (9, 11))
    image.write_bytes(widgets.ImageKernels(levels, "edge detect")._packed([{"kernel": "edge detect"}]))
    done = subprocess.run(
        [NODE, "--test", HERE / "player.test.mjs"],
        env={**os.environ, "CONVVIZ_BUNDLE": str(scene), "CONVVIZ_IMAGE_BUNDLE": str(image)},
        capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    written = (HERE / "player.test.mjs").read_text("utf-8").count("\ntest(")
    assert int(re.search(r"# pass (\d+)", done.stdout).group(1)) == written


@needs_node
@pytest.mark.parametrize("joined", MODULES)
def test_the_joined_module_is_one_valid_module(joined, tmp_path):
    module = tmp_path / "player.mjs"
    module.write_text(joined, "utf-8")
    done = subprocess.run([NODE, "--check", module], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("joined", MODULES)
def test_the_joined_module_imports_nothing_and_exports_one_thing(joined):
    assert not re.search(r"^\s*import\b", joined, re.MULTILINE)
    assert re.findall(r"^export\b.*$", joined, re.MULTILINE) == ["export default {"]


@pytest.mark.parametrize("joined", MODULES)
def test_the_modules_take_no_name_twice(joined):
    names = re.findall(r"^(?:async )?(?:function|class|const|let) (\w+)", joined, re.MULTILINE)
    assert len(names) == len(set(names))


def test_no_module_of_the_player_is_left_out():
    for path in (HERE.parents[1] / "convviz/widgets/player").glob("*.js"):
        first = re.search(r"^(?:export )?(?:async )?(?:function|class|const) (\w+)", path.read_text("utf-8"), re.MULTILINE)
        assert any(first.group(1) in joined.values[0] for joined in MODULES), path.name


@pytest.mark.parametrize("sheet", sorted(Path(_source.__file__).parent.glob("player/*.css")), ids=lambda path: path.name)
def test_a_style_sheet_closes_every_block_it_opens_and_no_other(sheet):
    """A brace too many takes the rule behind it away, and nobody is told."""
    text = re.sub(r'/\*.*?\*/|"[^"]*"', "", sheet.read_text("utf-8"), flags=re.DOTALL)
    depths = list(accumulate(1 if brace == "{" else -1 for brace in re.findall("[{}]", text)))
    assert min(depths) == 0 == depths[-1]
    assert max(depths) <= 2, "a rule in a rule: is a brace missing before it?"
