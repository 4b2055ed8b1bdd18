"""All parameters of a network as one long array: an optimiser's step is then one pass."""

from operator import attrgetter, is_

import numpy as np

_data = attrgetter("_data")


class Flat:
    """Moves parameters into one array, and their gradients into another.

    Where the parameters are views of another `Flat` or have been replaced, `current` is False, and
    a new one has to be made.
    """

    def __init__(self, parameters):
        self.parameters = list(parameters)
        dtypes = {parameter.dtype for parameter in self.parameters}
        if len(dtypes) > 1:
            raise TypeError("parameters must be of one dtype: use net.astype(np.float32)")
        size = sum(parameter.size for parameter in self.parameters)
        dtype = dtypes.pop() if dtypes else np.float32
        self.data, self.grad, at = np.empty(size, dtype), np.zeros(size, dtype), 0
        self._views = []
        for parameter in self.parameters:
            place = slice(at, at + parameter.size)
            shape = parameter.shape
            views = self.data[place].reshape(shape), self.grad[place].reshape(shape)
            parameter.move(*views)
            self._views.append(views[0])
            at += parameter.size

    @property
    def current(self):
        # asked at every step: without a loop of Python's
        return all(map(is_, map(_data, self.parameters), self._views))

    def complete(self):
        """Fill in zeros for parameters without a gradient, and return all gradients."""
        for parameter in self.parameters:
            if parameter.grad is None:
                parameter.accumulate(np.zeros(parameter.shape, parameter.dtype))
        return self.grad
