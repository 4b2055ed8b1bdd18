"""Folders for what is under way: gone at the end, or at the next run when there was no end."""

import os

import pytest

from convviz.grading import scratch

pytestmark = pytest.mark.skipif(scratch.fcntl is None, reason="no locks on this system")


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_gone_at_the_end_even_after_an_error(temporary):
    with pytest.raises(KeyboardInterrupt), scratch.folder() as folder:
        (folder / "deep").mkdir()
        assert folder.parent == temporary
        raise KeyboardInterrupt
    assert not list(temporary.iterdir())


def test_what_nobody_holds_is_taken_away_and_what_somebody_holds_is_not(temporary):
    left, other = temporary / "convviz-mark-left", temporary / "convviz-lab-other"
    for path in (left, other):
        path.mkdir()
        (path / "submission.ipynb").write_text("{}", encoding="ascii")
    (temporary / "convviz-mark-link").symlink_to(other)
    with scratch.folder() as held:
        scratch._sweep.__wrapped__()
        assert held.is_dir() and not left.exists()
    assert os.listdir(other) == ["submission.ipynb"]


def test_others_may_go_through_a_folder_and_not_list_it(temporary):
    with scratch.folder() as folder:
        assert folder.stat().st_mode & 0o777 == 0o711
