"""From what the cells came to, to points and words: one record a submission, plain JSON."""

from decimal import Decimal

from convviz.grading import forbidden, outputs

# Stamped on every report until there is a sandbox that holds.
ISOLATION = "none (own process only): grade only submissions you trust"
_SHOWN_CASES = 3


def result(homework, submission, events):
    """Add up one submission.

    Parameters
    ----------
    homework : homework.Homework
    submission : dict
        ``student``, ``file`` and ``sha256``.
    events : list of dict
        The lines the plugin wrote.

    Returns
    -------
    dict
        Points are text, so that they stay exact. ``status`` is "marked", "refused" (the file
        cannot be marked) or "failed" (the grader could not).
    """
    ended = next((event for event in events if event["event"] in ("refused", "failed")), None)
    cells = [event for event in events if event["event"] == "cell"]
    start = next((event for event in events if event["event"] == "notes"), {})
    missing, answers = set(start.get("missing", ())), start.get("answers", {})
    questions = [
        _question(question, cells, question.qid in missing, answers.get(question.qid, ""))
        for question in homework.questions
    ]
    notes = [*start.get("notes", ()), *_forbidden(homework, answers)]
    return submission | {
        "homework": homework.name,
        "status": ended["event"] if ended else "marked",
        "reason": ended["reason"] if ended else "",
        "points": str(sum((Decimal(question["points"]) for question in questions), Decimal(0))),
        "max": str(homework.points),
        "questions": questions,
        "notes": notes,
        "isolation": ISOLATION,
    }


def _question(question, cells, missing, answer):
    own = [cell for cell in cells if cell["qid"] == question.qid]
    by_id = {cell["cell"]: cell for cell in own}
    answer_event = by_id.get(question.cell_id, {})
    parts = [_part(part, by_id.get(part.cell_id), answer) for part in question.parts]
    return {
        "qid": question.qid,
        "title": question.title,
        "points": str(sum((Decimal(part["points"]) for part in parts), Decimal(0))),
        "max": str(question.points),
        "status": _status(parts, answer_event, missing),
        "error": _error(answer_event),
        "parts": parts,
        "check": "\n".join(cell["text"] for cell in own if cell["role"] == "public"),
        "answer": answer,
    }


def _part(part, event, answer):
    event = event or {"status": "unmarked", "message": "not reached", "cases": []}
    cases = event.get("cases", [])
    right = event["status"] == "ok"
    stub = bool(cases) and all(case["kind"] == "stub" for case in cases)
    return {
        "part": part.name,
        "points": str(part.points if right else Decimal(0)),
        "max": str(part.points),
        "status": "not attempted" if stub else event["status"],
        "message": "" if right or stub else _message(event, cases, answer),
    }


def _message(event, cases, answer):
    """What was wrong: the kinds of error, with the author's names of the hidden cases."""
    wrong = [case for case in cases if case["kind"] != "ok"]
    if event["status"] != "wrong" or not wrong:
        return "; ".join(filter(None, (event["message"], event.get("where", ""))))
    said = [_case(case, answer) for case in wrong[:_SHOWN_CASES]]
    if len(wrong) > _SHOWN_CASES:
        said.append(f"and {len(wrong) - _SHOWN_CASES} more")
    return f"{len(cases) - len(wrong)} of {len(cases)} cases right; " + "; ".join(said)


def _case(case, answer):
    where = outputs.where(answer, case["line"])
    return f"{case['label']}: {case['reason']}" + (f" in {where}" if where else "")


def _status(parts, answer_event, missing):
    statuses = [part["status"] for part in parts]
    if missing:
        return "answer cell missing"
    if statuses and all(status == "ok" for status in statuses):
        return "correct"
    if answer_event.get("status") == "error":
        return "error"
    if "ok" in statuses:
        return "partly correct"
    if statuses and all(status == "not attempted" for status in statuses):
        return "not attempted"
    stopped = next((part for part in parts if part["status"] == "stopped"), None)
    if stopped:
        return stopped["message"].split(",")[0]
    return next((status for status in statuses if status != "not attempted"), "unmarked")


def _error(event):
    """What the answer cell itself raised, with the student's line."""
    if event.get("status") not in ("error", "stopped"):
        return ""
    return "\n".join(filter(None, (event["message"], event.get("where", ""))))


def _forbidden(homework, answers):
    for question in homework.questions:
        used = forbidden.names(answers.get(question.qid, ""), question.forbid)
        if used:
            text = f"uses {', '.join(used)}, which the question rules out"
            yield {"qid": question.qid, "text": text, "review": True}
