"""What training makes small: how far the output of a network is from what it should be.

A loss is one number (or, with ``reduction="none"``, one for each example); its backward pass
takes the derivative of what comes after the loss, which is 1.0 where nothing does.
"""

import math

import numpy as np

from convviz.ops import _check
from convviz.ops._each import LARGE, each, total
from convviz.ops.softmaxes import log_softmax, softmax_times, surprises, surprises_backward

_REDUCTIONS = ("mean", "sum", "none")


def cross_entropy(x, target, *, reduction="mean"):
    """Minus the logarithm of the probability that `softmax` gives the right class.

    Parameters
    ----------
    x : array (N, C) or (N, C, ...)
        float32 or float64: scores, not probabilities.
    target : array of int (N,) or (N, ...), or array of the shape and dtype of `x`
        The right classes, from 0; or a probability for each class.
    reduction : {"mean", "sum", "none"}
        The mean over examples (and places), their sum, or an array with one loss for each.

    Returns
    -------
    number of the dtype of `x`, or array (N, ...)

    Raises
    ------
    TypeError
        When `x` is not float32 or float64, or `target` is neither classes nor probabilities.
    ValueError
        When shapes do not match, a class does not exist, or the reduction is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.log([[1.0, 1.0, 2.0]])
    >>> print(cross_entropy(x, np.array([2])))          # -log(1/2)
    0.6931471805599453
    """
    x, target, _ = _classes(x, target, reduction)
    if target.dtype.kind == "f":
        terms = log_softmax(x, 1)
        terms *= target
        # a class of probability 0 adds nothing, however impossible its score makes it
        terms[target == 0] = 0
        # 0 minus, so that a loss of nothing is 0 and not -0
        return reduced(0 - terms.sum(axis=1), reduction)
    return reduced(surprises(x, target), reduction)


def cross_entropy_backward(dy, x, target, *, reduction="mean"):
    """Derivative of `cross_entropy`: the probabilities minus what they should be.

    Parameters
    ----------
    dy : number, or array (N, ...) where the reduction is "none"
        Derivative of what comes after the loss; 1.0 where nothing does.
    x, target, reduction
        Those of the forward pass.

    Returns
    -------
    array
        Derivative with respect to `x`.

    Raises
    ------
    TypeError, ValueError
        As `cross_entropy`; ValueError also when `dy` has not the shape of the loss.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.log([[1.0, 1.0, 2.0]])
    >>> cross_entropy_backward(1.0, x, np.array([2]))
    array([[ 0.25,  0.25, -0.5 ]])
    """
    x, target, shape = _classes(x, target, reduction)
    part = share(dy, shape, x.dtype, reduction)
    if target.dtype.kind == "f":
        dx = softmax_times(part * target.sum(axis=1), x)
        dx -= np.expand_dims(part, 1) * target if part.ndim else part * target
        return dx
    return surprises_backward(part, x, target)


def mse_loss(x, target, *, reduction="mean"):
    """Squared differences, ``(x − target)²``: their mean over all entries, their sum, or each.

    Parameters and errors are those of `binary_cross_entropy`, but entries may be any number.

    Examples
    --------
    >>> import numpy as np
    >>> print(mse_loss(np.array([1.0, 5.0]), np.array([2.0, 2.0])))
    5.0
    """
    x, target = alike(x, target, reduction)
    if reduction != "none" and x.size >= LARGE:
        return finished(total("squared_error", x, target), x, reduction)
    return reduced((x - target) ** 2, reduction)


def mse_loss_backward(dy, x, target, *, reduction="mean"):
    """Derivative of `mse_loss`: twice the difference. Parameters as `cross_entropy_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> mse_loss_backward(1.0, np.array([1.0, 5.0]), np.array([2.0, 2.0]))
    array([-1.,  3.])
    """
    x, target = alike(x, target, reduction)
    part = share(dy, x.shape, x.dtype, reduction)
    if reduction != "none" and x.size >= LARGE:
        return each("squared_error_backward", x, target, options=(part[()],))
    return part * (2 * (x - target))


def alike(x, target, reduction):
    x, target = _check.floats("x", x), _check.floats("target", target)
    _check.same_dtype(x=x, target=target)
    if x.shape != target.shape:
        raise ValueError(
            f"target must have the shape of x, {x.shape}, got {target.shape}: reshape it"
        )
    _check.choice("reduction", reduction, _REDUCTIONS)
    return x, target


def _classes(x, target, reduction):
    """The scores, the classes or their probabilities, and the shape of the losses."""
    x = _check.floats("x", x)
    _check.choice("reduction", reduction, _REDUCTIONS)
    if x.ndim < 2 or x.shape[1] == 0:
        raise ValueError(
            f"x must have 2 axes (N, C) or more and one class or more, got shape {x.shape}: "
            "for one example use x[None]"
        )
    if not isinstance(target, np.ndarray) or target.dtype.kind not in "iuf":
        found = getattr(target, "dtype", type(target).__name__)
        raise TypeError(
            f"target must be an array of classes (integers) or of probabilities, got {found}: "
            "use np.asarray(target)"
        )
    shape = (len(x), *x.shape[2:])
    if target.dtype.kind == "f":
        return x, alike(x, target, reduction)[1], shape
    if target.shape != shape:
        raise ValueError(
            f"target must have a class for each of the {shape} scores in x of shape {x.shape}, "
            f"got shape {target.shape}: its axis 1 (the classes) is missing in target"
        )
    target = target.astype(np.int64, copy=False)
    # what is negative is very large without its sign
    if target.size and target.view(np.uint64).max() >= x.shape[1]:
        wrong = target.min() if target.min() < 0 else target.max()
        raise ValueError(
            f"target must be classes from 0 to {x.shape[1] - 1}, as x has {x.shape[1]} of them, "
            f"got {wrong}: count classes from 0, or give x more"
        )
    return x, target, shape


def reduced(terms, reduction):
    if reduction == "none":
        return terms
    return finished(terms.sum(dtype=np.float64), terms, reduction)


def finished(found, terms, reduction):
    """The sum `found`, or the mean of as many as there are `terms`, in their dtype."""
    if reduction == "mean":
        # the mean of nothing is NaN, as in PyTorch
        found = found / terms.size if terms.size else np.float64(np.nan)
    return terms.dtype.type(found)


def share(dy, shape, dtype, reduction):
    """What `dy` makes of each single loss: an array of `shape`, or a 0-d one for all alike."""
    wanted = shape if reduction == "none" else ()
    if np.shape(dy) != wanted:
        raise ValueError(
            f'dy must have the shape of the loss with reduction="{reduction}", {wanted}, '
            f"got {np.shape(dy)}: use {'an array' if wanted else '1.0'}"
        )
    dy = np.asarray(dy, dtype=dtype)
    return np.asarray(dy / dtype.type(max(math.prod(shape), 1))) if reduction == "mean" else dy
