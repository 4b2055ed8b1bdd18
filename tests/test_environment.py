"""environment.yml gives users of conda what pyproject.toml gives users of pip."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
# The same program, built without a window of its own.
CONDA_NAMES = {"matplotlib": "matplotlib-base"}


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def test_conda_installs_the_packages_and_bounds_of_pyproject(project, environment):
    wanted = {"pip", "python" + project["requires-python"]}
    for requirement in project["dependencies"]:
        name, bound = re.fullmatch(r"([\w.-]+)([<>=!~].*)?", requirement).groups(default="")
        wanted.add(CONDA_NAMES.get(name, name) + bound)
    assert {line for line in environment["dependencies"] if isinstance(line, str)} == wanted


def test_pip_adds_the_package_itself_and_the_tests(environment):
    assert environment["dependencies"][-1] == {"pip": ["-e .[test]"]}


def test_nothing_comes_from_a_channel_with_terms_of_its_own(environment):
    assert environment["channels"] == ["conda-forge"]


def test_what_the_tests_try_of_the_extras_is_what_the_extras_install(project):
    extras = project["optional-dependencies"]
    assert set(extras["dask"]) <= set(extras["test"])
