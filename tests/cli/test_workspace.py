"""The student's folder: new notebooks arrive, the student's own work is never overwritten."""

import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

from convviz.cli import _workspace
from convviz.cli._workspace import WorkspaceError, first_document, locate, update

LECTURE = "lectures/01_convolution.ipynb"


@pytest.fixture
def source(tmp_path):
    return write(
        tmp_path / "package",
        {LECTURE: "one", "homework/hw01.ipynb": "task", "homework/source/hw01.ipynb": "solution"},
    )


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "home" / "convviz"


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def read(folder):
    """The files of a folder as name → text, without the manifest."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): path.read_text() for path in paths}
    files.pop(_workspace._MANIFEST, None)
    return files


def test_a_first_run_copies_everything_but_the_solutions(source, folder):
    changes = update(source, folder, "0.1.0")
    assert read(folder) == {LECTURE: "one", "homework/hw01.ipynb": "task"}
    assert changes.sentences() == ["Copied 2 files."]


def test_checkpoints_and_caches_are_not_copied(source, folder):
    write(source, {"lectures/.ipynb_checkpoints/01.ipynb": "x", "lectures/__pycache__/a.pyc": "x"})
    update(source, folder, "0.1.0")
    assert set(read(folder)) == {LECTURE, "homework/hw01.ipynb"}


def test_a_second_run_changes_nothing_and_says_nothing(source, folder):
    update(source, folder, "0.1.0")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert update(source, folder, "0.1.0").sentences() == []
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_later_version_replaces_what_the_student_left_alone(source, folder):
    update(source, folder, "0.1.0")
    write(source, {LECTURE: "two"})
    changes = update(source, folder, "0.2.0")
    assert read(folder) == {LECTURE: "two", "homework/hw01.ipynb": "task"}
    assert changes.sentences() == ["Brought up to date 1 file."]


def test_a_changed_file_stays_and_the_new_one_lies_beside_it(source, folder):
    update(source, folder, "0.1.0")
    write(folder, {LECTURE: "mine"})
    write(source, {LECTURE: "two"})
    changes = update(source, folder, "0.2.0")
    assert read(folder) == {
        LECTURE: "mine",
        "lectures/01_convolution (new in 0.2.0).ipynb": "two",
        "homework/hw01.ipynb": "task",
    }
    assert changes.sentences() == [
        f"Kept your {LECTURE}; the new version is '01_convolution (new in 0.2.0).ipynb'."
    ]


def test_a_changed_file_is_left_in_peace_while_nothing_new_exists(source, folder):
    update(source, folder, "0.1.0")
    write(folder, {LECTURE: "mine"})
    assert update(source, folder, "0.1.1").sentences() == []
    assert read(folder)[LECTURE] == "mine"
    assert len(read(folder)) == 2


def test_the_new_version_is_offered_once_even_when_its_copy_is_deleted(source, folder):
    update(source, folder, "0.1.0")
    write(folder, {LECTURE: "mine"})
    write(source, {LECTURE: "two"})
    update(source, folder, "0.2.0")
    (folder / "lectures/01_convolution (new in 0.2.0).ipynb").unlink()
    assert update(source, folder, "0.2.0").sentences() == []
    assert set(read(folder)) == {LECTURE, "homework/hw01.ipynb"}


def test_a_copy_put_beside_is_the_students_too(source, folder):
    update(source, folder, "0.1.0")
    write(folder, {LECTURE: "mine"})
    write(source, {LECTURE: "two"})
    update(source, folder, "0.2.0")
    write(folder, {"lectures/01_convolution (new in 0.2.0).ipynb": "my notes"})
    write(source, {LECTURE: "three"})
    update(source, folder, "0.2.0")
    assert read(folder) == {
        LECTURE: "mine",
        "lectures/01_convolution (new in 0.2.0).ipynb": "my notes",
        "lectures/01_convolution (new in 0.2.0, 2).ipynb": "three",
        "homework/hw01.ipynb": "task",
    }


def test_a_student_who_adopts_the_new_version_gets_later_ones_again(source, folder):
    update(source, folder, "0.1.0")
    write(folder, {LECTURE: "mine"})
    write(source, {LECTURE: "two"})
    update(source, folder, "0.2.0")
    write(folder, {LECTURE: "two"})
    update(source, folder, "0.2.0")
    write(source, {LECTURE: "three"})
    update(source, folder, "0.3.0")
    assert read(folder)[LECTURE] == "three"


def test_a_deleted_notebook_is_put_back_fresh_and_that_is_said(source, folder):
    update(source, folder, "0.1.0")
    (folder / LECTURE).unlink()
    assert update(source, folder, "0.1.0").sentences() == [
        f"Put back {LECTURE}, which was no longer there."
    ]
    assert read(folder)[LECTURE] == "one"


def test_a_file_that_was_there_before_the_first_run_is_the_students(source, folder):
    write(folder, {LECTURE: "mine"})
    update(source, folder, "0.1.0")
    assert read(folder)[LECTURE] == "mine"
    assert read(folder)["lectures/01_convolution (new in 0.1.0).ipynb"] == "one"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', '{"files": {"a": 1}}', "\xff"])
def test_a_spoilt_manifest_makes_every_file_the_students(source, folder, text):
    update(source, folder, "0.1.0")
    (folder / _workspace._MANIFEST).write_text(text, "latin-1")
    write(source, {LECTURE: "two"})
    update(source, folder, "0.2.0")
    assert read(folder)[LECTURE] == "one"
    assert read(folder)["lectures/01_convolution (new in 0.2.0).ipynb"] == "two"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_under_a_notebooks_name_is_not_written_through(source, folder, tmp_path):
    write(tmp_path, {"elsewhere.ipynb": "one"})
    (folder / "lectures").mkdir(parents=True)
    (folder / LECTURE).symlink_to(tmp_path / "elsewhere.ipynb")
    update(source, folder, "0.1.0")
    assert (folder / LECTURE).is_symlink()
    assert (tmp_path / "elsewhere.ipynb").read_text() == "one"


def test_a_folder_under_a_notebooks_name_is_left_alone(source, folder):
    (folder / LECTURE).mkdir(parents=True)
    update(source, folder, "0.1.0")
    assert (folder / LECTURE).is_dir()


def test_an_interrupted_write_leaves_the_old_file_whole_and_no_scraps(source, folder, monkeypatch):
    update(source, folder, "0.1.0")
    write(source, {LECTURE: "two"})

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(WorkspaceError, match="No space left on device"):
        update(source, folder, "0.2.0")
    assert read(folder) == {LECTURE: "one", "homework/hw01.ipynb": "task"}


def test_a_run_after_a_crash_between_files_and_manifest_is_not_confused(source, folder):
    update(source, folder, "0.1.0")
    manifest = (folder / _workspace._MANIFEST).read_text()
    write(source, {LECTURE: "two"})
    update(source, folder, "0.2.0")
    (folder / _workspace._MANIFEST).write_text(manifest)
    assert update(source, folder, "0.2.0").sentences() == []
    assert read(folder)[LECTURE] == "two"


def test_the_manifest_names_the_version(source, folder):
    update(source, folder, "0.2.0")
    assert json.loads((folder / _workspace._MANIFEST).read_text())["version"] == "0.2.0"


def test_a_folder_that_cannot_be_written_is_named_with_the_reason_and_the_remedy(source, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkspaceError) as error:
        update(source, tmp_path / "file" / "convviz", "0.1.0")
    assert str(error.value) == (
        f"cannot write the notebooks in {tmp_path / 'file' / 'convviz'} (Not a directory): "
        "name a folder you may write in with --notebooks FOLDER"
    )


@contextlib.contextmanager
def not_root():
    """Root may write everywhere: it becomes another user for a moment."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows knows no such folder")
