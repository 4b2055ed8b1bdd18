"""What a network learns."""

import math

import numpy as np

from convviz.nn import init
from convviz.nn.seeds import next_seed


class Parameter:
    """An array that is learned, with the derivative of the loss with respect to it.

    Its numbers are drawn when they are first needed, so that a network of any size can be
    described without memory. They do not depend on when that is, but on the seed and on how many
    parameters were made before: see `manual_seed`.

    Parameters
    ----------
    shape : tuple of int
    draw : function (generator, shape, dtype) → array, optional
        One of `convviz.nn.init`; zeros where it is left out.
    dtype : float32 or float64

    Attributes
    ----------
    grad : array or None
        What ways back have added up since it was last forgotten.

    Examples
    --------
    >>> import numpy as np
    >>> weight = Parameter((2, 3))
    >>> weight.accumulate(np.ones((2, 3), np.float32))
    >>> weight.accumulate(np.ones((2, 3), np.float32))
    >>> weight.grad[0], weight.data[0]
    (array([2., 2., 2.], dtype=float32), array([0., 0., 0.], dtype=float32))
    """

    def __init__(self, shape, draw=None, *, dtype=np.float32):
        self.shape, self.dtype = tuple(shape), np.dtype(dtype)
        self.size = math.prod(self.shape)
        self.grad = None
        self._draw, self._seed = draw or init.zeros, next_seed()
        self._data = self._home = None

    @property
    def data(self):
        """The numbers, to be changed in place or replaced by an array of the same shape."""
        if self._data is None:
            made = self._draw(np.random.default_rng(self._seed), self.shape, self.dtype)
            self._data = np.ascontiguousarray(made, self.dtype)
        return self._data

    @data.setter
    def data(self, values):
        if np.shape(values) != self.shape:
            raise ValueError(
                f"data must have shape {self.shape}, got {np.shape(values)}: a parameter keeps "
                "its shape; make a layer of another size"
            )
        self._data = np.array(values, self.dtype)

    def accumulate(self, gradient):
        """Add the derivative found by a way back."""
        if gradient.shape != self.shape:
            raise ValueError(f"gradient must have shape {self.shape}, got {gradient.shape}")
        if self.grad is not None:
            self.grad += gradient
        elif self._home is None:
            self.grad = np.array(gradient) if gradient.base is not None else gradient
        else:
            self.grad = self._home
            self.grad[...] = gradient

    def astype(self, dtype):
        """Turn the numbers into float32 or float64."""
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise TypeError(f"dtype must be float32 or float64, got {np.dtype(dtype)}")
        if np.dtype(dtype) != self.dtype:
            self.dtype, self.grad, self._home = np.dtype(dtype), None, None
            self._data = None if self._data is None else self._data.astype(dtype)

    def move(self, data, home):
        """Keep the numbers in `data` from now on, and gradients in `home`: parts of long arrays."""
        data[...] = self.data
        if self.grad is not None:
            home[...] = self.grad
            self.grad = home
        self._data, self._home = data, home

    def __repr__(self):
        return f"Parameter{self.shape}"

    def __deepcopy__(self, memo):
        made = Parameter.__new__(Parameter)
        made.__dict__ |= self.__dict__ | {"grad": None, "_home": None}
        made._data = None if self._data is None else self._data.copy()
        memo[id(self)] = made
        return made
