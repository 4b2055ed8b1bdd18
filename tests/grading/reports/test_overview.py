"""The page on the class: the numbers in it, counted by hand, and nothing a browser would run."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from convviz.grading.reports import overview


def page(formats, master, *records):
    return formats["overview"](master, list(records))["overview.html"]


def labels(read, document):
    """What the pictures say to a reader who does not see them."""
    return [dict(attrs)["aria-label"] for tag, attrs in read(document).tags if tag == "svg"]


def test_the_histograms_count_the_marked_submissions(formats, master, record, right, read_page):
    rows = [record(), record(question=right), record(question=right), record(status="refused")]
    whole, question = labels(read_page, page(formats, master, *rows))
    assert question == "Question 1: 0 points: 1; 1.5 points: 2"
    assert whole.startswith("Submissions by points: 0 to 0.15 points: 1; ")
    assert whole.endswith("; 1.35 to 1.5 points: 2")
    words = read_page(page(formats, master, *rows)).text
    assert "3 of 4 submissions marked" in words
    assert "Median 1.5, mean 1.00 of 1.5 points." in words


def test_not_attempted_and_missing_are_counted_together(formats, master, record, read_page):
    rows = [record(question={"status": s}) for s in ("not attempted", "answer cell missing")]
    assert "○ 2 not attempted" in read_page(page(formats, master, *rows, record())).text


def test_the_commonest_errors_come_first_each_once_a_submission(
    formats, master, record, read_page
):
    many = {"reasons": ["wrong shape", "wrong values"]}
    rows = [
        record(part=many),
        record(part=many | {"reasons": ["wrong values"]}),
        record(question={"error": "NameError: y\nline 3: y"}, part={"reasons": []}),
        record(question={"error": "time limit, in line 3: while True:"}, part={"reasons": []}),
    ]
    words = " ".join(read_page(page(formats, master, *rows)).text.split())
    assert "2 × wrong values 1 × NameError: y 1 × time limit 1 × wrong shape" in words


def test_whom_to_look_at_is_listed_with_a_link_to_the_page(formats, master, record, read_page):
    notes = [
        {"qid": "q1", "text": "uses numpy.convolve", "review": True},
        {"qid": "q1", "text": "harmless", "review": False},
    ]
    document = page(formats, master, record(), record(file="ü b.ipynb", notes=notes))
    links = [dict(attrs)["href"] for tag, attrs in read_page(document).tags if tag == "a"]
    assert links == ["feedback/%C3%BC_b.html"]
    assert "uses numpy.convolve" in document and "harmless" not in document


def test_what_was_not_marked_is_listed_with_the_reason(formats, master, record, read_page):
    row = record(status="refused", reason="truncated notebook")
    words = " ".join(read_page(page(formats, master, row)).text.split())
    assert "ada.ipynb (refused): truncated notebook" in words
    assert "0 of 1 submissions marked" in words


@given(words=st.text(min_size=1))
def test_no_text_of_a_submission_becomes_an_element(words, formats, master, record, read_page):
    note = {"qid": "q1", "text": words, "review": True}

    def made(text):
        rows = [
            record(student=text, notes=[note | {"text": text}], question={"error": text + "x"}),
            record(file=text, status="refused", reason=text),
        ]
        return read_page(page(formats, master, *rows))

    tags = [tag for tag, _ in made("plain").tags]
    found = made(words)
    assert [tag for tag, _ in found.tags] == tags
    assert not [name for _, attrs in found.tags for name, _ in attrs if name.startswith("on")]
    assert "".join(words.split()) in "".join(found.text.split())


def test_the_page_runs_no_script_loads_nothing_and_follows_light_dark_and_paper(
    formats, master, record
):
    document = page(formats, master, record())
    assert "default-src 'none'" in document and "<script" not in document
    assert "src=" not in document and "http:" not in document and "https:" not in document
    assert "prefers-color-scheme: dark" in document and "@media print" in document


def decimals(most):
    return st.decimals(0, most, places=2)


@given(worth=st.lists(decimals(9), max_size=8), shares=st.lists(st.sets(st.integers(0, 7))))
def test_every_submission_stands_in_one_bar(worth, shares):
    points = [sum((worth[i] for i in share if i < len(worth)), Decimal(0)) for share in shares]
    bars = overview.histogram(worth, points)
    assert 1 <= len(bars) <= 11
    assert sum(count for _, _, count in bars) == len(points)
    edges = [(Decimal(low), Decimal(high)) for low, high, _ in bars]
    for (low, high), (_, _, count) in zip(edges, bars, strict=True):
        last = (low, high) == edges[-1]
        inside = [p for p in points if p == low == high or low <= p < high or last and p == high]
        assert len(inside) == count
