"""A table for Canvas: Gradebook, Import.

Canvas finds the student by the number in the column ID, which is in the name it gives to a file
that is downloaded from it: ``lovelaceada_LATE_1234_56789_hw01.ipynb`` was handed in by user 1234.
Where the homework is not called in Canvas as it is here, Canvas asks which assignment is meant.
"""

import re
from collections import Counter

from convviz.grading.homework import text as exact
from convviz.grading.reports import table

# Canvas takes every _number_ out of the student's own name, so the first two are its own.
_NAME = re.compile(r"(?P<student>[^_/]\w*?)(?:_LATE)?_(?P<user>\d+)_(?P<file>\d+)_")
_HEADER = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def files(homework, records):
    """``canvas.csv``: points of those submissions whose file name says the user."""
    rows = [[*_HEADER, homework.name]]
    rows.append(["    Points Possible", "", "", "", "", exact(homework.points)])
    for user, record in _found(records).items():
        student = _match(record["file"])["student"]
        rows.append([student, user, "", "", "", record["points"]])
    return {"canvas.csv": table.as_csv(rows)}


def remarks(records):
    """Say which submissions `files` leaves out, and why."""
    users = Counter(user_id(record["file"]) for record in records)
    said = []
    for record in records:
        user = user_id(record["file"])
        if user is None:
            why = "its name has no Canvas user id (name_userid_fileid_title.ipynb)"
        elif users[user] > 1:
            why = f"user {user} handed in {users[user]} files: enter the one that counts by hand"
        elif record["status"] == "failed":
            why = "it could not be marked"
        else:
            continue
        said.append(f"canvas.csv leaves out {record['file']}: {why}")
    return said


def user_id(file):
    """The Canvas user that a file's name speaks of, None when it speaks of none.

    >>> user_id("lovelaceada_LATE_1234_56789_hw01-1.ipynb"), user_id("ada/hw01.ipynb")
    ('1234', None)
    """
    found = _match(file)
    return found["user"] if found else None


def _match(file):
    return _NAME.match(file.rsplit("/", 1)[-1])


def _found(records):
    users = Counter(user_id(record["file"]) for record in records)
    named = {user_id(record["file"]): record for record in records if record["status"] != "failed"}
    return {user: record for user, record in named.items() if user and users[user] == 1}
