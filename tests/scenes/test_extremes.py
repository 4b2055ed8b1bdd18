"""Numbers that are none, infinite, huge or tiny: shown as such, without a warning."""

import numpy as np
import pytest

from convviz import figures, scenes
from convviz.widgets._payload import pack, payload

BAD = np.array([[np.nan, np.inf, 1.0, 2], [-np.inf, 1e308, -1e308, 3], [0, 1, 2, 3], [5e-324, 1, 1, 1]])
MAKE = {
    "pooling": lambda: scenes.pooling(BAD),
    "learned": lambda: scenes.pooling(np.eye(4), BAD[:2, :2], norm_type=300),
    "max": lambda: scenes.max_routing(BAD),
    "max, back": lambda: scenes.max_routing(np.eye(5), BAD, kernel_size=2),
    "average, back": lambda: scenes.average_pool_backward(BAD, input_size=5),
    "to the input": lambda: scenes.convolution_backward_input(BAD, BAD[:2, :2]),
    "to the input, dy": lambda: scenes.convolution_backward_input(np.eye(5), np.eye(2), BAD),
    "to the weights": lambda: scenes.convolution_backward_weight(BAD, BAD[:2, :2]),
    "to the weights, dy": lambda: scenes.convolution_backward_weight(np.eye(5), np.eye(2), BAD),
    "pushing": lambda: scenes.transposed_convolution(BAD, BAD),
    "pulling": lambda: scenes.transposed_convolution(BAD, BAD, pull=True),
    "orientation": lambda: scenes.orientation_tuning(BAD),
    "neocognitron": lambda: scenes.neocognitron(np.full((2, 4, 4), 1e300), field=2),
    "smallest": lambda: scenes.pooling([[1]], kernel_size=1),
    "one pixel back": lambda: scenes.convolution_backward_input([[1]], [[1]]),
    "one number pushed": lambda: scenes.transposed_convolution([[1]], [[1]]),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", MAKE)
def test_a_scene_of_the_extremes_is_built_sent_and_drawn(name):
    scene = MAKE[name]()
    assert all(step.sentence and scene.formula_text(k) is not None for k, step in enumerate(scene.steps))
    assert pack({"": payload(scene)})
    assert figures.svg(scene).startswith("<svg")


@pytest.mark.parametrize("name", MAKE)
def test_nothing_is_drawn_by_chance(name):
    assert figures.svg(MAKE[name]()) == figures.svg(MAKE[name]())
