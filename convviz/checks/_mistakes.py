"""Well-known mistakes, built around the function that does it right."""

import inspect

import numpy as np

from convviz.checks._result import Variant


def around(right):
    """Return ``before`` and ``after``: two ways of going wrong on the way through `right`.

    Returns
    -------
    before : callable
        Takes a change of the arguments, which is given all of them in order, defaults filled in,
        and gives all of them back; makes a function with the mistake.
    after : callable
        Takes a change of the right result; makes a function with the mistake.

    Examples
    --------
    >>> before, after = around(lambda x, times=2: x * times)
    >>> before(lambda x, times: (x, 1))(5), after(lambda y: -y)(5, times=3)
    (5, -15)
    """
    signature = inspect.signature(right)

    def before(change):
        def function(*args, **options):
            bound = signature.bind(*args, **options)
            bound.apply_defaults()
            return right(*change(*bound.args))

        return function

    def after(change):
        return lambda *args, **options: change(right(*args, **options))

    return before, after


def of_results(after):
    """The mistakes in a result that any sum over windows invites; tried last."""
    return [
        Variant(
            "are rows and columns of the output swapped?", after(lambda y: np.swapaxes(y, -1, -2))
        ),
        Variant(
            "are the last row and column missing? The size ends in + 1",
            after(lambda y: y[..., :-1, :-1]),
        ),
        Variant("are the last row and column never computed?", after(_edge_left_out)),
        Variant(
            "was ReLU applied? Negative sums stay negative here",
            after(lambda y: np.maximum(y, 0)),
        ),
        Variant(
            "are the fractions cut off? An array of whole numbers cannot hold them",
            after(lambda y: np.trunc(y).astype(int)),
        ),
    ]


def _edge_left_out(y):
    result = np.array(y, float)
    result[..., -1, :] = result[..., -1] = 0
    return result
