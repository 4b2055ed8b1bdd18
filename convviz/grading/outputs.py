"""What goes into a student's kernel around a cell, and what a reader sees of what came out."""

import re

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
_CONTROL = re.compile(r"[^\n\t\x20-\x7e\xa0-\U0010ffff]")
_ARROW = re.compile(r"^-+> *(\d+) (.*)$", re.M)
_LINE = re.compile(r"\bline (\d+)")
# The file name IPython gives to a cell says nothing to its author.
_FILE = re.compile(r" \(\w+\.py, line \d+\)$")
_MAX_TEXT = 2000
_MAX_MESSAGE = 300


def with_probe(source, seed):
    """Return a probe cell's source with `probe` made ready for it."""
    return f"from convviz.grading._probe import Probe\nprobe = Probe({seed})\n{source}"


def plain(text, limit):
    """Text without terminal codes and control characters, cut at `limit` characters.

    >>> plain("\\x1b[31mred\\x1b[0m", 80)
    'red'
    """
    text = _CONTROL.sub("", _ANSI.sub("", text[: 4 * limit]))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def text(outputs):
    """What a cell's outputs say, as plain text."""
    said = []
    for output in outputs:
        if output["output_type"] == "stream":
            said.append(output["text"])
        elif "data" in output and isinstance(output["data"].get("text/plain"), str):
            said.append(output["data"]["text/plain"] + "\n")
    return plain("".join(said), _MAX_TEXT).strip()


def error(outputs, answer):
    """Return the error among a cell's outputs: its message, and the line of the answer it is in.

    Parameters
    ----------
    outputs : list
        nbval's, of a cell that raised.
    answer : str
        The student's answer cell; a line is named only when it is one of these.

    Returns
    -------
    dict
        ``message`` ("IndexError: …") and ``where`` ("line 3: …", or "").
    """
    found = next((out for out in outputs if out["output_type"] == "error"), None)
    if found is None:
        return {"message": "the cell raised an error", "where": ""}
    message = plain(f"{found['ename']}: {_FILE.sub('', found['evalue'])}", _MAX_MESSAGE)
    trace = _ANSI.sub("", "\n".join(found["traceback"])[-50_000:])
    lines = answer.splitlines()
    candidates = [int(number) for number, text in _ARROW.findall(trace) if _is(lines, number, text)]
    if not candidates and found["ename"].endswith(("SyntaxError", "IndentationError", "TabError")):
        candidates = [int(n) for n in _LINE.findall(trace) if 0 < int(n) <= len(lines)]
    return {"message": message, "where": where(answer, candidates[-1] if candidates else None)}


def where(answer, number):
    """``line 2: return x`` for a line of the answer cell, "" when there is no such line."""
    lines = answer.splitlines()
    if number is None or not 0 < number <= len(lines):
        return ""
    return plain(f"line {number}: {lines[number - 1].strip()}", _MAX_MESSAGE)


def _is(lines, number, text):
    return 0 < int(number) <= len(lines) and lines[int(number) - 1].strip() == text.strip()
