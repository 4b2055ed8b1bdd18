"""Every number worked in the text of a homework is what its solution gives."""

import numpy as np
import pytest

X0, X1 = [[1, 2, 0], [0, 1, 3], [2, 1, 1]], [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
W0, W1 = [[1, 0], [0, -1]], [[1, 1], [0, 0]]
V0, V1 = [[0, 0], [0, 1]], [[0, 0], [1, 0]]
SQUARE, ONE_TO_FOUR, PAIR = [[0, 1], [2, 3]], [[1, 2], [3, 4]], [[1, 0], [0, 2]]
EYE, COLUMN = [[1, 0], [0, 1]], [[1], [7], [9], [15]]
POOLED = [[1, 4, 2], [0, 3, 5], [-7, -1, -2]]
M = [
    [1, 2, 0, 3, 4, 0, 0, 0, 0],
    [0, 1, 2, 0, 3, 4, 0, 0, 0],
    [0, 0, 0, 1, 2, 0, 3, 4, 0],
    [0, 0, 0, 0, 1, 2, 0, 3, 4],
]

# homework, question, arguments, options, what the text says
EXAMPLES = [
    ("hw01", "output_size", (7, 3, 2, 1, 1), {}, 4),
    ("hw01", "output_size", (6, 3, 2, 1, 1), {}, 3),
    ("hw01", "correlate1d", ([2, 0, 1, 3], [1, 2], 1), {}, [3, 3, 8]),
    ("hw01", "correlate2d", (X0, W0), {}, [[0, -1], [-1, 0]]),
    ("hw01", "correlate2d", (X0, W0), {"padding": 1, "stride": 2}, [[-1, 0], [-2, 0]]),
    ("hw01", "inputs_read", (1, 3), {"stride": 2}, [2, 3, 4]),
    ("hw01", "inputs_read", (1, 3), {"dilation": 2}, [1, 3, 5]),
    ("hw02", "parameters", (3, 6, 5), {}, 456),
    ("hw02", "parameters", (3, 6, 5), {"bias": False}, 450),
    ("hw02", "one_map", ([X0, X1], [W0, W1], 1), {}, [[2, 1], [1, 2]]),
    ("hw02", "conv_layer", ([X0, X1], [[W0, W1], [V0, V1]], [1, -1]), {},
     [[[2, 1], [1, 2]], [[1, 2], [0, 1]]]),
    ("hw02", "conv_layer", ([X0, X1], [[W0, W1], [V0, V1]], [1, -1]),
     {"stride": 2, "padding": 1}, [[[0, 1], [0, 2]], [[0, 0], [1, 1]]]),
    ("hw02", "pointwise", ([ONE_TO_FOUR, [[10, 20], [30, 40]]], [[1, 1], [2, 0]], [0, 5]), {},
     [[[11, 22], [33, 44]], [[7, 9], [11, 13]]]),
    ("hw02", "conv_matrix", (ONE_TO_FOUR, 3, 3), {}, M),
    ("hw02", "dense_to_filters", ([[1, 2, 3, 4, 5, 6, 7, 8]], (2, 2, 2)), {},
     [[ONE_TO_FOUR, [[5, 6], [7, 8]]]]),
    ("hw02", "layer_to_dense", ([[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]]], 1, 3), {},
     [[1, 2, 0, 3, 4, 0], [0, 1, 2, 0, 3, 4], [5, 6, 0, 7, 8, 0], [0, 5, 6, 0, 7, 8]]),
    ("hw03", "max_pool", ([[1, 3, 0, -2], [2, 2, -1, -5]], 2, 2), {}, [[3, 0]]),
    ("hw03", "average_pool", ([[1, 3, 0, -2], [2, 2, -1, -5]], 2, 2), {}, [[2, -2]]),
    ("hw03", "max_pool", (POOLED, 2, 1), {}, [[4, 5], [3, 5]]),
    ("hw03", "average_pool", (POOLED, 2, 1), {}, [[2, 3.5], [-1.25, 1.25]]),
    ("hw03", "winners", ([[1, 3, 0, 2], [4, 2, 2, 1]], 2, 2), {}, [[4, 3]]),
    ("hw03", "max_pool_backward", ([[5, 7]], [[4, 3]], (2, 4)), {}, [[0, 0, 0, 7], [5, 0, 0, 0]]),
    ("hw03", "max_pool_backward", ([[5, 7]], [[1, 1]], (2, 4)), {}, [[0, 12, 0, 0], [0, 0, 0, 0]]),
    ("hw03", "average_pool_backward", ([[8, 4]], (2, 3), 2, 1), {}, [[2, 3, 1], [2, 3, 1]]),
    ("hw03", "pool_volume", ([[[1, 4], [0, 2]], [[-3, -8], [-5, -1]]], 2, 2), {},
     [[[4]], [[-1]]]),
    ("hw04", "numerical_gradient", (lambda x: x[0] ** 2 * x[1], [3, 2], 0.1), {}, [12, 9]),
    ("hw04", "relative_error", ([3, -4], [3, -5]), {}, 0.2),
    ("hw04", "conv_db", ([ONE_TO_FOUR],), {}, [10]),
    ("hw04", "conv_dw", ([PAIR], [X0], (2, 2)), {}, [[[[3, 8], [2, 3]]]]),
    ("hw04", "dx_by_convolution", (PAIR, ONE_TO_FOUR), {}, [[1, 2, 0], [3, 6, 4], [0, 6, 8]]),
    ("hw04", "spread", (ONE_TO_FOUR, 2), {}, [[1, 0, 2], [0, 0, 0], [3, 0, 4]]),
    ("hw04", "conv_dx", ([PAIR], [[ONE_TO_FOUR]], (1, 3, 3), 2, 1), {},
     [[[4, 0, 0], [0, 2, 4], [0, 6, 8]]]),
    ("hw06", "normalise", (COLUMN, 0), {}, [[-1.4], [-0.2], [0.2], [1.4]]),
    ("hw06", "normalise", (COLUMN, 24), {}, [[-1], [-1 / 7], [1 / 7], [1]]),
    ("hw06", "learned_gradients", ([[4], [0], [0], [0]], [[-1.4], [-0.2], [0.2], [1.4]]), {},
     [[-5.6], [4]]),
    ("hw06", "variance_gradient", ([[20], [0], [0], [0]], COLUMN, 0), {}, [0.56]),
    ("hw06", "mean_gradient", ([[20], [0], [0], [0]], COLUMN, 0), {}, [-4]),
    ("hw06", "batch_norm_dx", ([[4], [0], [0], [0]], COLUMN, [5], 0), {},
     [[1.04], [-1.28], [-0.72], [0.96]]),
    ("hw06", "normalise_maps", ([[[[1, 7]]], [[[9, 15]]]], [5], [3], 0), {},
     [[[[-4, 2]]], [[[4, 10]]]]),
    ("hw06", "in_use", ([[6]], [8], [25], [5], [5], 0), {}, [[3]]),
    ("hw07", "lenet_parameters", (), {}, [156, 2416, 48120, 10164, 850]),
    ("hw07", "turn_scores", ([X0], [[EYE]], [-1], [[2], [-1]], [0, 5]), {}, [8, 1]),
    ("hw07", "score_gradient", ([[0, np.log(3)]], [0]), {}, [[-0.75, 0.75]]),
    ("hw07", "score_gradient", ([[0, np.log(3)]] * 2, [0, 0]), {}, [[-0.375, 0.375]] * 2),
    ("hw07", "turn_gradients", ([X0], [[EYE]], [-1], [[2], [-1]], [1, -1]), {},
     [6, 0, 3, 9, 3, 4, -4, 1, -1]),
    ("hw07", "momentum_step", ([1], [2], [3], 0.1, 0.5), {}, [[0.65], [3.5]]),
    ("hw07", "momentum_step", ([1], [2], [3], 0.1, 0.5, 0.5), {}, [[0.6], [4]]),
    ("hw08", "receptive_fields", (((3, 1, 1, 1), (2, 2, 0, 1), (3, 1, 2, 2)),), {},
     [[3, 1, -1], [4, 2, -1], [12, 2, -5]]),
    ("hw08", "seen", (5, 2, -2, 2, 10), {}, [2, 6]),
    ("hw08", "seen", (5, 2, -2, 0, 10), {}, [0, 2]),
    ("hw08", "seen", (5, 2, -2, 4, 10), {}, [6, 9]),
    ("hw08", "effective_size", ([[[[0, -1, 0.04], [2, -4, 1], [0, 1, 0.1]]]],), {}, 5**0.5),
    ("hw08", "relu_back", ([2, -1, 5, -3], [1, 1, -1, -2], "gradient"), {}, [2, -1, 0, 0]),
    ("hw08", "relu_back", ([2, -1, 5, -3], [1, 1, -1, -2], "deconvnet"), {}, [2, 0, 5, 0]),
    ("hw08", "relu_back", ([2, -1, 5, -3], [1, 1, -1, -2], "guided"), {}, [2, 0, 0, 0]),
    ("hw08", "saliency", ([[[1, 2]]], [[1, -1], [2, 1]], [0, -1], [[3, 1], [5, -2]], 1), {},
     [[4, 2]]),
    ("hw08", "occlusion", (np.sum, [[1, 2, 0], [0, 1, 3]], 2), {}, [[4, 6]]),
    ("hw08", "occlusion", (np.sum, [[1, 2, 0], [0, 1, 3]], 2, 1, 1), {}, [[0, 2]]),
    ("hw08", "strongest_patches", ([POOLED, X0], [[[0, 1], [2, 7]], [[-9, 3], [1, 8]]], 2, 1, 1),
     {}, [[[1, 3], [1, 1]]]),
    ("hw08", "maximise", (lambda x: np.array([3, -4]), [0, 0], 3, 0.1, 2), {}, [0.9, -1.2]),
    ("hw08", "maximise", (lambda x: np.array([3, -4]), [0, 0], 99, 0.1, 2), {}, [1.2, -1.6]),
    ("hw05", "transposed_size", (2, 3, 2), {}, 5),
    ("hw05", "transposed_size", (2, 3, 2, 1), {}, 3),
    ("hw05", "conv_transpose", (SQUARE, SQUARE), {}, [[0, 0, 1], [0, 4, 6], [4, 12, 9]]),
    ("hw05", "conv_transpose", (SQUARE, SQUARE, 2), {},
     [[0, 0, 0, 1], [0, 0, 2, 3], [0, 2, 0, 3], [4, 6, 6, 9]]),
    ("hw05", "conv_transpose", (SQUARE, SQUARE, 1, 1), {}, [[4]]),
    ("hw05", "overlaps", (3, 3, 2), {}, [1, 1, 2, 1, 2, 1, 1]),
    ("hw05", "overlaps", (3, 4, 2), {}, [1, 1, 2, 2, 2, 2, 1, 1]),
    ("hw05", "dilated_conv", (np.arange(1, 17).reshape(4, 4), [[1, 2], [0, -1]], 2), {},
     [[-4, -2], [4, 6]]),
    ("hw05", "receptive_field", ([3, 3, 3], [1, 1, 1]), {}, 7),
    ("hw05", "receptive_field", ([3, 3, 3], [1, 2, 4]), {}, 15),
    ("hw05", "depthwise", ([X0, X1], [W0, W1]), {}, [[[0, -1], [-1, 0]], [[1, 1], [1, 1]]]),
    ("hw05", "separable", ([X0, X1], [W0, W1], [[1, 1], [2, -1]]), {},
     [[[1, 0], [0, 1]], [[-1, -3], [-3, -1]]]),
]


