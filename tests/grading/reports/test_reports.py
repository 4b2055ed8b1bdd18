"""The registry: what is written where, and that nothing is lost unasked."""

import json

import pytest

from convviz.grading import reports


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def written(folder, master, records, *formats, force=False):
    reports.prepare(folder, formats=formats, force=force)
    remarks = reports.write(folder, master, records, formats=formats)
    return contents(folder), remarks


def test_what_everybody_wants_is_written_always(tmp_path, master, record):
    files, _ = written(tmp_path / "out", master, [record()])
    assert set(files) == {"results.jsonl", "grades.csv", "overview.html", "feedback/ada.html"}


def test_each_other_format_is_written_when_it_is_named(tmp_path, master, record):
    files, remarks = written(tmp_path, master, [record()], *reports.ON_REQUEST)
    assert set(files) == {
        "results.jsonl",
        "grades.csv",
        "overview.html",
        "feedback/ada.html",
        "canvas.csv",
        "classroom/ada.json",
        "gradescope/ada.json",
        "jplag/base/handed_out.py",
        "jplag/submissions/ada.py",
        "junit.xml",
    }
    assert [line.split(":")[0] for line in remarks] == ["canvas.csv leaves out ada.ipynb"]


def test_every_format_writes_inside_its_own_place(master, record):
    hostile = record(file="../../etc/x.ipynb")
    for chosen in (*reports.ALWAYS, *reports.ON_REQUEST.values()):
        for name in chosen.files(master, [hostile]):
            assert name == chosen.target or name.startswith(f"{chosen.target}/")
            assert ".." not in name.split("/")


def test_a_class_without_submissions_has_reports_too(tmp_path, master):
    files, remarks = written(tmp_path, master, [], *reports.ON_REQUEST)
    assert remarks == [] and "canvas.csv" in files


def test_reports_are_the_same_whatever_the_time_it_took(master, record):
    for name in ("canvas", "classroom", "gradescope", "jplag"):
        first, second = (
            reports.ON_REQUEST[name].files(master, [record(seconds=seconds)])
            for seconds in (1.0, 2.0)
        )
        assert first == second


def test_the_results_are_one_line_of_json_each(tmp_path, master, record):
    files, _ = written(tmp_path, master, [record(), record(file="ben.ipynb", student="b\nen")])
    lines = files["results.jsonl"].decode("utf-8").splitlines()
    assert [json.loads(line)["file"] for line in lines] == ["ada.ipynb", "ben.ipynb"]


@pytest.mark.parametrize("name", ["grades.csv", "overview.html", "canvas.csv", "jplag/base/a.py"])
def test_earlier_reports_are_not_overwritten_unasked(tmp_path, master, record, name):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(reports.WouldOverwrite, match="is there already: name another folder"):
        reports.prepare(tmp_path, formats=("canvas", "jplag"))
    assert path.read_text(encoding="utf-8") == "precious"
    files, _ = written(tmp_path, master, [record()], "canvas", "jplag", force=True)
    assert b"precious" not in b"".join(files.values())


def test_a_report_nobody_asked_for_is_in_nobodys_way(tmp_path):
    (tmp_path / "canvas.csv").write_text("precious", encoding="utf-8")
    reports.prepare(tmp_path)
    with pytest.raises(reports.WouldOverwrite, match="canvas.csv is there already"):
        reports.prepare(tmp_path, formats=("canvas",))


def test_pages_of_students_who_are_gone_go_when_reports_are_replaced(tmp_path, master, record):
    written(tmp_path, master, [record(), record(file="gone.ipynb")])
    (tmp_path / "feedback" / "notes.txt").write_text("mine", encoding="utf-8")
    files, _ = written(tmp_path, master, [record()], force=True)
    assert {"feedback/ada.html", "feedback/notes.txt"} == {f for f in files if "/" in f}


def test_a_file_in_the_place_of_the_folder_is_said_so(tmp_path):
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(reports.WouldOverwrite, match="is a file: name another folder with --out"):
        reports.prepare(tmp_path / "out")


def test_a_format_that_is_not_there_is_said_with_those_that_are():
    assert reports.named("canvas,junit, canvas") == ("canvas", "junit")
    words = "no format 'moodle': there is canvas, classroom, gradescope, jplag, junit"
    with pytest.raises(ValueError, match=words):
        reports.named("canvas,moodle")


def test_jplag_gets_the_answers_as_python_and_what_was_handed_out(master, record):
    answer = "!pip install x\n%matplotlib inline\ndef f(x):\n    %time x\n    return x % 2\n\n"
    rows = [record(question={"answer": answer}), record(file="b.ipynb", question={"answer": ""})]
    files = reports.ON_REQUEST["jplag"].files(master, rows)
    assert set(files) == {"jplag/base/handed_out.py", "jplag/submissions/ada.py"}
    compile(files["jplag/submissions/ada.py"], "ada.py", "exec")
    assert "return x % 2" in files["jplag/submissions/ada.py"]
    assert "SOLUTION" not in files["jplag/base/handed_out.py"]
    assert "raise NotImplementedError" in files["jplag/base/handed_out.py"]
