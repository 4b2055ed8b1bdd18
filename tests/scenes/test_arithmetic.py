"""Scenes of window positions: every classic case, the pixels left out, the counts."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convviz import scenes

CLASSIC = {  # Dumoulin & Visin (2016): (input, kernel, stride, padding) → output
    "no padding, stride 1": 2,
    "any padding, stride 1": 6,
    "half (same) padding": 5,
    "full padding": 7,
    "no padding, stride 2": 2,
    "padding 1, stride 2": 3,
    "padding 1, stride 2, odd fit": 3,
    "dilation 2": 3,
}


def scene_of(case):
    case = dict(case)
    return scenes.arithmetic(case.pop("input"), case.pop("kernel"), **case)


@pytest.mark.parametrize("name", CLASSIC)
def test_a_classic_case_has_the_published_output_size(name):
    assert scene_of(scenes.CASES[name]).grid("output").shape == (CLASSIC[name],) * 2


@pytest.mark.parametrize("name", [n for n in CLASSIC if "dilation" not in n])
def test_a_transposed_case_leads_back_to_the_size_of_the_input(name):
    scene = scene_of(scenes.CASES[f"transposed: {name}"])
    assert scene.grid("output").shape == (scenes.CASES[name]["input"],) * 2


def test_there_are_seven_transposed_cases():
    assert sum(name.startswith("transposed") for name in scenes.CASES) == 7


@given(st.integers(1, 9), st.integers(1, 5), st.integers(1, 4), st.integers(0, 3), st.integers(1, 3))
def test_unused_pixels_are_those_no_window_covers(size, kernel, stride, padding, dilation):
    reach = dilation * (kernel - 1) + 1
    assume(size + 2 * padding >= reach)
    scene = scenes.arithmetic(size, kernel, stride=stride, padding=padding, dilation=dilation)
    grid = scene.grid("input")
    covered = {(r, c) for step in scene.steps for _, r, c in step.lit()}
    for r in range(padding, padding + size):
        for c in range(padding, padding + size):
            assert grid.kind(r, c) == ("plain" if (r, c) in covered else "unused")


def test_the_note_counts_the_unused_pixels():
    assert scenes.arithmetic(8, 3, stride=2).grid("input").note == "8×8, 15 pixels unused"


def test_a_stretched_input_marks_the_zeros_put_in():
    grid = scenes.arithmetic(2, 3, stride=2, transposed=True).grid("input")
    middle = [[grid.kind(r, c) for c in range(2, 5)] for r in range(2, 5)]
    assert middle == [
        ["plain", "inserted", "plain"],
        ["inserted", "inserted", "inserted"],
        ["plain", "inserted", "plain"],
    ]
    assert grid.kind(0, 0) == "padding"


def test_the_size_formula_is_written_with_its_numbers():
    text = "".join(part for part, _ in scenes.arithmetic(7, 3, stride=2, padding=1).caption)
    assert text == "output = ⌊(7 + 2·1 − 3) / 2⌋ + 1 = 4"
    text = "".join(part for part, _ in scenes.arithmetic(3, 3, stride=2, padding=1, transposed=True).caption)
    assert text == "output = (3 − 1)·2 − 2·1 + 3 = 5"


def test_padding_that_would_cut_into_a_transposed_input_is_refused():
    with pytest.raises(ValueError, match=r"padding=3 would cut .* needs at most .* = 2; lower padding"):
        scenes.arithmetic(5, 3, padding=3, transposed=True)


@given(st.integers(1, 8), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2))
def test_pixel_use_counts_the_windows_over_each_pixel(size, kernel, stride, padding, dilation):
    assume(size + 2 * padding >= dilation * (kernel - 1) + 1)
    scene = scenes.pixel_use(size, kernel, stride=stride, padding=padding, dilation=dilation)
    counts = np.zeros((size + 2 * padding,) * 2, int)
    for step in scene.steps:
        for name, r, c in step.lit():
            counts[r, c] += name == "input"
    counts = counts[padding : padding + size, padding : padding + size]
    assert (scene.grid("times read").values == counts).all()
    last = scene.written(len(scene.steps) - 1)
    assert {cell[1:]: count for cell, count in last.items()} == {
        (r, c): counts[r, c] for r, c in zip(*np.nonzero(counts), strict=True)
    }


def test_pixel_use_tells_the_counts_of_corner_edge_and_middle():
    counts = scenes.pixel_use(6, 3).grid("times read").values
    assert (counts[0, 0], counts[0, 1], counts[0, 2], counts[3, 3]) == (1, 2, 3, 9)
    counts = scenes.pixel_use(6, 3, padding=1).grid("times read").values
    assert (counts[0, 0], counts[0, 2], counts[3, 3]) == (4, 6, 9)
