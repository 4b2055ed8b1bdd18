"""Every item of the syllabus is taught: its numbers stand in a stored output of a lecture.

A lecture says in its metadata which items it covers: ``{"convviz": {"covers": ["CONV-1", …]}}``.
A file ``syllabus/<family>.py`` says what must be seen there: ``TEXTS``, a dict from each item to a
list of numbers, nested lists of numbers (an array, printed in any way) and words.
"""

import json
import re
import runpy
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
LECTURES = sorted((HERE.parent / "notebooks" / "lectures").glob("*.ipynb"))
TABLES = {path.stem.upper(): runpy.run_path(path)["TEXTS"]
          for path in sorted((HERE / "syllabus").glob("*.py"))}
ITEMS = {item: texts for table in TABLES.values() for item, texts in table.items()}


# Items on which slides in circulation are wrong, and what the note about it names.
ERRATA = [
    ("CONV-1", "run together"),
    ("CONV-3", "minus signs"),
    ("CONV-5", "$2k+1$ taps"),
    ("ARITH-1", "without the floor"),
    ("ARITH-3", "$P_L$"),
    ("VOL-1", "inner indices"),
    ("FC-1", "$5\\cdot5\\cdot3=75$"),
    ("POOL-1", "$11/4=2.75$"),
    ("POOL-2", "last cell"),
    ("POOL-3", "the value is 6.61"),
    ("BACK-2", "it is $w_{1,0}=-1$"),
    ("BACK-2", "$x-y'$ for $y-y'$"),
    ("BACK-4", "8×8, not 7×7 or 4×4"),
    ("BPOOL-2", "letter $j$ for two loops"),
    ("VAR-2", "with stride 2 the formula says"),
    ("VAR-2", "turned by 180°"),
    ("TRAIN-1", "batch of $m=2$"),
    ("ZOO-1", "stride 2 for convolution 2"),
    ("ZOO-1", "630 M connections"),
]


def normal(text):
    """Words and numbers between single spaces: no brackets, no commas, one kind of minus."""
    text = text.replace("−", "-")
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)  # 352,800
    text = re.sub(r"\s*×\s*", "×", text)
    text = re.sub(r"\barray\b|\bdtype=\w+|[\[\](){},;:|=]", " ", text)
    text = re.sub(r"(?<=\d)\.0*(?!\d)", "", text)  # 3. and 3.00 are 3
    return " " + " ".join(text.split()) + " "


def wanted(text):
    """A number, an array or words in the same form."""
    if not isinstance(text, str):
        text = " ".join(str(number) for number in np.ravel(text).tolist())
    return normal(text)


def stored_texts(path):
    """What the outputs of a notebook say in plain text, one entry for each output."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            text = output.get("text") or output.get("data", {}).get("text/plain") or ""
            yield normal("".join(text))


def covers(path):
    """The items that a lecture declares."""
    metadata = json.loads(path.read_text("utf-8"))["metadata"]
    return metadata.get("convviz", {}).get("covers", [])


@pytest.mark.parametrize("item", ITEMS)
def test_a_lecture_covers_the_item_and_shows_its_numbers(item):
    lectures = [path for path in LECTURES if item in covers(path)]
    assert lectures, f"no lecture declares {item}"
    seen = [text for path in lectures for text in stored_texts(path)]
    missing = [text for text in ITEMS[item] if not any(wanted(text) in output for output in seen)]
    names = " and ".join(path.name for path in lectures)
    assert not missing, f"{item}: no stored output of {names} shows {missing}"


@pytest.mark.parametrize(("item", "words"), ERRATA)
def test_an_item_on_which_slides_are_wrong_has_its_erratum(item, words):
    cells = [cell for path in LECTURES if item in covers(path)
             for cell in json.loads(path.read_text("utf-8"))["cells"]]
    notes = re.findall(r"^> \*Erratum\.\* .*$", "\n".join(
        "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"
    ), re.MULTILINE)
    assert any(words in note for note in notes), notes


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.name)
def test_a_lecture_declares_items_that_exist(path):
    assert covers(path), 'the metadata lack {"convviz": {"covers": […]}}'
    assert [item for item in covers(path) if item not in ITEMS] == []


@pytest.mark.parametrize("family", TABLES)
def test_a_family_is_numbered_without_gaps_and_every_item_asks_for_something(family):
    table = TABLES[family]
    assert list(table) == [f"{family}-{k + 1}" for k in range(len(table))]
    assert [item for item, texts in table.items() if not texts] == []


@pytest.mark.parametrize(
    ("printed", "asked"),
    [
        ("array([[-7, -2],\n       [-5, -2]])", [[-7, -2], [-5, -2]]),
        ("[[4. 4.]\n [2. 4.]]", [[4, 4], [2, 4]]),
        ("output = 5×5, sum −7", "5 × 5"),
        ("352,800 multiply-adds", 352800),
        ("mean 3.25.", [3.25]),
    ],
)
def test_an_array_is_found_however_it_is_printed(printed, asked):
    assert wanted(asked) in normal(printed)


@pytest.mark.parametrize(
    ("printed", "asked"),
    [("[17, 2]", [7, 2]), ("[7, 25]", [7, 2]), ("[7, -2]", [7, 2]), ("3.25", 3), ("1.2", 2)],
)
def test_a_number_is_not_found_within_another(printed, asked):
    assert wanted(asked) not in normal(printed)
