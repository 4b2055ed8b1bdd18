"""``convviz page``: a lecture as a page that needs neither a kernel nor the network."""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from latex2mathml.converter import convert

from convviz.cli import main

ROOT = Path(__file__).parents[2] / "notebooks"
LECTURE = ROOT / "lectures" / "06_backpropagation.ipynb"
NOTEBOOKS = [*sorted(ROOT.glob("lectures/*.ipynb")), *sorted(ROOT.glob("homework/*.ipynb"))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    assert main(["page", str(LECTURE), "--to", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def text(folder):
    return (folder / "06_backpropagation.html").read_text("utf-8")


@pytest.fixture(scope="module")
def page(text):
    return BeautifulSoup(text, "html.parser")


def test_a_page_fetches_nothing(page, text):
    fetched = [
        tag[name] for tag in page.find_all(True) for name in ("src", "data", "srcset")
        if tag.has_attr(name) and not tag[name].startswith("data:")
    ]
    assert fetched == page.find_all("link", href=True) == []
    assert re.findall(r"@import|url\(\s*['\"]?https?:|import\(", text) == []


def test_every_formula_is_drawn_by_the_browser(page):
    lecture = nbformat.read(LECTURE, as_version=4)
    written = "".join(cell.source for cell in lecture.cells if cell.cell_type == "markdown")
    assert len(page.find_all("math", display="block")) == written.count("$$") / 2
    assert len(page.find_all("math", display="inline")) == written.replace("$$", "").count("$") / 2
    prose = [block.get_text() for block in page.select(".jp-RenderedMarkdown")]
    assert not [block for block in prose if "$" in block]


def test_the_answer_to_a_prediction_is_folded_below_its_question(page):
    lecture = nbformat.read(LECTURE, as_version=4)
    asked = [cell.id for cell in lecture.cells if "widgets.Predict(" in cell.source]
    assert len(asked) >= 4
    for name in asked:
        words = page.find(id=f"cell-id={name}").get_text()
        folded = page.find(id=f"cell-id={name}").find("details").get_text()
        assert "widgets.Predict(" in folded
        assert words.index("Predict: ") < words.index("widgets.Predict(")
        assert words.count("widgets.Predict(") == 1


def test_a_picture_says_what_it_shows(page):
    pictures = page.select("img")
    assert pictures and all(len(picture["alt"]) > 10 for picture in pictures)


def test_a_page_that_is_there_is_replaced_only_by_force(folder, capsys):
    page = folder / "06_backpropagation.html"
    page.write_text("mine", "utf-8")
    assert main(["page", str(LECTURE), "--to", str(folder)]) == 1
    assert f"{page} is there already; --force replaces it" in capsys.readouterr().err
    assert page.read_text("utf-8") == "mine"
    assert main(["page", str(LECTURE), "--to", str(folder), "--force"]) == 0
    assert page.read_text("utf-8") != "mine"


@pytest.mark.parametrize("content, words", [
    (None, "there is no such file"),
    ("{", "it is no notebook that can be read"),
])
def test_what_cannot_be_read_is_named(tmp_path, capsys, content, words):
    notebook = tmp_path / "mine.ipynb"
    if content:
        notebook.write_text(content, "utf-8")
    assert main(["page", str(notebook)]) == 1
    assert f"{notebook}: {words}" in capsys.readouterr().err
    assert not (tmp_path / "mine.html").exists()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_formula_of_a_notebook_is_left_half_translated(path):
    cells = nbformat.read(path, as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    for formula in re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", prose, re.DOTALL):
        drawn = convert("".join(formula))
        assert "\\" not in drawn and "<mi>&</mi>" not in drawn, formula
