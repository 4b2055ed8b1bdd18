"""Stacks of layers: the tree of dilated taps, and receptive fields, against a trace by hand."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convviz import geometry, scenes


def reads_of(matrix_of_layers, output):
    """The inputs that an output depends on: products of matrices of ones and zeros."""
    row = np.zeros(len(matrix_of_layers[-1]), int)
    row[output] = 1
    for matrix in reversed(matrix_of_layers):
        row = row @ matrix
    return set(np.flatnonzero(row).tolist())


def layer_matrix(size, kernel, stride=1, padding=(0, 0), dilation=1):
    """A layer along one axis as a matrix: which output reads which input. Plain loops."""
    outputs = (size + sum(padding) - dilation * (kernel - 1) - 1) // stride + 1
    matrix = np.zeros((max(outputs, 0), size), int)
    for output in range(outputs):
        for tap in range(kernel):
            place = output * stride + tap * dilation - padding[0]
            if 0 <= place < size:
                matrix[output, place] = 1
    return matrix


@st.composite
def trees(draw):
    kernel = draw(st.integers(1, 3))
    dilations = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    field = 1 + (kernel - 1) * sum(dilations)
    return dilations, kernel, field + draw(st.integers(0, 3)), draw(st.booleans())


def matrices(dilations, kernel, size, causal):
    found = []
    for dilation in dilations:
        padding = (dilation * (kernel - 1), 0) if causal else (0, 0)
        found.append(layer_matrix(size, kernel, padding=padding, dilation=dilation))
        size = len(found[-1])
    return found


@given(trees())
def test_the_tree_ends_at_the_inputs_an_output_depends_on(lit_in, case):
    dilations, kernel, size, causal = case
    scene = scenes.dilated_stack(dilations, kernel, size=size, causal=causal)
    layers = matrices(*case)
    for output in range(len(layers[-1])):
        step = scene.steps[len(dilations) + output]
        assert step.result == ("output", 0, output)
        assert {c for _, c in lit_in(step, "input")} == reads_of(layers, output)


@given(trees())
def test_links_lead_from_a_tap_to_the_cell_that_reads_it_and_leave_none_out(case):
    dilations, kernel, size, causal = case
    scene = scenes.dilated_stack(dilations, kernel, size=size, causal=causal)
    names = ["input", *(f"layer {n}" for n in range(1, len(dilations))), "output"]
    for level, matrix in enumerate(matrices(*case)):
        below, above = names[level], names[level + 1]
        for step in scene.steps[len(dilations) :]:
            links = {(start[2], end[2]) for start, end in step.links if start[0] == below}
            readers = {cell for _, cell in links}
            assert all(end[0] == above for start, end in step.links if start[0] == below)
            assert links == {(tap, cell) for cell in readers for tap in np.flatnonzero(matrix[cell])}


@given(trees())
def test_the_tree_grows_by_a_layer_a_step(case):
    dilations, kernel, size, causal = case
    scene = scenes.dilated_stack(dilations, kernel, size=size, causal=causal)
    grown = [step.links for step in scene.steps[: len(dilations)]]
    for earlier, later in zip(grown, grown[1:], strict=False):
        assert set(earlier) < set(later)
    whole = next(s for s in scene.steps[len(dilations) :] if s.result == scene.steps[0].result)
    assert set(grown[-1]) == set(whole.links)
    field = 1 + (kernel - 1) * sum(dilations)
    assert scene.steps[len(dilations) - 1].formula[0].endswith(f" = {field}")


def test_doubling_doubles_the_field_and_ones_only_add_to_it():
    def field(dilations, kernel):
        return scenes.dilated_stack(dilations, kernel, size=32).question.answer

    assert [field((1, 2, 4, 8)[:n], 2) for n in range(1, 5)] == [2, 4, 8, 16]
    assert [field((1,) * n, 2) for n in range(1, 5)] == [2, 3, 4, 5]
    assert [field((1, 2, 4)[:n], 3) for n in range(1, 4)] == [3, 7, 15]


def test_layers_of_one_dilation_leave_holes_and_say_so(caption):
    step = scenes.dilated_stack((2, 2), 3, size=12).steps[2]
    assert step.sentence == "Output 0 reaches over the inputs from 0 to 8, but reads only 5 of them."
    assert "field = 1 + 2·(2 + 2) = 9" in caption(scenes.dilated_stack((2, 2), 3))


def test_a_causal_layer_looks_back_alone_and_says_where_the_padding_is():
    scene = scenes.dilated_stack((1, 2), 2, size=6, causal=True)
    assert scene.grid("output").shape == (1, 6)
    assert scene.steps[2].sentence == (
        "Output 0 reaches over the inputs from −3 to 0; what lies before 0 is padding."
    )
    assert all(start[2] <= end[2] for step in scene.steps for start, end in step.links)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (((),), "dilations is empty: a stack has one layer or more"),
        (((0,),), "dilations must be at least 1, got 0"),
        (((1, 2, 4, 8, 16), 3), "an input of 65 is too long to be followed: use at most 34"),
    ],
)
def test_a_stack_that_cannot_be_shown_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        scenes.dilated_stack(*arguments)
    with pytest.raises(ValueError, match="layer 1: kernel of 3 does not fit an input of 2"):
        scenes.dilated_stack((1,), 3, size=2)


@st.composite
def layer_stacks(draw):
    layers = [
        {
            "kernel_size": draw(st.integers(1, 3)),
            "stride": draw(st.integers(1, 2)),
            "padding": draw(st.integers(0, 1)),
            "dilation": draw(st.integers(1, 2)),
        }
        for _ in range(draw(st.integers(1, 3)))
    ]
    return layers, draw(st.integers(4, 9))


def layer_matrices(layers, size):
    found = []
    for layer in layers:
        matrix = layer_matrix(
            size, layer["kernel_size"], layer["stride"], (layer["padding"],) * 2, layer["dilation"]
        )
        assume(len(matrix) > 0)
        found.append(matrix)
        size = len(matrix)
    return found


@given(layer_stacks())
def test_the_tinted_pixels_are_those_an_output_depends_on(lit_in, case):
    layers, size = case
    traced = layer_matrices(layers, size)
    scene = scenes.receptive_field(layers, size)
    grid = scene.grid("input")
    for step in scene.steps:
        _, r, c = step.result
        inside = {grid.index(*cell) for cell in lit_in(step, "input") if grid.kind(*cell) != "padding"}
        rows, columns = reads_of(traced, r), reads_of(traced, c)
        assert inside == {(i, j) for i in rows for j in columns}


@given(layer_stacks())
def test_the_box_by_the_formulas_is_the_box_around_the_trace(case):
    """Where the padding plays no part, the frame fits what is traced, on every level."""
    layers, size = case
    layers = [layer | {"padding": 0} for layer in layers]
    traced = layer_matrices(layers, size)
    scene = scenes.receptive_field(layers, size)
    names = ["input", *(f"layer {n}" for n in range(1, len(layers)))]
    for step in scene.steps:
        frames = {name: edges for name, *edges in step.windows}
        for level, name in enumerate(names):
            rows, columns = (reads_of(traced[level:], place) for place in step.result[1:])
            assert frames[name] == [min(rows), min(columns), max(rows), max(columns)]
    field = scene.question.answer
    top, left, bottom, right = scene.steps[0].windows[0][1:]
    assert field == (bottom - top + 1, right - left + 1)


@given(layer_stacks())
def test_neighbouring_outputs_see_boxes_a_jump_apart(caption, case):
    layers, size = case
    layers = [layer | {"padding": 0} for layer in layers]
    layer_matrices(layers, size)
    scene = scenes.receptive_field(layers, size)
    jump = int(np.prod([layer["stride"] for layer in layers]))
    starts = [step.windows[0][2] for step in scene.steps if step.result[1] == 0]
    assert all(later - earlier == jump for earlier, later in zip(starts, starts[1:], strict=False))
    assert f" = {jump};  kernels " in caption(scene)


@pytest.mark.parametrize(
    ("name", "field", "jump"),
    [("three 3×3", 7, 1), ("3×3, pooling, 3×3", 8, 2), ("same padding", 7, 1),
     ("dilations 1, 2", 7, 1), ("two strides", 7, 4)],
)
def test_the_stacks_worth_seeing_have_the_fields_of_the_lectures(name, field, jump):
    scene = scenes.receptive_field(*scenes.STACKS[name])
    assert f"field {field}×{field}, jump {jump}, " in repr(scene)
    assert len(scene.steps) <= 36


def test_the_formulas_are_written_with_their_numbers(caption):
    scene = scenes.receptive_field()
    assert caption(scene) == "field = 1 + 2·1 + 1·1 + 2·2 = 8;  jump = 1·2·1 = 2;  kernels 3, 2, 3;  sizes 10 → 8 → 4 → 2"
    step = scene.steps[3]
    assert step.sentence == "Output row 1, column 1 sees input rows 2 to 9, columns 2 to 9."
    assert step.formula == ("first row 1·2 = 2,   last row 2 + 8 − 1 = 9",)


def test_a_field_that_reaches_into_the_padding_is_told():
    step = scenes.receptive_field(*scenes.STACKS["same padding"]).steps[0]
    assert step.sentence.endswith("sees input rows −3 to 3, columns −3 to 3, partly on padding.")
    assert step.windows[0] == ("input", 0, 0, 4, 4)  # as far as the grid reaches


def test_between_the_ends_cells_are_tinted_only_where_the_frame_has_holes(lit_in):
    plain = scenes.receptive_field(*scenes.STACKS["three 3×3"]).steps[0]
    assert not lit_in(plain, "layer 1") and len(lit_in(plain, "input")) == 49
    holes = scenes.receptive_field(*scenes.STACKS["dilations 1, 2"]).steps[0]
    assert lit_in(holes, "layer 1") == {(r, c) for r in (0, 2, 4) for c in (0, 2, 4)}


def test_the_line_of_code_gives_the_field(code_of):
    for layers, size in scenes.STACKS.values():
        scene = scenes.receptive_field(layers, size)
        ours, theirs = code_of(scene).values()
        assert ours.item().size == theirs == scene.question.answer[0]
    for causal in (False, True):
        scene = scenes.dilated_stack((1, 3, 2), causal=causal)
        ours, theirs = code_of(scene).values()
        assert ours == theirs == scene.question.answer


@pytest.mark.parametrize(
    ("layers", "size", "error", "words"),
    [
        ([], 5, ValueError, "layers is empty: a stack has one layer or more"),
        ([{"kernel_size": 3}, {"kernel_size": 5}], 6, ValueError, "layer 2: kernel of 5 does not fit an input of 4"),
        ([{"kernel": 3}], 6, ValueError, r"layers\[0\] has no option 'kernel': use kernel_size"),
        ([3], 6, TypeError, r"layers\[0\] must be a Layer or a mapping"),
        ([{"kernel_size": 3}], 40, ValueError, "numbers are shown up to 24×24 cells; use a smaller input"),
    ],
)
def test_layers_that_do_not_fit_are_refused(layers, size, error, words):
    with pytest.raises(error, match=words):
        scenes.receptive_field(layers, size)
