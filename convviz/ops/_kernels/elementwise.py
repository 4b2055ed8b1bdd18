"""Loops over the entries of flat arrays: what goes in, what comes out, and then the options.

Each is one pass, and none has a branch, so that LLVM makes vectors of them.
"""

import numpy as np

from convviz.ops._kernels import kernel
from convviz.ops._kernels.powers import exp, expm1_below, log, log1p_of_part

_LOOP = {"error_model": "numpy"}
# letting the compiler reorder a sum is what makes it vectorise; NaN and infinity still travel
_SUM = {"fastmath": {"reassoc", "contract"}, "error_model": "numpy"}


@kernel(**_LOOP)
def relu(x, y):
    zero = x.dtype.type(0)
    for i in range(len(y)):
        # written so that a NaN stays one
        y[i] = zero if x[i] <= zero else x[i]


@kernel(**_LOOP)
def relu_backward(dy, x, dx):
    zero = x.dtype.type(0)
    for i in range(len(dx)):
        # written so that a NaN input lets the derivative through instead of hiding it
        dx[i] = zero if x[i] <= zero else dy[i]


@kernel(**_LOOP)
def leaky(values, x, found, slope):
    for i in range(len(found)):
        found[i] = values[i] if x[i] > 0 else values[i] * slope


@kernel(**_LOOP)
def elu(x, y, alpha):
    zero = x.dtype.type(0)
    for i in range(len(y)):
        bent = alpha * expm1_below(zero if x[i] > zero else x[i])
        y[i] = x[i] if x[i] > zero else bent


@kernel(**_LOOP)
def elu_backward(dy, x, dx, alpha):
    zero = x.dtype.type(0)
    for i in range(len(dx)):
        bent = alpha * exp(x[i] if x[i] <= zero else zero)
        dx[i] = dy[i] * bent if x[i] <= zero else dy[i]


@kernel(**_LOOP)
def sigmoid(x, y):
    one = x.dtype.type(1)
    for i in range(len(y)):
        y[i] = one / (one + exp(-x[i]))


@kernel(**_LOOP)
def sigmoid_backward(dy, y, dx):
    one = y.dtype.type(1)
    for i in range(len(dx)):
        dx[i] = dy[i] * y[i] * (one - y[i])


@kernel(**_LOOP)
def tanh(x, y):
    two, zero = x.dtype.type(2), x.dtype.type(0)
    for i in range(len(y)):
        # of -2|x|, where the power cannot overflow
        power = expm1_below(x[i] * -two if x[i] > zero else x[i] * two)
        size = -power / (two + power)
        # 0 keeps its sign
        y[i] = size if x[i] > zero else -size


@kernel(**_LOOP)
def tanh_backward(dy, y, dx):
    one = y.dtype.type(1)
    for i in range(len(dx)):
        dx[i] = dy[i] * (one - y[i] * y[i])


@kernel(**_SUM)
def squared_error(x, target, total):
    """Set ``total[0]`` to the sum of ``(x − target)²``, in float64."""
    found = 0.0
    for i in range(len(x)):
        off = np.float64(x[i]) - np.float64(target[i])
        found += off * off
    total[0] = found


@kernel(**_LOOP)
def squared_error_backward(x, target, dx, share):
    two = x.dtype.type(2)
    for i in range(len(dx)):
        dx[i] = share * (two * (x[i] - target[i]))


@kernel(**_SUM)
def binary_cross_entropy(x, target, total):
    """Set ``total[0]`` to the sum of ``−t·log(x) − (1 − t)·log(1 − x)``, logarithms ≥ −100."""
    one, least, found = x.dtype.type(1), x.dtype.type(-100), 0.0
    for i in range(len(x)):
        yes, other = log(x[i]), one - x[i]
        # what 1 − x has lost, given back to first order
        no = log(other) + ((one - other) - x[i]) / other
        yes = least if yes < least else yes
        no = least if not no >= least and x[i] == one else no
        no = least if no < least else no
        found += np.float64(-target[i] * yes - (one - target[i]) * no)
    total[0] = found


@kernel(**_LOOP)
def binary_cross_entropy_backward(x, target, dx, share):
    one, least = x.dtype.type(1), x.dtype.type(1e-12)
    for i in range(len(dx)):
        spread = x[i] * (one - x[i])
        spread = least if spread < least else spread
        dx[i] = share * (x[i] - target[i]) / spread


@kernel(**_SUM)
def binary_cross_entropy_with_logits(x, target, total):
    """Set ``total[0]`` to the sum of ``max(x, 0) − x·t + log(1 + exp(−|x|))``."""
    zero, found = x.dtype.type(0), 0.0
    for i in range(len(x)):
        positive = x[i] if x[i] > zero else zero
        size = x[i] if x[i] > zero else -x[i]
        found += np.float64(positive - x[i] * target[i] + log1p_of_part(exp(-size)))
    total[0] = found


@kernel(**_LOOP)
def binary_cross_entropy_with_logits_backward(x, target, dx, share):
    one = x.dtype.type(1)
    for i in range(len(dx)):
        dx[i] = share * (one / (one + exp(-x[i])) - target[i])
