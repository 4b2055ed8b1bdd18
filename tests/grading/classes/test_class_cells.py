"""A class whose answer cells were doubled or lost, or come near a rule; marked by the command."""

import json
import zipfile

import nbformat
import pytest

from convviz.grading import homework, sandbox

pytestmark = pytest.mark.timeout(600)

FLOAT32 = """\
def correlate1d(x, w, bias=0.0):
    x, w = np.asarray(x, dtype=np.float32), np.asarray(w, dtype=np.float32)
    lines = [x[k : len(x) - len(w) + 1 + k] * w[k] for k in range(len(w))]
    return np.sum(lines, axis=0, dtype=np.float32) + np.float32(bias)
"""
FORBIDDEN = """\
def correlate1d(x, w, bias=0.0):
    return np.convolve(x, np.asarray(w)[::-1], "valid") + bias
"""
DRAWS = FLOAT32 + """
import matplotlib.pyplot as plt
print("my <b>line</b>")
plt.plot(correlate1d(np.arange(9.0), [1, 0, -1]))
"""
WRONG = "def output_size(*args, **options):\n    return 1\n"
# file: points, notes as (question, words, for review)
OUTCOMES = {
    "doubled_same": ("10", [("output_size", "2 answer cells with the same text", False)]),
    "doubled_different": (
        "10",
        [("output_size", "2 different answer cells; the original one was marked", True)],
    ),
    "float32": ("10", []),
    "draws": ("10", []),
    "forbidden": (
        "10",
        [("correlate1d", "uses numpy.convolve, which the question rules out", True)],
    ),
    "both_lost": ("0", None),
}


def doubled(notebook, source):
    """Put a twin of the first answer cell before it, which says `source`; None: the same."""
    place, cell = next(
        (place, cell)
        for place, cell in enumerate(notebook.cells)
        if homework.meta(cell).get("role") == "answer"
    )
    twin = nbformat.from_dict(json.loads(json.dumps(cell)))
    twin.id, twin.source = "twin", source or cell.source
    notebook.cells.insert(place, twin)
    return notebook


def stripped(notebook):
    """Take ids and metadata away from every cell, as some converters do."""
    for number, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"new-{number}", nbformat.NotebookNode()
    return notebook


@pytest.fixture(scope="module")
def marked(tmp_path_factory, submit, mark_class):
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("reports") / "out"
    made = {
        "doubled_same": doubled(submit(), None),
        "doubled_different": doubled(submit(), WRONG),
        "float32": submit(correlate1d=FLOAT32),
        "draws": submit(correlate1d=DRAWS),
        "forbidden": submit(correlate1d=FORBIDDEN),
        "both_lost": stripped(submit()),
    }
    for name, notebook in made.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    with zipfile.ZipFile(folder / "bomb.ipynb", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hw01.ipynb", b" " * 20_000_000)
    try:
        sandbox.choose()
        trusted = []
    except sandbox.NoSandbox:
        trusted = ["--unsafe-trusted"]
    return mark_class(folder, out, *trusted)


@pytest.mark.parametrize(("name", "outcome"), OUTCOMES.items(), ids=OUTCOMES)
def test_each_comes_to_its_points_and_notes(marked, master, submit, name, outcome):
    record = marked.records[f"{name}.ipynb"]
    assert (record["status"], record["points"]) == ("marked", outcome[0])
    notes = outcome[1]
    if notes is None:
        notes = [(one.qid, "no answer cell was found", True) for one in master.questions]
        cells = sum(cell.cell_type == "code" for cell in submit().cells)
        notes.append(("", f"{cells} other code cells did not run: only answer cells run", False))
    assert [(note["qid"], note["text"], note["review"]) for note in record["notes"]] == notes
    assert marked.rows[f"{name}.ipynb"]["review"] == str(sum(review for _, _, review in notes))


def test_the_overview_asks_to_look_at_those_for_review(marked):
    page = (marked.out / "overview.html").read_text(encoding="utf-8")
    for name, (_, notes) in OUTCOMES.items():
        asked = notes is None or any(review for _, _, review in notes)
        assert (f'href="feedback/{name}.html"' in page) == asked


def test_what_a_cell_draws_and_prints_comes_back_to_its_student_alone(marked):
    pages = {
        name: (marked.out / "feedback" / f"{name}.html").read_text(encoding="utf-8")
        for name in OUTCOMES
    }
    assert [name for name in pages if "data:image/png;base64," in pages[name]] == ["draws"]
    assert "<pre>my &lt;b&gt;line&lt;/b&gt;\n" in pages["draws"]


def test_an_archive_gets_no_points_and_is_not_opened(marked):
    record = marked.records["bomb.ipynb"]
    assert (record["status"], record["points"]) == ("refused", "0")
    assert record["reason"] == "an archive, not a notebook: hand in the .ipynb file itself"
