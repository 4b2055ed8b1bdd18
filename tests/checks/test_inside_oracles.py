"""What the checks of looking inside hold to be right agrees with the package's own tools."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convviz import geometry
from convviz.checks import _fields, _looking, _units
from convviz.inside.fields import Box, EffectiveField

LAYERS = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(0, 3), st.integers(1, 3)),
    min_size=1,
    max_size=5,
)


@given(LAYERS, st.integers(0, 6))
def test_fields_and_what_an_output_sees_are_those_of_the_geometry(layers, place):
    rows = _fields.receptive_fields(layers)
    for count in range(1, len(layers) + 1):
        stack = [
            geometry.Layer(k, stride=s, padding=p, dilation=d) for k, s, p, d in layers[:count]
        ]
        field = geometry.receptive_field(stack)
        assert rows[count - 1].tolist() == [field.size, field.jump, field.start]
    first, last = field.interval(place)
    pixels = [pixel for pixel in range(first, last + 1) if 0 <= pixel < 500]
    assume(pixels)  # some outputs see padding only
    assert _fields.seen(*rows[-1].tolist(), place, 500).tolist() == [pixels[0], pixels[-1]]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_the_effective_size_is_that_of_the_package(seed):
    derivatives = np.random.default_rng(seed).normal(size=(3, 2, 5, 6)) ** 5
    influence = np.abs(derivatives).sum(axis=1).mean(axis=0)
    found = EffectiveField(influence, Box(0, 0, 4, 5)).size
    assert _fields.effective_size(derivatives) == found


def test_the_ways_back_are_those_of_the_package():
    from convviz import inside, nn

    rng = np.random.default_rng(0)
    v, z = rng.normal(size=(1, 8)), rng.normal(size=(4, 8))
    net = nn.Sequential(nn.ReLU(), nn.Linear(8, 1, bias=False))
    net[1].weight.data[...] = v
    for method in _looking.METHODS:
        found = inside.saliency(net, z.astype(np.float32), 0, method=method)
        expected = _looking.relu_back(np.broadcast_to(v, z.shape), z, method)
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_saliency_is_the_size_of_slopes():
    rng = np.random.default_rng(1)
    x, w, b, v = (rng.normal(size=shape) for shape in ((2, 3, 2), (5, 12), (5,), (3, 5)))

    def score(x):
        return v[2] @ np.maximum(w @ x.ravel() + b, 0)

    slopes = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[at] = 1e-6
        slopes[at] = (score(x + step) - score(x - step)) / 2e-6
    np.testing.assert_allclose(
        _looking.saliency(x, w, b, v, 2), np.abs(slopes).max(axis=0), rtol=1e-6
    )


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (2, 1), (3, 2), (2, 3)])
def test_what_a_square_hides_of_a_sum_is_the_sum_below_it(size, stride):
    rng = np.random.default_rng(2)
    x, weights = rng.normal(size=(2, 7, 8))
    windows = np.lib.stride_tricks.sliding_window_view(weights * (x - 0.5), (size, size))
    lost = _looking.occlusion(lambda x: np.sum(weights * x), x, size, stride, 0.5)
    np.testing.assert_allclose(lost, windows[::stride, ::stride].sum(axis=(2, 3)), atol=1e-12)


def test_the_strongest_patches_are_found_among_all():
    rng = np.random.default_rng(3)
    images, maps = rng.normal(size=(4, 9, 9)), rng.normal(size=(4, 4, 4))
    found = _units.strongest_patches(images, maps, 3, 2, 3)
    order = sorted(range(4), key=lambda n: -maps[n].max())[:3]
    for patch, n in zip(found, order, strict=True):
        ((r, c),) = np.argwhere(maps[n] == maps[n].max())
        np.testing.assert_array_equal(patch, images[n, 2 * r : 2 * r + 3, 2 * c : 2 * c + 3])
