"""What is found in a folder of submissions, and what is not even opened."""

import os
import sys

import pytest

from convviz.grading import submissions
from convviz.grading.reports import text


def found(folder):
    return {one.file: one.problem for one in submissions.discover(folder)}


def test_a_file_of_500_MB_is_refused_by_its_size(tmp_path):
    with (tmp_path / "a.ipynb").open("wb") as stream:
        stream.truncate(500_000_000)
    assert found(tmp_path) == {"a.ipynb": "too large: 500 MB"}


def test_an_archive_by_name_is_no_notebook(tmp_path):
    (tmp_path / "hw01.ipynb.zip").write_bytes(b"PK")
    problem = "not a notebook: its name does not end in .ipynb"
    assert found(tmp_path) == {"hw01.ipynb.zip": problem}


def test_links_are_not_followed_whether_file_or_folder(tmp_path):
    folder, secret = tmp_path / "in", tmp_path / "secret"
    folder.mkdir()
    secret.mkdir()
    (secret / "a.ipynb").write_text("{}", encoding="utf-8")
    (folder / "file.ipynb").symlink_to(secret / "a.ipynb")
    (folder / "folder").symlink_to(secret, target_is_directory=True)
    (folder / "ada").mkdir()
    (folder / "ada" / "inner.ipynb").symlink_to(secret / "a.ipynb")
    problem = "a symbolic link is not followed: hand in the file itself"
    assert found(folder) == dict.fromkeys(["ada/inner.ipynb", "file.ipynb", "folder"], problem)


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such names")
@pytest.mark.parametrize(
    "name", ["a\\..\\..\\x.ipynb", "a%2f..%2fx.ipynb", "-rf.ipynb", "a\nb.ipynb"]
)
def test_a_name_that_points_elsewhere_names_a_report_in_its_folder(tmp_path, name):
    (tmp_path / name).write_text("{}", encoding="utf-8")
    (one,) = submissions.discover(tmp_path)
    (stem,) = text.stems([{"file": one.file}])
    assert one.path.parent == tmp_path
    assert not set(stem) & set("/\\\n%") and not stem.startswith((".", "-"))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_can_be_written(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xffada.ipynb"
    with open(path, "wb") as stream:
        stream.write(b"{}")
    (one,) = submissions.discover(tmp_path)
    assert (one.student, one.file, one.problem) == ("?ada", "?ada.ipynb", "")
    assert one.path.read_bytes() == b"{}"


def test_what_is_left_out_is_listed_with_the_reason(tmp_path):
    (tmp_path / "ada" / "figures").mkdir(parents=True)
    (tmp_path / "ada" / ".ipynb_checkpoints").mkdir()
    for name in (".DS_Store", "ada/hw01.ipynb", "ada/notes.txt", "ben.ipynb", "ben.txt"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    assert set(found(tmp_path)) == {"ada/hw01.ipynb", "ben.ipynb", "ben.txt"}
    hidden, other = "hidden: its name begins with a dot", "no notebook, in a student's folder"
    assert submissions.left_out(tmp_path) == [
        (".DS_Store", hidden),
        ("ada/.ipynb_checkpoints", hidden),
        ("ada/figures", other),
        ("ada/notes.txt", other),
    ]
