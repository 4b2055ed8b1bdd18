"""The first notebook is a map: it leads to everything there is, and nowhere else."""

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
CELLS = json.loads((NOTEBOOKS / "00_start_here.ipynb").read_text("utf-8"))["cells"]
TEXT = "\n\n".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "markdown")
# Lecture, its link, its question, the lectures it needs.
ROWS = re.findall(
    r"^\| \[(\d\d) [^]]+\]\((lectures/[^)]+)\) \| ([^|]+?) \| ([^|]*?) ?\|", TEXT, re.MULTILINE
)


def title_of(notebook):
    return "".join(json.loads((NOTEBOOKS / notebook).read_text("utf-8"))["cells"][0]["source"])


@pytest.mark.parametrize("folder", ["lectures", "homework"])
def test_it_links_every_lecture_and_every_homework_in_order(folder):
    there = sorted(f"{folder}/{path.name}" for path in (NOTEBOOKS / folder).glob("*.ipynb"))
    assert re.findall(rf"\]\(({folder}/[^)]+)\)", TEXT) == there


def test_its_links_lead_to_a_file_or_to_a_heading_of_its_own():
    headings = {"#" + title.replace(" ", "-") for title in re.findall(r"^#+ (.+)$", TEXT, re.M)}
    links = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert [link for link in links
            if link not in headings and not (NOTEBOOKS / link).is_file()] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_lecture_stands_there_with_the_question_of_its_title(row):
    number, link, question, needs = row
    title = title_of(link).splitlines()[0].lower()
    assert title.startswith(f"# {number} ")
    assert title.endswith(f": {question.lower()}")
    assert all(before < number for before in re.findall(r"\d\d", needs))


def test_all_lectures_of_the_map_were_looked_at():
    assert len(ROWS) == len(list((NOTEBOOKS / "lectures").glob("*.ipynb")))
