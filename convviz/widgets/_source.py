"""The player's JavaScript and style sheet, read once.

The modules in ``player/`` import each other, so that Node can test them one by one. A widget wants
a single module, so they are joined here in the order of their imports, without the import lines.
"""

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "player"
_IMPORT = re.compile(r'^import\s[^"]*"\./([\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|function|async|class|let)\b)", re.MULTILINE)


@cache
def joined(entry):
    """One ES module with everything that `entry` imports, each module after those it needs."""
    parts = {}

    def visit(name):
        text = (_FOLDER / name).read_text(encoding="utf-8")
        for needed in _IMPORT.findall(text):
            if needed not in parts:
                visit(needed)
        parts[name] = _EXPORT.sub("", _IMPORT.sub("", text))

    visit(entry)
    return "\n".join(parts.values())


PLAYER_JS = joined("player.js")
TRAINING_JS = joined("training.js")
TRAINING_CSS = (_FOLDER / "training.css").read_text(encoding="utf-8")
INSIDE_JS = joined("inside.js")
INSIDE_CSS = (_FOLDER / "inside.css").read_text(encoding="utf-8")
PLAYER_CSS = (_FOLDER / "player.css").read_text(encoding="utf-8")
REPORT_JS = joined("report.js")
REPORT_CSS = (_FOLDER / "report.css").read_text(encoding="utf-8")
