"""``results.jsonl``, the truth in one line of JSON each, and ``grades.csv``, the points."""

import csv
import io
import json

from convviz.grading.reports import text


def results(homework, records):
    """``results.jsonl``: a line for each submission, all that is known of it."""
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
    return {"results.jsonl": "".join(lines)}


def grades(homework, records):
    """``grades.csv``: a row for each submission."""
    return {"grades.csv": as_csv(rows(homework, records))}


def rows(homework, records):
    """Rows of ``grades.csv``, the header first.

    Points are what the results say, to the digit; ``review`` counts the notes that ask for a
    person's eye.
    """
    qids = [question.qid for question in homework.questions]
    table = [["student", "file", "status", "points", "max", *qids, "review", "reason"]]
    for record in records:
        points = {question["qid"]: question["points"] for question in record["questions"]}
        row = [record["student"], record["file"], record["status"], record["points"], record["max"]]
        row += [points[qid] for qid in qids]
        row += [str(sum(note["review"] for note in record["notes"])), record["reason"]]
        table.append([text.cell(cell) for cell in row])
    return table


def as_csv(table):
    """Rows as CSV (RFC 4180)."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(table)
    return stream.getvalue()
