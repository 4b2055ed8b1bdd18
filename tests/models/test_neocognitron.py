"""The neocognitron: cells as the paper writes them, learning, and what it makes of digits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz import datasets, reference
from convviz.models import Neocognitron, NeocognitronStage


def trained(seed, **options):
    """A stage that has seen a few pictures on two maps, and some more of them."""
    rng = np.random.default_rng(seed)
    stage = NeocognitronStage(3, 3, maps=2, seed=seed, **options)
    for picture in rng.uniform(size=(4, 2, 6, 5)):
        stage.present(picture)
    return stage, rng.uniform(size=(2, 2, 6, 5))


@given(st.integers(0, 10**6), st.sampled_from([0.5, 1.5, 4.0]), st.sampled_from([1.0, 0.7]))
def test_s_cells_are_those_of_the_loops(seed, selectivity, decay):
    stage, pictures = trained(seed, selectivity=selectivity, decay=decay)
    found = stage.s_cells(pictures)
    for picture, answers in zip(pictures, found, strict=True):
        slow = reference.s_cells(picture, stage.a, stage.b, stage.c, selectivity)
        np.testing.assert_allclose(answers, slow, atol=1e-10)


@given(st.integers(0, 10**6))
def test_c_cells_are_those_of_the_loops(seed):
    u_s = np.random.default_rng(seed).uniform(0, 3, (2, 3, 5, 4))
    found = NeocognitronStage(3, 3, pool=2, decay=0.5).c_cells(u_s)
    weights = np.full((2, 2), 0.25)  # all four lie as far from the middle
    for cells, plane in zip(found, u_s, strict=True):
        np.testing.assert_allclose(cells, reference.c_cells(plane, weights), atol=1e-12)
    assert ((found >= 0) & (found < 1)).all()


def test_the_fixed_weights_fall_outwards_and_add_up_to_one_over_all_maps():
    c = NeocognitronStage(1, 3, maps=5, decay=0.5).c
    assert 5 * c.sum() == pytest.approx(1)
    np.testing.assert_allclose(c[0] / c[1, 1], [0.5**2**0.5, 0.5, 0.5**2**0.5])


def test_a_winner_learns_what_it_sees_and_nobody_else_does():
    stage, _ = trained(2)
    picture = np.random.default_rng(9).uniform(size=(2, 6, 5))
    a, b = stage.a.copy(), stage.b.copy()
    winners = stage.present(picture).winners
    assert winners
    for plane, row, left in winners:
        seen = picture[:, row : row + 3, left : left + 3]
        np.testing.assert_allclose(stage.a[plane] - a[plane], stage.gain * stage.c * seen)
        v = sum((stage.c * seen**2).ravel()) ** 0.5
        assert stage.b[plane] - b[plane] == pytest.approx(stage.gain / 2 * v)
    others = sorted({0, 1, 2} - {plane for plane, *_ in winners})
    assert (stage.a[others] == a[others]).all()
    assert (stage.b[others] == b[others]).all()


def test_a_winner_is_the_strongest_of_its_column_and_the_only_one_of_its_plane():
    stage, pictures = trained(4)
    seen = stage.present(pictures[0], column=2)
    assert len({plane for plane, *_ in seen.winners}) == len(seen.winners)
    for plane, row, left in seen.winners:
        answer = seen.responses[plane, row, left]
        corners = [(r, c) for r in (row - 1, row) for c in (left - 1, left)
                   if r in range(3) and c in range(2)]
        columns = [seen.responses[:, r : r + 2, c : c + 2].max() for r, c in corners]
        assert answer in columns


def test_in_one_column_only_one_cell_learns():
    stage, pictures = trained(5)
    seen = stage.present(pictures[0], column=9)
    (winner,) = seen.winners
    assert seen.responses[winner] == seen.responses.max()


def test_the_likeness_at_which_a_trained_cell_falls_silent():
    """Its answer is about (1 + r)·cosine − r: nothing below a cosine of r/(1 + r)."""
    stage = NeocognitronStage(1, 2, selectivity=3.0, gain=4.0, decay=1.0)
    learned, unlike = np.array([[[1.0, 0.0], [0.0, 0.0]]]), np.array([[[1.0, 1.2], [0.0, 0.0]]])
    for _ in range(500):
        stage.present(learned)
    assert stage.s_cells(learned[None]).item() == pytest.approx(1.0, abs=0.02)
    assert stage.present(unlike).winners == []  # cosine 0.64 < 0.75


def test_c_cells_of_a_whole_plane_answer_wherever_in_it_the_s_cell_stands():
    u_s = np.zeros((2, 2, 3, 3))
    u_s[0, 0, 0, 0] = u_s[1, 0, 2, 1] = 2.0
    first, second = NeocognitronStage(2, 3, decay=1.0).c_cells(u_s)
    assert (first == second).all()
    assert first[0] > 0 == first[1]


def test_stages_learn_one_after_another_from_digits_without_labels():
    images, labels = datasets.digits()
    chosen = np.flatnonzero(labels < 3)[:90]
    network = Neocognitron([
        NeocognitronStage(8, 3, pool=2),
        NeocognitronStage(8, 5, maps=8, selectivity=1.5, seed=1),
    ]).fit(images[chosen][:60])
    planes = network.answers(images[chosen][60:])
    kinds = labels[chosen][60:]
    table = np.array([[np.sum((planes == k) & (kinds == n)) for n in range(3)] for k in range(8)])
    # Planes that had nothing to do with digits would agree with one kind in three.
    assert table.max(axis=1).sum() > 0.7 * len(kinds)


def test_the_answer_is_the_strongest_plane_and_nothing_where_all_are_silent():
    network = Neocognitron([NeocognitronStage(4, 2)]).fit([np.eye(4), 1 - np.eye(4)])
    pictures = np.array([np.eye(4), np.zeros((4, 4))])
    assert network.answers(pictures).tolist() == [
        int(network.c_cells(pictures)[0, :, 0, 0].argmax()), -1,
    ]


def test_a_plane_is_named_after_most_of_what_it_answers_to():
    pictures = np.array([np.eye(4), np.eye(4)[::-1], np.zeros((4, 4))])
    network = Neocognitron([NeocognitronStage(3, 4)]).fit(pictures)
    first, second, silence = network.answers(pictures)
    names = network.names(pictures[[0, 0, 0, 1, 2]], [5, 5, 6, 7, 8])
    assert (names[first], names[second], names[silence]) == (5, 7, -1)
    assert sorted(names) == [-1, -1, 5, 7]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: NeocognitronStage(0, 3), "planes must be at least 1, got 0"),
        (lambda: NeocognitronStage(1, 3, pool=0), "pool must be at least 1, got 0"),
        (lambda: NeocognitronStage(1, 3, selectivity=0), "selectivity must be above 0 and finite"),
        (lambda: NeocognitronStage(1, 3, decay=2), "decay must be at most 1, got 2: 1 lets all"),
        (
            lambda: NeocognitronStage(1, 3).s_cells(np.ones((5, 5))),
            r"pictures must have the shape \(N, 1, rows, columns\), got \(5, 5\): index with",
        ),
        (
            lambda: NeocognitronStage(1, 3).s_cells(-np.ones((1, 1, 3, 3))),
            "pictures must be finite and not negative: use numpy.clip",
        ),
        (
            lambda: Neocognitron([NeocognitronStage(2, 3), NeocognitronStage(2, 3)]),
            "a stage of 2 planes is followed by one that sees 1: give it maps=2",
        ),
    ],
)
def test_what_does_not_fit_is_said(call, words):
    with pytest.raises(ValueError, match=f"^{words}"):
        call()


def test_the_loops_say_what_does_not_fit():
    with pytest.raises(ValueError, match=r"^a of shape \(1, 2, 1, 1\) needs u of 2 planes"):
        reference.s_cells([[[1]]], [[[[1]], [[1]]]], [1], [[1]], 1)
