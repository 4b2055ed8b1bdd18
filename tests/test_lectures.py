"""How every lecture is built: the rules of docs/lectures.md that a machine can check."""

import ast
import json
import re
from pathlib import Path
from statistics import median

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
LECTURES = sorted((NOTEBOOKS / "lectures").glob("*.ipynb"))
LAST_SECTIONS = ["Summary", "Exercises", "Recall", "References"]
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|work|opt|tmp|usr|var|Users|mnt)/|[A-Z]:\\\\")


@pytest.fixture(scope="module", params=LECTURES, ids=lambda path: path.name)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def lecture(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code(lecture):
    return [cell for cell in lecture.cells if cell.cell_type == "code"]


def predictions(lecture):
    return [cell for cell in code(lecture) if "widgets.Predict(" in cell.source]


def statements(cell):
    return sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(cell.source)))


def words(text):
    """How many words are read: headings, tables and formulas in lines of their own left out."""
    text = re.sub(r"(?s:\$\$.*?\$\$)|^#+ .*$|^\|.*$|^\d+\. ", "", text, flags=re.MULTILINE)
    text = re.sub(r"\$[^$]*\$", "formula", text)
    return sum(bool(re.search(r"\w", word)) for word in text.split())


def words_before_code(lecture):
    """How many words stand before each code cell, since the one before: id → number."""
    counts, count = {}, 0
    for cell in lecture.cells:
        count += words(cell.source) if cell.cell_type == "markdown" else 0
        if cell.cell_type == "code":
            counts[cell.id], count = count, 0
    return counts


def section(lecture, title):
    """The Markdown from a heading of the second level to the next."""
    text = "\n\n".join(cell.source for cell in lecture.cells if cell.cell_type == "markdown")
    found = re.search(rf"^## {title}\s*$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"there is no heading '## {title}'"
    return found.group(1)


def outputs(lecture):
    return [output for cell in code(lecture) for output in cell.outputs]


def test_there_are_lectures():
    assert LECTURES


def test_it_is_a_valid_notebook_whose_cells_have_ids_of_their_own(path, lecture):
    nbformat.validate(lecture)
    # Not from `lecture`: nbformat gives a cell whose id is taken a new one as it reads.
    ids = [cell.get("id") for cell in json.loads(path.read_text("utf-8"))["cells"]]
    assert None not in ids
    assert len(ids) == len(set(ids))


def test_it_runs_on_whatever_python_3_kernel_is_there(lecture):
    assert lecture.metadata.kernelspec.name == "python3"
    assert set(lecture.metadata.language_info) == {"name"}


def test_it_has_30_to_45_cells_of_which_at_most_20_are_code(lecture):
    assert 30 <= len(lecture.cells) <= 45
    assert len(code(lecture)) <= 20


def test_code_cells_are_short_and_narrow(lecture):
    assert [cell.id for cell in code(lecture) if len(cell.source.splitlines()) > 20] == []
    assert median(statements(cell) for cell in code(lecture)) <= 5
    shown = [cell for cell in code(lecture) if cell not in predictions(lecture)]
    # What is wider scrolls sideways in a window of 700 pixels.
    assert [line for cell in shown for line in cell.source.splitlines() if len(line) > 72] == []


def test_30_to_90_words_stand_before_each_code_cell(lecture):
    counts = words_before_code(lecture)
    assert {cell: count for cell, count in counts.items() if not 30 <= count <= 90} == {}


def test_at_most_90_words_stand_before_each_code_cell_of_the_map():
    counts = words_before_code(nbformat.read(NOTEBOOKS / "00_start_here.ipynb", as_version=4))
    assert {cell: count for cell, count in counts.items() if count > 90} == {}


def test_it_leaves_drawing_and_helpers_to_the_package(lecture):
    offending = re.compile(r"\bplt\.|\bmatplotlib\b|^\s*(def|class) ", re.MULTILINE)
    assert [cell.id for cell in code(lecture) if offending.search(cell.source)] == []


def test_it_imports_in_its_first_code_cell_only(lecture):
    importing = [k for k, cell in enumerate(code(lecture))
                 if re.search(r"^\s*(import|from) ", cell.source, re.MULTILINE)]
    assert importing == [0]


def test_it_asks_for_at_least_four_predictions_and_folds_their_answers(lecture):
    assert len(predictions(lecture)) >= 4
    open_ones = [cell.id for cell in predictions(lecture)
                 if not cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert open_ones == []


def test_from_lecture_3_on_every_section_has_a_view(path, lecture):
    title, views = "", {}
    for cell in lecture.cells:
        for title in re.findall(r"^## (\d+\. .*)$", cell.source, re.MULTILINE):
            views[title] = 0
        if title and cell.cell_type == "code":
            views[title] += len(re.findall(r"widgets\.(?!Predict)\w+\(", cell.source))
    assert path.name < "03" or [title for title in views if not views[title]] == []


def test_it_opens_with_a_title_and_a_question(lecture):
    first = lecture.cells[0]
    assert first.cell_type == "markdown" and first.source.startswith("# ")
    assert "?" in first.source


def test_it_ends_with_summary_exercises_recall_and_references(lecture):
    text = "\n\n".join(cell.source for cell in lecture.cells if cell.cell_type == "markdown")
    assert re.findall(r"^## (.*?)\s*$", text, re.MULTILINE)[-4:] == LAST_SECTIONS


def test_it_has_five_exercises(lecture):
    assert re.findall(r"^(\d+)\. ", section(lecture, "Exercises"), re.MULTILINE) == list("12345")


def test_it_has_eight_recall_questions_with_folded_answers(lecture):
    text = section(lecture, "Recall")
    assert len(re.findall(r"<details>\s*<summary>.+?</summary>.+?</details>", text, re.DOTALL)) == 8


def test_every_cell_was_run_in_order_and_shows_something(lecture):
    assert [cell.execution_count for cell in code(lecture)] == [
        k + 1 for k in range(len(code(lecture)))
    ]
    assert [cell.id for cell in code(lecture)[1:] if not cell.outputs] == []


def test_what_is_printed_fits_a_narrow_page(lecture):
    # a page of 700 pixels has room for 80 letters
    printed = [o.text for o in outputs(lecture) if o.output_type == "stream"]
    assert [line for text in printed for line in text.splitlines() if len(line) > 80] == []


def test_it_stores_no_error_and_no_warning(lecture):
    assert [o for o in outputs(lecture)
            if o.output_type == "error" or o.get("name") == "stderr"] == []


def test_it_stores_stills_and_no_live_widgets(lecture):
    assert "widgets" not in lecture.metadata
    kinds = {kind for output in outputs(lecture) for kind in output.get("data", {})}
    assert "application/vnd.jupyter.widget-view+json" not in kinds
    assert [cell.id for cell in lecture.cells if "execution" in cell.metadata] == []


def test_it_names_no_place_on_the_machine_that_ran_it(lecture):
    texts = [cell.source for cell in lecture.cells]
    for output in outputs(lecture):
        texts.append(str(output.get("text", "")))
        texts += [str(data) for kind, data in output.get("data", {}).items()
                  if not kind.startswith("image/png")]
    assert [text for text in texts if MACHINE_PATH.search(text)] == []


def test_it_stays_under_3_megabytes(path):
    assert path.stat().st_size < 3_000_000
