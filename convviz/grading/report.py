"""What a marked class comes out as: results.jsonl, grades.csv and a feedback page each."""

import csv
import json
import re
from pathlib import Path

import jinja2

SYMBOLS = {"correct": "✓", "partly correct": "◐", "not attempted": "○"}
# A spreadsheet takes a cell that starts so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class WouldOverwrite(Exception):
    """Reports of an earlier run are in the way; the text says what to do."""


def prepare(folder, *, force=False):
    """Make the folder for the reports.

    Raises
    ------
    WouldOverwrite
        When ``grades.csv`` is there already and `force` is not given, or `folder` is a file.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise WouldOverwrite(f"{folder} is a file: name another folder with --out")
    if (folder / "grades.csv").exists() and not force:
        raise WouldOverwrite(
            f"{folder / 'grades.csv'} is there already: name another folder with --out, "
            "or replace it with --force"
        )
    (folder / "feedback").mkdir(parents=True, exist_ok=True)


def write(folder, homework, results):
    """Write all reports of a run.

    Parameters
    ----------
    folder : path
        As `prepare` made it.
    homework : homework.Homework
    results : list of dict
        As `score.result` makes them.
    """
    folder = Path(folder)
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in results]
    (folder / "results.jsonl").write_text("".join(lines), encoding="utf-8")
    with (folder / "grades.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(table(homework, results))
    for name, record in zip(page_names(results), results, strict=True):
        (folder / "feedback" / name).write_text(page(record), encoding="utf-8")


def table(homework, results):
    """Rows of ``grades.csv``, the header first.

    Points are what the results say, to the digit; ``review`` counts the notes that ask for a
    person's eye.
    """
    qids = [question.qid for question in homework.questions]
    rows = [["student", "file", "status", "points", "max", *qids, "review", "reason"]]
    for record in results:
        points = {question["qid"]: question["points"] for question in record["questions"]}
        row = [record["student"], record["file"], record["status"], record["points"], record["max"]]
        row += [points[qid] for qid in qids]
        row += [str(sum(note["review"] for note in record["notes"])), record["reason"]]
        rows.append([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return rows


def page_names(results):
    """File names of the feedback pages: readable, safe, each once.

    >>> page_names([{"file": "anna.ipynb"}, {"file": "ben/hw 1.ipynb"}, {"file": "ben_hw_1.ipynb"}])
    ['anna.html', 'ben_hw_1.html', 'ben_hw_1-2.html']
    """
    names = []
    for record in results:
        stem = re.sub(r"[^\w.-]+", "_", record["file"].removesuffix(".ipynb")).lstrip(".") or "_"
        name, number = f"{stem}.html", 1
        while name.lower() in {taken.lower() for taken in names}:
            number += 1
            name = f"{stem}-{number}.html"
        names.append(name)
    return names


def page(record):
    """One submission's feedback as a self-contained HTML page without scripts.

    Everything that comes from the submission is escaped.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("convviz.grading"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    return environment.get_template("feedback.html").render(record=record, symbols=SYMBOLS)


def lines(record):
    """The feedback for a terminal, a list of lines."""
    said = []
    for question in record["questions"]:
        symbol = SYMBOLS.get(question["status"], "✗")
        points = f"{question['points']} of {question['max']}"
        said.append(f"{symbol} {points:>8}  {question['title']} [{question['status']}]")
        if question["status"] in ("correct", "not attempted"):
            continue
        wrong = [part for part in question["parts"] if part["message"]]
        said += [f"    {line}" for line in question["error"].splitlines()]
        said += [f"    {part['part'] or 'hidden cases'}: {part['message']}" for part in wrong]
        said += [f"    {line}" for line in question["check"].splitlines()]
    for note in record["notes"]:
        said.append(f"{'REVIEW' if note['review'] else 'note'}: {note['qid']}: {note['text']}")
    return said
