"""Is this backward pass right? Compare it with differences of the forward pass."""

from dataclasses import dataclass

import numpy as np

# ∛ε of float64: where rounding and curvature disturb a central difference equally little
_STEP = 6e-6
# derivatives this much smaller than the largest one of their array are compared with that
_SMALL = 1e-3


@dataclass(frozen=True)
class GradientCheck:
    """What `check_gradients` found; true where the derivatives agree.

    Attributes
    ----------
    ok : bool
    error : float
        The largest relative error of all derivatives.
    argument : int
        The array in which it is, counted from 0.
    index : tuple of int
        Where in that array.
    expected, found : float
        The difference quotient there, and the derivative given.
    words : str
        What that means.
    """

    ok: bool
    error: float
    argument: int
    index: tuple
    expected: float
    found: float
    words: str

    def __bool__(self):
        return self.ok

    def __str__(self):
        return self.words

    __repr__ = __str__


def check_gradients(f, backward, *arrays, dy=None, tolerance=1e-5):
    """Compare derivatives with central differences, ``(f(x + h) − f(x − h)) / 2h``.

    Parameters
    ----------
    f : callable
        ``f(*arrays)`` returns an array or a number.
    backward : callable, or sequence of arrays
        ``backward(dy, *arrays)`` returns one derivative for each array: of ``sum(f·dy)``. More
        results than arrays are left aside, None stands for one that is not to be checked.
        Derivatives computed already are those for a `dy` of ones, unless `dy` is given.
    *arrays : arrays
        Taken as float64: float32 is too coarse for differences. Every entry is moved, so keep
        them small: 100 entries take 200 calls of `f`.
    dy : array, optional
        Different random numbers for every output where `backward` is called, so that no two
        mistakes cancel.
    tolerance : float
        The relative error that still counts as agreement.

    Returns
    -------
    GradientCheck

    Raises
    ------
    TypeError
        When `backward` is neither callable nor a sequence.
    ValueError
        When there are no arrays, or a derivative is missing or has not the shape of its array.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> check_gradients(lambda x: x**2, lambda dy, x: dy * 2 * x, x)
    right: the largest relative error is ... at [...] of array 0
    >>> check_gradients(lambda x: x**2, lambda dy, x: dy * x, x)
    wrong: every derivative of array 0 is 0.5 times what it should be: a factor is missing
    """
    arrays = [np.array(array, dtype=np.float64) for array in arrays]
    if not arrays:
        raise ValueError("arrays must hold one array or more: give those that f takes")
    if dy is None:
        shape = np.shape(f(*arrays))
        dy = np.ones(shape)
        if callable(backward):
            dy = np.random.default_rng(0).uniform(0.5, 1.5, shape)
    found = _derivatives(backward, dy, arrays)
    checks = [
        _compare(f, arrays, place, derivative, np.asarray(dy, dtype=np.float64), tolerance)
        for place, derivative in enumerate(found)
        if derivative is not None
    ]
    if not checks:
        raise ValueError("backward gave None for every array: nothing to check")
    # NaN is the worst of all
    return max(checks, key=lambda check: (not check.ok, np.nan_to_num(check.error, nan=np.inf)))


def _derivatives(backward, dy, arrays):
    if callable(backward):
        result = backward(dy.item() if dy.ndim == 0 else dy, *[array.copy() for array in arrays])
    elif isinstance(backward, (tuple, list, np.ndarray)):
        result = backward
    else:
        raise TypeError(
            f"backward must be a function or the derivatives, got {type(backward).__name__}: "
            "use lambda dy, x: ..."
        )
    result = [result] if isinstance(result, np.ndarray) or np.isscalar(result) else list(result)
    if len(result) < len(arrays):
        raise ValueError(
            f"backward must give a derivative for each of the {len(arrays)} arrays, "
            f"got {len(result)}: use None for one that is not to be checked"
        )
    for place, (derivative, array) in enumerate(zip(result, arrays, strict=False)):
        if derivative is not None and np.shape(derivative) != array.shape:
            raise ValueError(
                f"the derivative of array {place} must have its shape, {array.shape}, "
                f"got {np.shape(derivative)}: one number for each entry"
            )
    return result[: len(arrays)]