@pytest.mark.parametrize(("name", "qid", "args", "options", "says"), EXAMPLES)
def test_the_text_says_what_the_solution_gives(papers, name, qid, args, options, says):
    arrays = [np.array(arg) if isinstance(arg, list) else arg for arg in args]
    given = papers(name).solution.namespace[qid](*arrays, **options)
    np.testing.assert_allclose(given, says)


def test_the_checker_of_homework_4_trusts_its_derivatives(papers):
    from convviz import reference

    names = papers("hw04").solution.namespace
    rng = np.random.default_rng(0)
    x, w, dy = (rng.normal(size=shape) for shape in ((2, 5, 5), (3, 2, 3, 3), (3, 3, 3)))
    numerical, error = names["numerical_gradient"], names["relative_error"]

    def loss(x=x, w=w, b=np.zeros(3)):
        return np.sum(dy * reference.conv2d(x, w, b))

    assert error(numerical(loss, x), names["conv_dx"](dy, w, x.shape)) < 1e-6
    assert error(numerical(lambda w: loss(w=w), w), names["conv_dw"](dy, x, (3, 3))) < 1e-6
    assert error(numerical(lambda b: loss(b=b), np.zeros(3)), names["conv_db"](dy)) < 1e-6


def test_the_parts_of_a_filter_taken_apart_one_after_the_other_give_the_same(papers):
    from convviz import reference

    factors = papers("hw05").solution.namespace["factors"]
    image = np.random.default_rng(0).normal(size=(6, 7))
    column, row = np.array(factors["column"]), np.array(factors["row"])
    twice = reference.correlate2d(reference.correlate2d(image, row[None]), column[:, None])
    np.testing.assert_allclose(twice, reference.correlate2d(image, np.outer(column, row)))
