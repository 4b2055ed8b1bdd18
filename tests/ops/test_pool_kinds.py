"""Norms, mixtures, draws, fitted windows and frequencies: the other kinds of pooling."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz import ops

POOL_3 = np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4.0]])[None, None]
INF = np.inf


def test_the_power_mean_of_the_lecture():
    found = ops.lp_pool2d(POOL_3, 5, 2, power_mean=True)
    assert np.round(found[0, 0], 2).tolist() == [[4.87, 6.61], [2.38, 3.16]]


@settings(max_examples=40)
@given(
    p=st.sampled_from([1, 1.5, 2, 3, 5, 7.25]),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.integers(1, 4),
    ceil_mode=st.booleans(),
)
def test_norms_agree_with_pytorch_on_positive_numbers(p, kernel, stride, ceil_mode):
    torch = pytest.importorskip("torch")
    array = np.random.default_rng(0).uniform(0.1, 2, (2, 2, 5, 6))
    x = torch.from_numpy(array.copy()).requires_grad_()
    expected = torch.nn.functional.lp_pool2d(x, p, kernel, stride, ceil_mode)
    options = {"stride": stride, "ceil_mode": ceil_mode}
    y = ops.lp_pool2d(array, p, kernel, **options)
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-12)
    dy = np.random.default_rng(1).normal(size=y.shape)
    expected.backward(torch.from_numpy(dy))
    found = ops.lp_pool2d_backward(dy, array, p, kernel, **options)
    np.testing.assert_allclose(found, x.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("power_mean", [False, True])
@pytest.mark.parametrize("p", [1, 2, 3, 4.5])
def test_norms_go_backwards_as_the_numerical_gradient(numerical_gradient, p, power_mean):
    x = np.random.default_rng(0).choice([-1, 1], (1, 2, 5, 4)) * np.linspace(0.5, 3, 40).reshape(
        1, 2, 5, 4
    )
    options = {"stride": (1, 2), "ceil_mode": True, "power_mean": power_mean}
    dy = np.random.default_rng(1).normal(size=ops.lp_pool2d(x, p, 2, **options).shape)
    expected = numerical_gradient(lambda x: ops.lp_pool2d(x, p, 2, **options), x, dy)
    found = ops.lp_pool2d_backward(dy, x, p, 2, **options)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_norm_lies_between_the_mean_and_the_maximum():
    x = np.random.default_rng(0).uniform(0, 1, (1, 1, 4, 4))
    powers = [ops.lp_pool2d(x, p, 2, power_mean=True) for p in (1, 2, 8, 2000)]
    np.testing.assert_allclose(powers[0], ops.avg_pool2d(x, 2))
    assert all((low < high).all() for low, high in zip(powers, powers[1:], strict=False))
    np.testing.assert_allclose(powers[3], ops.max_pool2d(x, 2), rtol=1e-3)


def test_large_powers_do_not_overflow():
    x = np.array([[[1e30, 1e30, 1e-30, 0]]], dtype=np.float32)
    np.testing.assert_allclose(ops.lp_pool1d(x, 5, 2), [[[1.1486984e30, 1e-30]]], rtol=1e-6)
    found = ops.lp_pool1d_backward(np.ones((1, 1, 2), np.float32), x, 5, 2)
    np.testing.assert_allclose(found, [[[0.5743492, 0.5743492, 1, 0]]], rtol=1e-6)


def test_norms_of_nothing_and_of_what_is_no_number():
    x = np.array([[[0.0, 0, np.nan, 1, -INF, 2, INF, np.nan]]])
    np.testing.assert_array_equal(ops.lp_pool1d(x, 3, 2), [[[0, np.nan, INF, np.nan]]])
    found = ops.lp_pool1d_backward(np.ones((1, 1, 1)), x[..., :2], 3, 2)
    assert found.tolist() == [[[0, 0]]]


@pytest.mark.parametrize("options", [{}, {"stride": 2, "padding": 1}, {"ceil_mode": True}])
def test_a_mixture_of_maximum_and_mean(numerical_gradient, options):
    x = np.random.default_rng(0).permutation(np.arange(50.0)).reshape(1, 2, 5, 5)
    y = ops.mixed_pool2d(x, 3, weight=0.25, **options)
    mean = ops.avg_pool2d(x, 3, count_include_pad=False, **options)
    np.testing.assert_allclose(y, 0.25 * ops.max_pool2d(x, 3, **options) + 0.75 * mean)
    dy = np.random.default_rng(1).normal(size=y.shape)
    dx, dweight = ops.mixed_pool2d_backward(dy, x, 3, weight=0.25, **options)
    expected = numerical_gradient(lambda x: ops.mixed_pool2d(x, 3, weight=0.25, **options), x, dy)
    np.testing.assert_allclose(dx, expected, atol=1e-9)
    expected = numerical_gradient(
        lambda a: ops.mixed_pool2d(x, 3, weight=float(a), **options), np.array(0.25), dy
    )
    assert dweight == pytest.approx(float(expected))


@settings(max_examples=40)
@given(
    sides=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    output=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    batch=st.integers(0, 2),
)
def test_fitted_windows_agree_with_pytorch(whole, sides, output, batch):
    torch = pytest.importorskip("torch")
    array = np.floor(whole(1, batch, 2, *sides) / 3)
    x = torch.from_numpy(array.copy()).requires_grad_()
    expected, places = torch.nn.functional.adaptive_max_pool2d(x, output, return_indices=True)
    y, indices = ops.adaptive_max_pool2d(array, output, return_indices=True)
    np.testing.assert_array_equal(y, expected.detach().numpy())
    np.testing.assert_array_equal(indices, places.numpy())
    dy = whole(2, *y.shape)
    expected.backward(torch.from_numpy(dy))
    found = ops.adaptive_max_pool2d_backward(dy, indices, array.shape)
    np.testing.assert_array_equal(found, x.grad.numpy())
    x.grad = None
    expected = torch.nn.functional.adaptive_avg_pool2d(x, output)
    y = ops.adaptive_avg_pool2d(array, output)
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-12, atol=1e-12)
    expected.backward(torch.from_numpy(dy))
    found = ops.adaptive_avg_pool2d_backward(dy, array.shape)
    np.testing.assert_allclose(found, x.grad.numpy(), rtol=1e-12, atol=1e-12)


def test_one_window_for_all_there_is_gives_the_mean_without_a_warning(recwarn):
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    x[0, 0, 1, :2], x[1, 2, 3, 3] = (np.inf, -np.inf), np.nan
    y = ops.avg_pool2d(x, (4, 5))
    assert not recwarn.list
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(y, x.mean(axis=(2, 3), keepdims=True), rtol=1e-14)
    np.testing.assert_array_equal(ops.avg_pool2d_backward(y, x.shape, (4, 5))[..., :1, :1], y / 20)


@pytest.mark.parametrize("mode", ["max", "avg"])
def test_a_pyramid_is_as_long_for_any_size_of_image(numerical_gradient, mode):
    for sides in ((7, 5), (4, 4), (13, 9)):
        x = np.random.default_rng(0).permutation(np.arange(float(2 * sides[0] * sides[1])))
        x = x.reshape(1, 2, *sides)
        y = ops.spatial_pyramid_pool(x, (3, 2, 1), mode=mode)
        assert y.shape == (1, 2 * (9 + 4 + 1))
        pool = ops.max_pool2d if mode == "max" else ops.avg_pool2d
        np.testing.assert_allclose(y[:, -2:], pool(x, sides).reshape(1, 2))
    dy = np.random.default_rng(1).normal(size=y.shape)
    expected = numerical_gradient(
        lambda x: ops.spatial_pyramid_pool(x, (3, 2, 1), mode=mode), x, dy
    )
    found = ops.spatial_pyramid_pool_backward(dy, x, (3, 2, 1), mode=mode)
    np.testing.assert_allclose(found, expected, atol=1e-9)


@given(
    seed=st.integers(0, 99), sides=st.tuples(st.integers(1, 11), st.integers(1, 11)),
    levels=st.sampled_from([(4, 2, 1), (1, 2, 4), (6, 3, 2, 1), (2, 2), (3, 2), (5,)]),
    special=st.booleans(), batch=st.integers(0, 2),
)  # fmt: skip
def test_a_pyramid_is_its_levels_one_after_another(seed, sides, levels, special, batch):
    generator = np.random.default_rng(seed)
    # few different numbers: many windows have several of the largest
    x = generator.choice([0.0, -0.0, 1.0, np.nan] if special else [1.0, 2.0], (batch, 2, *sides))
    dy = generator.integers(-4, 5, (batch, 2 * sum(n * n for n in levels))).astype(float)
    y, dx = ops.spatial_pyramid_pool(x, levels), ops.spatial_pyramid_pool_backward(dy, x, levels)
    expected, at = np.zeros_like(x), 0
    for level in levels:
        pooled, indices = ops.adaptive_max_pool2d(x, level, return_indices=True)
        end = at + 2 * level * level
        np.testing.assert_array_equal(y[:, at:end], pooled.reshape(batch, end - at))
        sent = dy[:, at:end].reshape(pooled.shape)
        expected += ops.adaptive_max_pool2d_backward(sent, indices, x.shape)
        at = end
    np.testing.assert_array_equal(dx, expected)


def spectral_matrix(size, wanted):
    """The pooling of one axis from its definition: waves of the frequencies kept, summed."""
    places, targets = np.arange(size) / size, np.arange(wanted) / wanted
    matrix = np.zeros((wanted, size))
    for frequency in range(-(wanted // 2), (wanted + 1) // 2):
        turned = 2 * np.pi * frequency * (targets[:, None] - places)
        wave = np.cos(turned)
        if 2 * frequency == -wanted:
            wave = np.cos(np.pi * wanted * targets)[:, None] * np.cos(np.pi * wanted * places)
        matrix += wave / size
    return matrix


@pytest.mark.parametrize("output", [(1, 1), (2, 3), (5, 4), (8, 7), (7, 2)])
def test_spectral_pooling_is_the_sum_of_its_waves(output):
    x = np.random.default_rng(0).normal(size=(2, 3, 8, 7))
    rows, columns = spectral_matrix(8, output[0]), spectral_matrix(7, output[1])
    y = ops.spectral_pool(x, output)
    np.testing.assert_allclose(y, rows @ x @ columns.T, atol=1e-13)
    dy = np.random.default_rng(1).normal(size=y.shape)
    found = ops.spectral_pool_backward(dy, x.shape)
    np.testing.assert_allclose(found, rows.T @ dy @ columns, atol=1e-13)


def test_spectral_pooling_keeps_a_constant_and_its_dtype():
    x = np.full((1, 1, 9, 6), 3, dtype=np.float32)
    y = ops.spectral_pool(x, 4)
    np.testing.assert_allclose(y, 3, rtol=1e-6)
    assert y.dtype == ops.spectral_pool_backward(y, x.shape).dtype == np.float32
    assert ops.spectral_pool(x[:0], 4).shape == (0, 1, 4, 4)
    assert not np.shares_memory(ops.spectral_pool(x, (9, 6)), x)


def test_draws_follow_the_values_and_the_seed():
    x = np.tile([0.0, 1, 2, 5], (1, 4000, 1, 1))
    y, indices = ops.stochastic_pool2d(x, (1, 4), generator=np.random.default_rng(7))
    shares = [np.mean(y == value) for value in (0, 1, 2, 5)]
    assert shares[0] == 0
    np.testing.assert_allclose(shares, [0, 1 / 8, 2 / 8, 5 / 8], atol=0.03)
    np.testing.assert_array_equal(x.reshape(4000, 4)[np.arange(4000), indices.ravel()], y.ravel())
    again, _ = ops.stochastic_pool2d(x, (1, 4), generator=np.random.default_rng(7))
    np.testing.assert_array_equal(again, y)
    expected = ops.stochastic_pool2d_expected(x, (1, 4))
    np.testing.assert_allclose(y.mean(), expected.mean(), rtol=0.05)
    assert expected[0, 0, 0, 0] == pytest.approx((1 + 4 + 25) / 8)


def test_draws_send_their_derivatives_back_to_what_was_drawn(numerical_gradient):
    x = np.random.default_rng(0).uniform(0.5, 2, (1, 2, 4, 5))
    y, indices = ops.stochastic_pool2d(x, 2, 1, generator=np.random.default_rng(1))
    dx = ops.stochastic_pool2d_backward(np.ones(y.shape), indices, x.shape)
    counts = np.bincount((indices + np.array([0, 20])[None, :, None, None]).ravel(), minlength=40)
    np.testing.assert_array_equal(dx.ravel(), counts)
    dy = np.random.default_rng(2).normal(size=y.shape)
    expected = numerical_gradient(lambda x: ops.stochastic_pool2d_expected(x, 2, 1), x, dy)
    found = ops.stochastic_pool2d_expected_backward(dy, x, 2, 1)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_draws_among_zeros_and_what_is_no_number():
    x = np.array([[[[0.0, 0, 0, 2, 1, np.nan, 1, INF, 3, 0]]]])
    y, indices = ops.stochastic_pool2d(x, (1, 2), generator=np.random.default_rng(0))
    np.testing.assert_array_equal(y, [[[[0, 2, np.nan, INF, 3]]]])
    assert indices.tolist() == [[[[0, 3, 5, 7, 8]]]]
    assert ops.stochastic_pool2d_expected(x, (1, 2))[0, 0, 0, 0] == 0
    dx = ops.stochastic_pool2d_expected_backward(np.ones((1, 1, 1, 1)), x[..., :2], (1, 2))
    assert dx.tolist() == [[[[0, 0]]]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_kind_keeps_the_dtype_and_takes_any_layout(whole, dtype):
    x = np.abs(whole(1, 2, 2, 4, 4, dtype=dtype))
    frozen = np.asfortranarray(x)
    frozen.flags.writeable = False
    for pool in (
        lambda x: ops.lp_pool2d(x, 3, 2),
        lambda x: ops.mixed_pool2d(x, 2),
        lambda x: ops.adaptive_avg_pool2d(x, 3),
        lambda x: ops.adaptive_max_pool2d(x, 3),
        lambda x: ops.spatial_pyramid_pool(x),
        lambda x: ops.spectral_pool(x, 3),
        lambda x: ops.stochastic_pool2d(x, 2, generator=np.random.default_rng(0))[0],
        lambda x: ops.stochastic_pool2d_expected(x, 2),
        lambda x: ops.lp_pool2d_backward(x, x, 3, 1),
        lambda x: ops.mixed_pool2d_backward(x, x, 1)[0],
        lambda x: ops.stochastic_pool2d_expected_backward(x, x, 1),
    ):
        np.testing.assert_allclose(pool(frozen), pool(x), rtol=1e-6)
        assert pool(frozen).dtype == dtype
        assert len(pool(x[:0])) == 0


def refused(error, words, function, *arguments, **options):
    with pytest.raises(error, match=f"^{re.escape(words)}"):
        function(*arguments, **options)


def test_what_does_not_fit_is_refused_with_a_remedy():
    x = np.ones((1, 1, 4, 4))
    words = "norm_type must be 1 or more and finite; max_pool2d is the limit of large exponents"
    refused(ValueError, words + ", got 0.5", ops.lp_pool2d, x, 0.5, 2)
    refused(ValueError, words + ", got inf", ops.lp_pool2d, x, INF, 2)
    refused(TypeError, "norm_type must be a real number, got '2': 1 or", ops.lp_pool2d, x, "2", 2)
    words = "weight must be from 0 (the mean) to 1 (the maximum), got 1.5"
    refused(ValueError, words, ops.mixed_pool2d, x, 2, weight=1.5)
    words = "output_size must be at least 1, got 0: an output has one entry or more"
    refused(ValueError, words, ops.adaptive_avg_pool2d, x, 0)
    words = (
        "output_size must be at most the size of the input, (4, 4), got (4, 5): "
        "spectral pooling only makes maps smaller"
    )
    refused(ValueError, words, ops.spectral_pool, x, (4, 5))
    words = "x must not be negative, as its entries are probabilities; its smallest is -1: pool af"
    random = {"generator": np.random.default_rng(0)}
    refused(ValueError, words, ops.stochastic_pool2d, -x, 2, **random)
    words = (
        "generator must be a numpy.random.Generator, got int: use np.random.default_rng(0)"
    )
    refused(TypeError, words, ops.stochastic_pool2d, x, 2, generator=0)
    words = 'mode must be one of "max", "avg", got \'mean\''
    refused(ValueError, words, ops.spatial_pyramid_pool, x, mode="mean")
    words = "levels must name one level or more, got (): use (4, 2, 1)"
    refused(ValueError, words, ops.spatial_pyramid_pool, x, ())
    words = "dy must have the shape of the forward pass's output, (1, 1, 2, 2), got (1, 1, 3, 3):"
    wrong = np.ones((1, 1, 3, 3))
    refused(ValueError, words, ops.lp_pool2d_backward, wrong, x, 2, 2)
    refused(ValueError, words, ops.mixed_pool2d_backward, wrong, x, 2)
    refused(ValueError, words, ops.stochastic_pool2d_expected_backward, wrong, x, 2)
