"""``convviz lab`` in a browser: it opens cleanly, runs a notebook and follows the theme."""

import nbformat
import pytest

HTML = """\
from IPython.display import HTML
HTML("<p class=probe>six times seven is %d</p>" % (6 * 7))
"""


def write(lab, name, *sources):
    """Write a notebook of code cells into the folder of the lab; return its name."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(it) for it in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, lab.folder / name)
    return name


@pytest.fixture(scope="module")
def notebook(lab):
    return write(lab, "small.ipynb", "import convviz\nprint('version', convviz.__version__)", HTML)


@pytest.mark.parametrize(("theme", "dark"), [("light", False), ("dark", True)])
def test_a_notebook_runs_and_shows_its_output_in_both_themes(lab, desk, notebook, theme, dark):
    lab.open(desk, notebook, theme)
    lab.run_all(desk)
    assert lab.cell(desk, 0).locator(".jp-OutputArea-output").inner_text().startswith("version 0.")
    probe = lab.cell(desk, 1).locator(".probe")
    assert probe.inner_text() == "six times seven is 42"
    text, paper = probe.evaluate(
        """element => [element, element.closest('.jp-Notebook')].map((it, index) => {
             const style = getComputedStyle(it);
             const colour = index ? style.backgroundColor : style.color;
             return colour.match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + +part, 0);
           })"""
    )
    assert (text > paper) is dark


def test_the_theme_changes_while_a_notebook_is_open(lab, desk, notebook):
    lab.open(desk, notebook)
    before = desk.screenshot()
    lab.theme(desk, "dark")
    assert desk.screenshot() != before
    lab.theme(desk, "light")


def test_the_first_screen_asks_nothing(lab, page, notebook):
    """No news to subscribe to, no kernel to choose, no note of any kind."""
    lab.open(page, notebook)
    page.wait_for_timeout(3000)
    assert page.locator(".jp-Dialog").count() == 0
    assert page.locator(".jp-toastContainer .Toastify__toast").count() == 0


def test_an_error_in_a_cell_fails_the_test_that_runs_it(lab, desk):
    lab.open(desk, write(lab, "wrong.ipynb", "1 / 0"))
    with pytest.raises(AssertionError, match="cell 0: ZeroDivisionError: division by zero"):
        lab.run_all(desk)
