"""One page on the whole class: how the points lie, what went wrong most, whom to look at."""

import statistics
from collections import Counter
from decimal import Decimal

from convviz.grading.homework import text as exact
from convviz.grading.reports import feedback, text

_MOST_BARS = 11
_ERRORS = 5
NOT_ATTEMPTED = ("not attempted", "answer cell missing")


def files(homework, records):
    """``overview.html``, self-contained and without scripts."""
    marked = [record for record in records if record["status"] == "marked"]
    stems = text.stems(records)
    about = {
        "homework": homework.name,
        "handed_in": len(records),
        "marked": len(marked),
        "max": exact(homework.points),
        "whole": _whole(homework, marked),
        "questions": [
            _question(question, [record["questions"][index] for record in marked])
            for index, question in enumerate(homework.questions)
        ],
        "review": _review(stems, records),
        "others": [record for record in records if record["status"] != "marked"],
    }
    return {"overview.html": feedback.template("overview.html").render(about)}


def _whole(homework, marked):
    points = [Decimal(record["points"]) for record in marked]
    return {
        "bars": histogram([homework.points], points, whole=True),
        "median": exact(statistics.median(points)) if points else "",
        "mean": f"{statistics.mean(points):.2f}" if points else "",
    }


def _question(question, answers):
    points = [Decimal(answer["points"]) for answer in answers]
    statuses = Counter(answer["status"] for answer in answers)
    reasons = Counter(reason for answer in answers for reason in _reasons(answer))
    worth = [part.points for part in question.parts]
    return {
        "title": question.title,
        "qid": question.qid,
        "max": exact(question.points),
        "mean": f"{statistics.mean(points):.2f}" if points else "",
        "correct": statuses["correct"],
        "not_attempted": sum(statuses[status] for status in NOT_ATTEMPTED),
        "bars": histogram(worth, points),
        # of those that are as common the first by name, so that two runs agree
        "errors": sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:_ERRORS],
    }


def _reasons(answer):
    """What went wrong in one answer: each kind of error once, without where it was."""
    said = {reason for part in answer["parts"] for reason in part["reasons"]}
    if answer["error"]:
        said.add(answer["error"].splitlines()[0].split(", in line ")[0])
    return said


def histogram(worth, points, *, whole=False):
    """Count how many got how much.

    Parameters
    ----------
    worth : list of Decimal
        What each part is worth. Where few sums of them are possible each gets a bar of its own;
        otherwise there are ten bars of one width, the last of which takes full points in.
    points : list of Decimal
    whole : bool
        Ten bars in any case.

    Returns
    -------
    list of (str, str, int)
        Least and most points of a bar, which are the same for a bar of its own, and the number.

    Examples
    --------
    >>> histogram([Decimal(1), Decimal("0.5")], [Decimal("1.5"), Decimal(1), Decimal(1)])
    [('0', '0', 0), ('0.5', '0.5', 0), ('1', '1', 2), ('1.5', '1.5', 1)]
    """
    sums = {Decimal(0)}
    for part in worth:
        sums |= {total + part for total in sums}
        if len(sums) > _MOST_BARS:
            break
    top = sum(worth, Decimal(0))
    if len(sums) <= _MOST_BARS and not whole or not top:
        counts = Counter(points)
        return [(exact(total), exact(total), counts[total]) for total in sorted(sums)]
    edges = [top * step / 10 for step in range(11)]
    counts = Counter(min(int(value * 10 / top), 9) for value in points)
    return [(exact(edges[step]), exact(edges[step + 1]), counts[step]) for step in range(10)]


def _review(stems, records):
    return [
        {"student": record["student"], "page": f"feedback/{stem}.html", "notes": notes}
        for stem, record in zip(stems, records, strict=True)
        if (notes := [note for note in record["notes"] if note["review"]])
    ]
