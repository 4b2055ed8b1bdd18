"""Cross-entropy of two classes: of a probability, or of the score that a sigmoid makes one of."""

import numpy as np

from convviz.ops._each import LARGE, each, total
from convviz.ops.activation import sigmoid
from convviz.ops.loss import alike, finished, reduced, share


def binary_cross_entropy(x, target, *, reduction="mean"):
    """Cross-entropy of two classes, of which `x` is the probability of the second.

    ``−target·log(x) − (1 − target)·log(1 − x)``, each logarithm at least −100 so that a wrong
    certainty costs much but not infinity, as in PyTorch.

    Parameters
    ----------
    x, target : arrays of the same shape and dtype, with entries from 0 to 1
    reduction : {"mean", "sum", "none"}

    Raises
    ------
    TypeError
        When an array is not float32 or float64, or their dtypes differ.
    ValueError
        When the shapes differ, an entry is not from 0 to 1, or the reduction is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> binary_cross_entropy(np.array([0.0, 1.0]), np.array([1.0, 1.0]), reduction="none")
    array([100.,   0.])
    """
    x, target = _probabilities(x, target, reduction)
    if reduction != "none" and x.size >= LARGE:
        return finished(total("binary_cross_entropy", x, target), x, reduction)
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(x), -100), np.maximum(np.log1p(-x), -100)
    return reduced(-target * yes - (1 - target) * no, reduction)


def binary_cross_entropy_backward(dy, x, target, *, reduction="mean"):
    """Derivative of `binary_cross_entropy`: ``(x − target) / (x·(1 − x))``.

    The divisor is at least 1e-12, as in PyTorch. Parameters as `cross_entropy_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> x, target = np.array([0.5, 0.75]), np.array([1.0, 1.0])
    >>> binary_cross_entropy_backward(3.0, x, target, reduction="sum")
    array([-6., -4.])
    """
    x, target = _probabilities(x, target, reduction)
    part = share(dy, x.shape, x.dtype, reduction)
    if reduction != "none" and x.size >= LARGE:
        return each("binary_cross_entropy_backward", x, target, options=(part[()],))
    return part * (x - target) / np.maximum(x * (1 - x), x.dtype.type(1e-12))


def binary_cross_entropy_with_logits(x, target, *, reduction="mean"):
    """`binary_cross_entropy` of ``sigmoid(x)``, exact for scores of any size.

    Parameters and errors are those of `binary_cross_entropy`, but `x` may be any number.

    Examples
    --------
    >>> import numpy as np
    >>> x, target = np.array([1000.0, -1000.0]), np.array([0.0, 0.0])
    >>> binary_cross_entropy_with_logits(x, target, reduction="none")
    array([1000.,    0.])
    """
    x, target = alike(x, target, reduction)
    if reduction != "none" and x.size >= LARGE:
        return finished(total("binary_cross_entropy_with_logits", x, target), x, reduction)
    terms = np.maximum(x, 0) - x * target + np.log1p(np.exp(-np.abs(x)))
    return reduced(terms, reduction)


def binary_cross_entropy_with_logits_backward(dy, x, target, *, reduction="mean"):
    """Derivative of `binary_cross_entropy_with_logits`: ``sigmoid(x) − target``.

    Parameters as `cross_entropy_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> x, target = np.array([0.0, 0.0]), np.array([0.0, 1.0])
    >>> binary_cross_entropy_with_logits_backward(1.0, x, target)
    array([ 0.25, -0.25])
    """
    x, target = alike(x, target, reduction)
    part = share(dy, x.shape, x.dtype, reduction)
    if reduction != "none" and x.size >= LARGE:
        loop = "binary_cross_entropy_with_logits_backward"
        return each(loop, x, target, options=(part[()],))
    return part * (sigmoid(x) - target)


def _probabilities(x, target, reduction):
    x, target = alike(x, target, reduction)
    for name, array in (("x", x), ("target", target)):
        if array.size and not (np.nanmin(array) >= 0 and np.nanmax(array) <= 1):
            remedy = "use binary_cross_entropy_with_logits for scores"
            raise ValueError(
                f"{name} must be probabilities from 0 to 1, got {np.nanmin(array):g} to "
                f"{np.nanmax(array):g}: {remedy if name == 'x' else 'divide it by its largest'}"
            )
    return x, target
