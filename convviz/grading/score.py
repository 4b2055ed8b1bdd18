"""From what the cells came to, to points and words: one record a submission, plain JSON."""

from decimal import Decimal

from convviz.grading import forbidden, outputs
from convviz.grading.homework import text

_SHOWN_REASONS = 3


def result(homework, submission, events, isolation):
    """Add up one submission.

    Parameters
    ----------
    homework : homework.Homework
    submission : dict
        ``student``, ``file`` and ``sha256``.
    events : list of dict
        The lines the plugin wrote.
    isolation : str
        What the sandbox promises; stamped on every report.

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
        "points": _sum(questions),
        "max": text(homework.points),
        "questions": questions,
        "notes": notes,
        "isolation": isolation,
    }


def _sum(records):
    return text(sum((Decimal(record["points"]) for record in records), Decimal(0)))


def _question(question, cells, missing, answer):
    own = [cell for cell in cells if cell["qid"] == question.qid]
    by_id = {cell["cell"]: cell for cell in own}
    answer_event = by_id.get(question.cell_id, {})
    halt = next((cell for cell in own if cell["status"] == "stopped"), answer_event)
    parts = [_part(part, by_id.get(part.cell_id), answer, halt) for part in question.parts]
    return {
        "qid": question.qid,
        "title": question.title,
        "points": _sum(parts),
        "max": text(question.points),
        "status": _status(parts, halt, missing),
        "error": _error(halt),
        "parts": parts,
        "check": "\n".join(cell["text"] for cell in own if cell["role"] == "public"),
        "said": answer_event.get("text", ""),
        "figure": next((cell["figure"] for cell in reversed(own) if cell.get("figure")), ""),
        "answer": answer,
    }


def _part(part, event, answer, halt):
    event = event or {"status": "unmarked", "message": "not reached", "cases": []}
    cases = event.get("cases", [])
    right = event["status"] == "ok"
    stub = bool(cases) and all(case["kind"] == "stub" for case in cases)
    said = halt.get("status") in ("error", "stopped") and not cases  # once for the question
    return {
        "part": part.name,
        "points": text(part.points if right else Decimal(0)),
        "max": text(part.points),
        "status": "not attempted" if stub else event["status"],
        "message": "" if right or stub or said else _message(event, cases, answer),
        "reasons": sorted({case["reason"] for case in cases if case["kind"] not in ("ok", "stub")}),
    }


def _message(event, cases, answer):
    """What was wrong: the kinds of error, with the author's names of the hidden cases."""
    wrong = [case for case in cases if case["kind"] != "ok"]
    if event["status"] != "wrong" or not wrong:
        return "; ".join(filter(None, (event["message"], event.get("where", ""))))
    labels = {}
    for case in wrong:
        labels.setdefault(_reason(case, answer), {})[case["label"]] = None
    said = [f"{reason} ({', '.join(names)})" for reason, names in labels.items()]
    more = ["and more"] if len(said) > _SHOWN_REASONS else []
    right = f"{len(cases) - len(wrong)} of {len(cases)} cases right"
    return "; ".join([right, *said[:_SHOWN_REASONS], *more])


def _reason(case, answer):
    where = outputs.where(answer, case["line"])
    hint = ": only answer cells run" if case["reason"] == "raised NameError" else ""
    return case["reason"] + (f" in {where}" if where else "") + hint


def _status(parts, halt, missing):
    statuses = [part["status"] for part in parts]
    if missing:
        return "answer cell missing"
    if statuses and all(status == "ok" for status in statuses):
        return "correct"
    if "ok" in statuses:
        return "partly correct"
    if halt.get("status") in ("error", "stopped"):
        return "error" if halt["status"] == "error" else halt["message"].split(",")[0]
    if statuses and all(status == "not attempted" for status in statuses):
        return "not attempted"
    return next((status for status in statuses if status != "not attempted"), "unmarked")


def _error(event):
    """What the answer cell itself raised, or what stopped it, with the student's line."""
    if event.get("status") not in ("error", "stopped"):
        return ""
    return "\n".join(filter(None, (event["message"], event.get("where", ""))))


def _forbidden(homework, answers):
    for question in homework.questions:
        used = forbidden.names(answers.get(question.qid, ""), question.forbid)
        if used:
            words = f"uses {', '.join(used)}, which the question rules out"
            yield {"qid": question.qid, "text": words, "review": True}
