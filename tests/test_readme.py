"""The README promises only what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_two_commands_are_there_each_on_a_line_of_its_own():
    lines = README.splitlines()
    assert lines.count("pip install -e . && convviz lab") == 1
    assert lines.count('pip install -e ".[test]" && pytest') == 1


def test_ci_runs_the_readmes_own_test_command():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    (pattern,) = re.findall(r"grep --max-count=1 '(.+)' README\.md", script)
    # Character by character the same, but for what grep and Python spell alike here.
    found = re.findall(pattern, README, re.MULTILINE)
    assert found == ['pip install -e ".[test]" && pytest']


# A name in backquotes that has a slash and no space is a place in this repository.
PLACES = sorted(set(re.findall(r"`((?:\.ci|convviz|docs|notebooks|tests)/[^`\s]*)`", README)))
LINKS = sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README)))


@pytest.mark.parametrize("place", PLACES + LINKS)
def test_every_place_it_names_exists(place):
    assert (ROOT / place).exists()


def test_the_views_it_lists_are_those_there_are():
    from convviz import widgets

    (row,) = re.findall(r"Live views \(`convviz\.widgets`\) \| (.+) \|", README)
    assert sorted(re.findall(r"`(\w+)`", row)) == sorted(widgets.__all__)


def test_the_lectures_and_homework_it_lists_are_those_there_are():
    for kind, folder in (("Lectures", "lectures"), ("Homework", "homework")):
        (row,) = re.findall(rf"^\| {kind} \| (.+) \|$", README, re.MULTILINE)
        there = {path.stem for path in (ROOT / "notebooks" / folder).glob("*.ipynb")}
        assert set(re.findall(r"`(\w+)`", row)) == there


def test_the_subcommands_it_shows_exist():
    from convviz import cli

    shown = set(re.findall(r"convviz (\w+)", "\n".join(re.findall(r"`convviz [^`]+`", README))))
    assert shown <= set(cli._COMMANDS)


def test_its_python_example_runs():
    (example,) = re.findall(r"```python\n(.+?)```", README, re.DOTALL)
    exec(example, {})
