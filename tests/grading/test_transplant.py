"""Only the text of answer cells moves from a submission into a fresh master."""

import gzip
import json
import zipfile

import nbformat
import pytest

from convviz.grading import homework, transplant
from convviz.grading.transplant import Note, Refused


def cell_of(notebook, qid, role="answer"):
    return next(
        cell
        for cell in notebook.cells
        if homework.meta(cell).get("qid") == qid and homework.meta(cell).get("role") == role
    )


def moved_answer(moved, qid="relu"):
    return cell_of(moved.notebook, qid).source


def test_what_was_handed_out_comes_back_as_the_master_without_solutions(master, student):
    moved = transplant.transplant(master, student)
    assert moved.notes == () and moved.missing == frozenset()
    assert [cell.id for cell in moved.notebook.cells] == [c.id for c in master.notebook.cells]
    assert "SOLUTION" not in moved_answer(moved)


def test_the_master_itself_is_left_as_it_is(master, student):
    cell_of(student, "relu").source = "relu = 1"
    before = nbformat.writes(master.notebook)
    transplant.transplant(master, student)
    assert nbformat.writes(master.notebook) == before


def test_outputs_tags_and_other_cells_are_dropped(master, student):
    answer = cell_of(student, "relu")
    answer.source = "relu = 1"
    answer.metadata["tags"] = ["nbval-skip"]
    answer.outputs = [nbformat.v4.new_output("stream", text="25 of 25")]
    student.cells.insert(0, nbformat.v4.new_code_cell("import os; os._exit(0)"))
    student.metadata.kernelspec = {"name": "bash", "display_name": "Bash"}
    moved = transplant.transplant(master, student)
    text = nbformat.writes(moved.notebook)
    assert moved_answer(moved) == "relu = 1"
    for foreign in ("nbval-skip", "25 of 25", "os._exit", "bash"):
        assert foreign not in text


def test_points_and_roles_of_a_submission_are_not_read(master, student):
    answer = cell_of(student, "relu")
    answer.metadata["convviz"] |= {"points": 1000, "timeout": 1e9, "rtol": 1e9}
    moved = transplant.transplant(master, student)
    assert cell_of(moved.notebook, "relu").metadata == cell_of(master.notebook, "relu").metadata


def test_a_cell_whose_id_was_lost_is_known_by_its_question(master, student):
    cell_of(student, "relu").source = "relu = 1"
    for number, cell in enumerate(student.cells):
        cell.id = f"n{number}"
    moved = transplant.transplant(master, student)
    assert moved_answer(moved) == "relu = 1" and moved.notes == ()


def test_a_cell_whose_metadata_was_lost_is_known_by_its_id(master, student):
    answer = cell_of(student, "relu")
    answer.source, answer.metadata = "relu = 1", nbformat.NotebookNode()
    moved = transplant.transplant(master, student)
    assert moved_answer(moved) == "relu = 1"
    assert moved.notes == (Note("relu", "the cell had lost its metadata; found by its id"),)


def test_a_cell_that_lost_both_is_missing_and_for_review(master, student):
    answer = cell_of(student, "relu")
    answer.source, answer.metadata, answer.id = "relu = 1", nbformat.NotebookNode(), "new"
    moved = transplant.transplant(master, student)
    assert moved.missing == {"relu"}
    assert moved.notes == (
        Note("relu", "no answer cell was found", review=True),
        Note("", "1 other code cell did not run: only answer cells run"),
    )
    assert "raise NotImplementedError" in moved_answer(moved)


def test_cells_of_ones_own_are_noted_unless_they_are_empty(master, student):
    for text in ("helper = 1", " \n", "print(helper)"):
        student.cells.append(nbformat.v4.new_code_cell(text))
    moved = transplant.transplant(master, student)
    assert moved.notes == (Note("", "2 other code cells did not run: only answer cells run"),)
    assert not any("my_own" in cell.source for cell in moved.notebook.cells)


def test_an_answer_turned_into_text_is_missing(master, student):
    cell_of(student, "relu").cell_type = "raw"
    assert transplant.transplant(master, student).missing == {"relu"}


def test_an_id_that_claims_another_question_is_not_taken(master, student):
    answer = cell_of(student, "relu")
    answer.metadata["convviz"]["qid"] = "edge"
    moved = transplant.transplant(master, student)
    assert "relu" in moved.missing


