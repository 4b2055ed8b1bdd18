"""The answers as Python files, for JPlag or another program that looks for copies.

``jplag/base`` holds what all were given; what is the same there does not count as copied::

    java -jar jplag.jar -l python3 -bc DIR/jplag/base DIR/jplag/submissions
"""

import re

from convviz.grading import release
from convviz.grading.reports import text

# IPython's own words, which a Python parser stops at.
_MAGIC = re.compile(r"^(\s*)(?=[%!?])", re.M)


def files(homework, records):
    """``jplag/submissions/NAME.py`` with the answer cells of each, ``jplag/base/handed_out.py``."""
    stubs = {cell.id: cell.source for cell in homework.notebook.cells}
    handed_out = [release.stub(stubs[question.cell_id]) for question in homework.questions]
    found = {"jplag/base/handed_out.py": _module(handed_out)}
    for stem, record in zip(text.stems(records), records, strict=True):
        answers = [question["answer"] for question in record["questions"] if question["answer"]]
        if answers:
            found[f"jplag/submissions/{stem}.py"] = _module(answers)
    return found


def _module(sources):
    return "\n\n\n".join(_MAGIC.sub(r"\1# ", source).strip("\n") for source in sources) + "\n"
