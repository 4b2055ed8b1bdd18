"""A page for each student, and the same in lines for a terminal."""

import functools

import jinja2

from convviz.grading.reports import text

SYMBOLS = {"correct": "✓", "partly correct": "◐", "not attempted": "○"}


def files(homework, records):
    """``feedback/NAME.html`` for each submission."""
    named = zip(text.stems(records), records, strict=True)
    return {f"feedback/{stem}.html": page(record) for stem, record in named}


def page(record):
    """One submission's feedback as a self-contained HTML page without scripts.

    Everything that comes from the submission is escaped.
    """
    return template("feedback.html").render(record=record, symbols=SYMBOLS)


@functools.cache
def template(name):
    """A template of ours; what it is given is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("convviz.grading"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["capitalize_first"] = lambda words: words[:1].upper() + words[1:]
    return environment.get_template(name)


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
        kind = "REVIEW" if note["review"] else "note"
        said.append(": ".join(filter(None, (kind, note["qid"], note["text"]))))
    return said
