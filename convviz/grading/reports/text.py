"""What every format needs: safe names, exact numbers, text without what a reader would run."""

import re
import unicodedata

# A spreadsheet takes a cell that starts so for a formula; some drop what stands before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)
# A file system takes 255 bytes; a number and an ending are still to come.
_NAME_BYTES = 120


def stems(results):
    """Names for the files of the submissions: readable, safe on every system, each once.

    >>> stems([{"file": "anna.ipynb"}, {"file": "ben/hw 1.ipynb"}, {"file": "ben_hw_1.ipynb"}])
    ['anna', 'ben_hw_1', 'ben_hw_1-2']
    """
    names, taken = [], set()
    for record in results:
        stem = name = _safe(record["file"].removesuffix(".ipynb"))
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _safe(name):
    name = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", name)).lstrip(".-")
    name = name.encode("utf-8", "replace")[:_NAME_BYTES].decode("utf-8", "ignore").rstrip(".")
    return f"_{name}" if not name or _RESERVED.match(name) else name


def cell(text):
    """A cell of a table that no spreadsheet takes for a formula.

    >>> cell("=1+1"), cell("Ada")
    ("'=1+1", 'Ada')
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def xml(text):
    """Text without the characters that no XML 1.0 document may hold, not even escaped.

    >>> xml("a\\x00\\x1b[31mb")
    'a[31mb'
    """
    return _NOT_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def number(points):
    """Points as a number whose JSON has the digits of the text.

    >>> number("4"), number("1.1")
    (4, 1.1)
    """
    return float(points) if "." in points else int(points)


def parts(record):
    """Yield each part of each question: its number ("2.1"), question, part, name and what is wrong.

    What is wrong is "" for a part that earned its points, and never "" for another.
    """
    for one, question in enumerate(record["questions"], start=1):
        for two, part in enumerate(question["parts"], start=1):
            name = f"{question['title']}: {part['part']}" if part["part"] else question["title"]
            yield f"{one}.{two}", question, part, name, _wrong(record, question, part)


def _wrong(record, question, part):
    if record["status"] != "marked":
        return record["reason"] or record["status"]
    if part["status"] == "ok":
        return ""
    return part["message"] or question["error"] or part["status"]
