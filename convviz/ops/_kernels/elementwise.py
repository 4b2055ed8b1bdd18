"""Loops over the entries of flat arrays."""

from convviz.ops._kernels import kernel


@kernel()
def relu_backward(dy, x, dx):
    for i in range(len(dx)):
        # written so that a NaN input lets the derivative through instead of hiding it
        dx[i] = 0 if x[i] <= 0 else dy[i]


@kernel()
def leaky(values, x, found, slope):
    for i in range(len(found)):
        found[i] = values[i] if x[i] > 0 else values[i] * slope