def double(student, source):
    original = cell_of(student, "relu")
    original.source = "relu = 1"
    twin = nbformat.from_dict(json.loads(json.dumps(original)))
    twin.id, twin.source = "twin", source
    student.cells.insert(0, twin)


def test_a_doubled_answer_is_noted(master, student):
    double(student, "relu = 1")
    moved = transplant.transplant(master, student)
    assert moved_answer(moved) == "relu = 1"
    assert moved.notes == (Note("relu", "2 answer cells with the same text"),)


def test_of_two_different_answers_the_original_cell_counts_and_a_person_looks(master, student):
    double(student, "relu = 2")
    moved = transplant.transplant(master, student)
    assert moved_answer(moved) == "relu = 1"
    text = "2 different answer cells; the original one was marked"
    assert moved.notes == (Note("relu", text, review=True),)


def test_an_endless_answer_is_not_run(master, student):
    cell_of(student, "relu").source = "#" * (transplant.MAX_ANSWER + 1)
    moved = transplant.transplant(master, student)
    assert moved.missing == {"relu"} and moved.notes[0].review


@pytest.mark.parametrize("metadata", [{"convviz": 5}, {"convviz": {"qid": ["relu"]}}, {}])
def test_metadata_of_any_form_does_no_harm(master, student, metadata):
    cell_of(student, "relu").metadata = nbformat.from_dict(metadata)
    moved = transplant.transplant(master, student)
    assert moved_answer(moved)


def test_an_old_notebook_without_ids_is_read(master, student, tmp_path):
    document = json.loads(nbformat.writes(student))
    document["nbformat_minor"] = 4
    for cell in document["cells"]:
        del cell["id"]
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert transplant.transplant(master, transplant.read(path)).missing == frozenset()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a notebook: the file is empty"),
        (b" \n", "not a notebook: the file is empty"),
        (b"hello", "not a notebook: the file is not JSON"),
        (b"\xff\xfe\x00", "not a notebook: the file is not text"),
        (b"[]", "not a notebook: valid JSON, but not of a notebook"),
        (b"{}", "not a notebook: valid JSON, but not of a notebook"),
        (b'{"cells": [', "truncated notebook: the file ends in the middle of its JSON"),
        (b'{"cells": ["abc', "truncated notebook: the file ends in the middle of its JSON"),
        (b'{"cells" [], "nbformat": 4}', "damaged notebook: Expecting ':' delimiter in line 1"),
        (b'{"a":' * 100_000, "not a notebook: its JSON is nested too deeply"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "not a valid notebook: "),
        (b'{"nbformat": 99, "cells": []}', "not a valid notebook: "),
        (b'{"nbformat": "x", "cells": []}', "not a valid notebook: "),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [5]}', "not a valid"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path, content, reason):
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        transplant.read(path)
    assert str(refused.value).startswith(reason)
    assert "\n" not in str(refused.value)


def test_a_huge_file_is_refused_unread(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    with path.open("wb") as stream:
        stream.truncate(transplant.MAX_BYTES + 1)
    monkeypatch.setattr("pathlib.Path.read_text", None)
    with pytest.raises(Refused, match="too large: 25 MB, at most 25 MB are read"):
        transplant.read(path)


def test_an_archive_is_refused_before_anything_in_it_is_looked_at(tmp_path, monkeypatch):
    path = tmp_path / "bomb.ipynb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hw01.ipynb", b" " * 20_000_000)
    assert path.stat().st_size < 100_000
    monkeypatch.setattr("pathlib.Path.read_text", None)
    with pytest.raises(Refused, match="an archive, not a notebook: hand in the .ipynb file itself"):
        transplant.read(path)
    path.write_bytes(gzip.compress(b" " * 1000))
    with pytest.raises(Refused, match="an archive, not a notebook"):
        transplant.read(path)


def test_half_a_character_in_an_answer_becomes_a_question_mark(master, student, tmp_path):
    cell_of(student, "relu").source = "relu = 1  # \ud800"
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(student), encoding="utf-8")
    assert moved_answer(transplant.transplant(master, transplant.read(path))) == "relu = 1  # ?"
