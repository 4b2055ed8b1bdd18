"""Results for GitHub Classroom, one file for each submission.

Its autograding reporter reads such JSON, in base64, from the variable ``RUNNER_RESULTS`` of the
environment. It adds up the scores of the tests in binary floating point: halves and quarters stay
exact, tenths may not.
"""

import json

from convviz.grading.reports import text

_STATUS = {"refused": "error", "failed": "error"}


def files(homework, records):
    """``classroom/NAME.json`` for each submission."""
    return {
        f"classroom/{stem}.json": json.dumps(_result(record), ensure_ascii=False, indent=1) + "\n"
        for stem, record in zip(text.stems(records), records, strict=True)
    }


def _result(record):
    whole = "pass" if record["points"] == record["max"] else "fail"
    ended = _STATUS.get(record["status"])
    tests = [_test(part, name, wrong, ended) for _, _, part, name, wrong in text.parts(record)]
    return {
        "version": 1,
        "status": ended or whole,
        "max_score": text.number(record["max"]),
        "tests": tests,
    }


def _test(part, name, wrong, ended):
    return {
        "name": name,
        "status": ended or ("fail" if wrong else "pass"),
        "score": text.number(part["points"]),
        "message": wrong or None,
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "duration": 0,
    }