def test_a_read_only_folder_is_refused():
    # the tests' usual folder is closed to other users
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        source, folder = write(Path(place, "package"), {LECTURE: "one"}), Path(place, "convviz")
        folder.mkdir()
        folder.chmod(0o555)
        with not_root(), pytest.raises(WorkspaceError, match="Permission denied"):
            update(source, folder, "0.1.0")
        folder.chmod(0o777)
        with not_root():
            assert update(source, folder, "0.1.0").new == (LECTURE,)


def test_copies_are_not_mixed_into_a_checkout(source, folder):
    write(folder, {"pyproject.toml": "", "convviz/__init__.py": ""})
    with pytest.raises(WorkspaceError, match="is a checkout of convviz.*--notebooks"):
        update(source, folder, "0.1.0")


def test_a_checkout_is_worked_on_in_place(tmp_path):
    write(tmp_path, {"pyproject.toml": "", "notebooks/x": "", "convviz/_notebooks/x": ""})
    assert locate(tmp_path / "convviz") == (tmp_path / "notebooks", True)


def test_an_installed_package_brings_its_notebooks(tmp_path):
    write(tmp_path, {"notebooks/x": "another package's", "convviz/_notebooks/x": ""})
    assert locate(tmp_path / "convviz") == (tmp_path / "convviz" / "_notebooks", False)


def test_an_installation_without_notebooks_says_how_to_mend_it(tmp_path):
    with pytest.raises(WorkspaceError, match="Install convviz again"):
        locate(tmp_path / "convviz")


def test_the_notebook_with_the_lowest_number_comes_first(tmp_path):
    assert first_document(tmp_path) is None
    write(tmp_path, {"lectures/02_b.ipynb": "", "lectures/01_a.ipynb": "", "lectures/A.ipynb": ""})
    assert first_document(tmp_path) == "lectures/01_a.ipynb"
    write(tmp_path, {"00_start.ipynb": "", "notes.ipynb": ""})
    assert first_document(tmp_path) == "00_start.ipynb"


def test_a_new_version_put_beside_does_not_come_first(tmp_path):
    write(tmp_path, {"lectures/01_a.ipynb": "", "lectures/01_a (new in 0.2.0).ipynb": ""})
    assert first_document(tmp_path) == "lectures/01_a.ipynb"
