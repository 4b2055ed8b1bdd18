"""What goes into a student's kernel around a cell, and what a reader sees of what came out."""

import base64
import contextlib
import io
import re
import warnings

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
_CONTROL = re.compile(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]")
_ARROW = re.compile(r"^-+> *(\d+) (.*)$", re.M)
_LINE = re.compile(r"\bline (\d+)")
# The file name IPython gives to a cell says nothing to its author.
_FILE = re.compile(r" \(\w+\.py, line \d+\)$")
_MAX_TEXT = 2000
_MAX_MESSAGE = 300
# A figure as it arrives, in base64; as it is opened, in pixels; as it is kept, in bytes.
_MAX_ENCODED = 4_000_000
_MAX_PIXELS = 4_000_000
_MAX_FIGURE = 100_000


def with_probe(source, seed):
    """Return a probe cell's source with `probe` made ready for it, and published after it."""
    before = f"from convviz.grading._probe import Probe\nprobe = Probe({seed})"
    return f"{before}\n{source}\nprobe.publish()"


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
        elif "image/png" in output.get("data", {}):
            continue  # its text only names the kind of object
        elif isinstance(output.get("data", {}).get("text/plain"), str):
            said.append(output["data"]["text/plain"] + "\n")
    return plain("".join(said), _MAX_TEXT).strip()


def shown(outputs, role):
    """What of a cell's outputs goes into the record: text, and a figure of one's own cells.

    A probe calls the student's function with hidden inputs: a picture of them is not passed on.
    """
    mine = role in ("answer", "public")
    return {"text": text(outputs), "figure": figure(outputs) if mine else ""}


def figure(outputs):
    """Return the last picture among a cell's outputs, drawn anew, as base64; "" when there is none.

    What a student's kernel calls a PNG is opened as one and nothing else, and not when it would be
    large in memory. Only its pixels are kept, halved in size until they fit.
    """
    for output in reversed(outputs):
        found = output.get("data", {}).get("image/png")
        if isinstance(found, str) and 0 < len(found) <= _MAX_ENCODED:
            with contextlib.suppress(Exception):  # Pillow raises many kinds
                return base64.b64encode(_redrawn(base64.b64decode(found))).decode("ascii")
    return ""


def _redrawn(png):
    from PIL import Image  # slow to import, and few cells draw

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = Image.open(io.BytesIO(png), formats=["PNG"])
        if picture.width * picture.height > _MAX_PIXELS:
            raise ValueError("too many pixels")
        pixels = picture.convert("RGBA")
    paper = Image.new("RGB", pixels.size, "white")
    paper.paste(pixels, mask=pixels)
    while True:
        stream = io.BytesIO()
        paper.save(stream, "PNG", optimize=True)
        if stream.tell() <= _MAX_FIGURE:
            return stream.getvalue()
        paper = paper.resize([max(1, side // 2) for side in paper.size], Image.Resampling.BOX)


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
