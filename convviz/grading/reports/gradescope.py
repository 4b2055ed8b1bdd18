"""Results for Gradescope, one file for each submission: what ``results.json`` is to hold.

Gradescope runs a course's own grader in a container, for one submission at a time, and reads
``/autograder/results/results.json``.
"""

import json

from convviz.grading.reports import text


def files(homework, records):
    """``gradescope/NAME.json`` for each submission.

    There is none where the grader itself failed: Gradescope then says so, and no student gets 0.
    """
    return {
        f"gradescope/{stem}.json": json.dumps(_result(record), ensure_ascii=False, indent=1) + "\n"
        for stem, record in zip(text.stems(records), records, strict=True)
        if record["status"] != "failed"
    }


def _result(record):
    said = [f"Not marked: {record['reason']}"] if record["status"] != "marked" else []
    said += [": ".join(filter(None, (note["qid"], note["text"]))) for note in record["notes"]]
    return {
        "score": text.number(record["points"]),
        "output": "\n".join(said),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "tests": [_test(*found) for found in text.parts(record)],
    }


def _test(number, question, part, name, wrong):
    check = question["check"] if wrong else ""
    return {
        "number": number,
        "name": name,
        "name_format": "text",
        "score": text.number(part["points"]),
        "max_score": text.number(part["max"]),
        "status": "failed" if wrong else "passed",
        "output": "\n\n".join(filter(None, (wrong, check))),
        "output_format": "text",
    }