def _compare(f, arrays, place, derivative, dy, tolerance):
    expected, kinks = _differences(f, arrays, place, dy)
    derivative = np.asarray(derivative, dtype=np.float64)
    largest = max(np.abs(expected).max(initial=0.0), np.abs(derivative).max(initial=0.0))
    if largest == 0 or not derivative.size:
        words = f"right: array {place} changes nothing"
        return GradientCheck(True, 0.0, place, (), 0.0, 0.0, words)
    scale = np.maximum(np.abs(expected), np.abs(derivative))
    errors = np.abs(expected - derivative) / np.maximum(scale, _SMALL * largest)
    index = np.unravel_index(np.argmax(errors), errors.shape)
    index = tuple(int(at) for at in index)
    ok = bool(errors[index] <= tolerance)
    words = _right(errors[index], place, index)
    if not ok:
        words = _wrong(expected, derivative, kinks, place, index)
    values = float(errors[index]), place, index, float(expected[index]), float(derivative[index])
    return GradientCheck(ok, *values, words)


def _differences(f, arrays, place, dy):
    """Central differences, and where the slopes to the two sides differ much: a kink."""
    array = arrays[place]
    expected, kinks = np.empty_like(array), np.zeros(array.shape, dtype=bool)
    here = np.sum(f(*arrays) * dy)
    for index in np.ndindex(array.shape):
        kept = array[index]
        step = _STEP * max(1.0, abs(kept))
        array[index] = kept + step
        up = np.sum(f(*arrays) * dy)
        array[index] = kept - step
        down = np.sum(f(*arrays) * dy)
        array[index] = kept
        expected[index] = (up - down) / (2 * step)
        bend = abs(up - 2 * here + down) / step
        kinks[index] = bend > 1e-2 * max(abs(expected[index]), 1e-3)
    return expected, kinks


def _right(error, place, index):
    return f"right: the largest relative error is {error:.1e} at {list(index)} of array {place}"


def _wrong(expected, found, kinks, place, index):
    """The commonest mistakes are known by what they do to all entries at once."""
    start = f"wrong: every derivative of array {place} is"
    if not np.isfinite(found).all():
        at = [int(i) for i in np.argwhere(~np.isfinite(found))[0]]
        return f"wrong: the derivative at {at} of array {place} is {found[tuple(at)]}"
    if not found.any():
        return f"{start} 0, though the output depends on it"
    factor = float(np.vdot(expected, found) / max(np.vdot(expected, expected), 1e-300))
    # one derivative alone tells no factor from any other mistake
    several = np.count_nonzero(expected) > 1 or expected.size == 1
    close = {"rtol": 1e-4, "atol": 1e-6 * np.abs(expected).max()}
    if several and np.allclose(found, factor * expected, **close):
        if abs(factor + 1) < 1e-4:
            return f"{start} minus what it should be: a sign is missing"
        return f"{start} {factor:.4g} times what it should be: a factor is missing"
    for what, turned in _turns(expected):
        if turned.shape == found.shape and np.allclose(found, turned, **close):
            start = f"wrong: the derivatives of array {place} are"
            return f"{start} right but for their places: {what}"
    at = f"at {list(index)} of array {place} it is {found[index]:.6g}, not {expected[index]:.6g}"
    if kinks[index]:
        return f"{at}: but f has a corner there (ReLU at 0, a tie in a pooling): try other numbers"
    error = np.abs(found - expected) > 1e-4 * np.abs(expected).max()
    return f"wrong: {at}; {np.count_nonzero(error)} of {error.size} entries are wrong"


def _turns(expected):
    if expected.ndim >= 2:
        yield "turn them by 180 degrees", expected[..., ::-1, ::-1]
        yield "transpose them", expected.swapaxes(-1, -2)
    if expected.ndim:
        yield "reverse them", expected[..., ::-1]
