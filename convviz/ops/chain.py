"""A chain of operations that runs as one: forward, backward, and the step of the optimiser.

Op by op, each operation rearranges its arrays for its vectors and back, and large activations
travel through the memory between them. A chain goes **depth first** instead: a block of samples
that lie side by side in the vectors goes through all operations, the loss and the way back while
its activations are in the caches, and adds to the sums of gradients; then comes the next block.
One compiled function runs a small program (`_kernels.instructions`), so that Python is not asked
between the operations. Batches of a few samples, too few for the vectors, go through one sample at
a time, with vectors along the rows.

How it is built: `links` says what there is, `_nodes` fuses what runs as one, `_planner` (with
`_scans` and `_linears`; `_single` for few samples) lays out the memory and writes the program with
the words of `_program`, and `_machine` runs it. Gradients of linear layers wait until all blocks
are through, as sums over samples are made faster with the features side by side; the instructions
of `_kernels.finish` make them, add what the threads have found, and update the parameters while
their gradients are in the cache. The first runs of a process are those of `_composed`, by NumPy,
while all that is compiled: see `_startup`.

What else a network may want fits in so. A new operation is a link and an instruction; nothing else
is compiled again. **Branches**: a tensor may have two readers; the second to send derivatives back
has to add to them, as overlapping windows do. A **residual** is an instruction that adds one tensor
to another, forwards, and the same derivatives to both, backwards. **Batch normalisation** ends a
phase: the program is cut there, all blocks run the first part and sum up their statistics, then
all run the second; what the second part reads of a block is kept in the memory that threads share,
as the inputs of linear layers are.
"""

import math
from functools import partial

import numpy as np

from convviz.ops import _chained, _check, _composed, _startup, _threads
from convviz.ops import links as _links
from convviz.ops._layout import ready
from convviz.ops._nodes import nodes_of

_KEPT = 1 << 25  # bytes of programs, each for one size of a batch; the last one always is


class Chain:
    """Operations one after another, each a description from `convviz.ops.links`.

    A chain holds no parameters: they are passed to each call, as one flat array in the order of
    `parameter_shapes`, or as a list of arrays. `views` shows a flat array as a list.

    Parameters
    ----------
    links : sequence of links
    input_shape : tuple
        (channels, rows, columns) of a sample, or (features,).

    Attributes
    ----------
    shapes : list of tuple
        Shape of a sample before each link and after the last.
    parameter_shapes : list of tuple
        Weights and bias of each link that has them.
    size : int
        How many numbers all parameters are together.

    Raises
    ------
    TypeError, ValueError
        When something is no link, or does not fit what comes before it.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz.ops import links
    >>> small = [links.Conv2d(2, 3), links.ReLU(), links.Flatten(), links.Linear(3)]
    >>> chain = Chain(small, (1, 4, 4))
    >>> chain.parameter_shapes
    [(2, 1, 3, 3), (2,), (3, 8), (3,)]
    >>> x, parameters = np.ones((5, 1, 4, 4)), np.zeros(chain.size)
    >>> loss, gradients = chain.loss_and_gradients(x, np.array([0, 1, 2, 0, 1]), parameters)
    >>> print(round(loss, 4), gradients[-1].round(3))
    1.0986 [-0.067 -0.067  0.133]
    """

    def __init__(self, links, input_shape):
        self.links = tuple(links)
        self.shapes = _links.shapes_along(self.links, input_shape)
        pairs = zip(self.links, self.shapes, strict=False)
        self.parameter_shapes = [
            found for link, shape in pairs for found in link.parameter_shapes(shape)
        ]
        self._ends = np.cumsum([0, *map(math.prod, self.parameter_shapes)]).tolist()
        self._nodes, self.size = nodes_of(self.links, self.shapes)
        if not self._nodes:
            raise ValueError(f"links must have an operation that computes, got {self.links}")
        self._machines, self._work = {}, _composed.work_of(self.links, self.shapes)

    def __getstate__(self):
        # programs hold addresses, which mean nothing in another process: a copy makes its own
        return self.__dict__ | {"_machines": {}}

    def __repr__(self):
        return f"Chain([{', '.join(map(repr, self.links))}], {self.shapes[0]})"

    def views(self, flat):
        """Show a flat array as a list of arrays with the shapes of the parameters.

        Parameters
        ----------
        flat : array (size,)

        Returns
        -------
        list of array
            Views: what is written to them is written to `flat`.

        Raises
        ------
        TypeError, ValueError
            When `flat` is no array of `size` numbers.
        """
        _chained.one_line("flat", _check.floats("flat", flat), self.size)
        runs = zip(self._ends, self._ends[1:], self.parameter_shapes, strict=False)
        return [flat[first:last].reshape(shape) for first, last, shape in runs]

    def forward(self, x, parameters):
        """Return the output for `x`.

        Parameters
        ----------
        x : array (N, *input_shape)
            float32 or float64.
        parameters : array (size,), or list of arrays
            Of the dtype of `x`.

        Returns
        -------
        array (N, ...)
        """
        x = self._input(x, 0)
        flat = self._flat("parameters", parameters, x)
        if not len(x):
            return np.empty((0, *self.shapes[-1]), x.dtype)
        return self._run("forward", x, flat).output.reshape(len(x), *self.shapes[-1])

    def loss_and_gradients(self, x, labels, parameters, *, input_gradient=False,
                           count_correct=False):  # fmt: skip
        """Return the mean cross-entropy of the scores that come out, and its derivatives.

        Parameters
        ----------
        x : array (N, *input_shape)
        labels : array of int (N,)
            The right classes, from 0.
        parameters : array (size,), or list of arrays
        input_gradient : bool
            Whether the derivatives of `x` are wanted too.
        count_correct : bool
            Whether to tell, too, how many samples have their highest score at their label.

        Returns
        -------
        loss : float
        gradients : list of array
            In the order of `parameter_shapes`; views of one flat array, their common `base`.
        dx : array
            The derivatives of `x`, where they are asked for.
        correct : int
            Where it is asked for.

        Raises
        ------
        TypeError, ValueError
            When an array has not the shape or dtype it needs, or a label is no class.
        """
        x = self._input(x)
        flat = self._flat("parameters", parameters, x)
        labels = _chained.labels(labels, x, self.shapes[-1])
        input_too = _check.flag("input_gradient", input_gradient)
        found = self._run("loss", x, flat, labels=labels, input_too=input_too)
        answer = [found.loss, self.views(found.gradients)]
        answer += [found.output.reshape(x.shape)] if input_too else []
        return (*answer, found.correct) if count_correct else tuple(answer)

    def backward(self, dy, x, parameters):
        """Return the derivatives of `x` and of the parameters, as the backward passes of `ops` do.

        Parameters
        ----------
        dy : array
            Derivative of the loss with respect to the output.
        x, parameters
            Those of the forward pass, which is made again.

        Returns
        -------
        dx : array
        gradients : list of array
        """
        x = self._input(x)
        flat, dy = self._flat("parameters", parameters, x), _check.floats("dy", dy)
        _check.gradient_shape(dy, (len(x), *self.shapes[-1]))
        _check.same_dtype(x=x, dy=dy)
        found = self._run("backward", x, flat, dy=ready(dy), input_too=True)
        return found.output.reshape(x.shape), self.views(found.gradients)

    def train_step(self, x, labels, parameters, velocities, *, rate, momentum=0.0,
                   weight_decay=0.0, nesterov=False, count_correct=False):  # fmt: skip
        """Take one step of gradient descent: `parameters` and `velocities` are changed.

        ``velocity = momentum·velocity + gradient + weight_decay·parameter``, then ``parameter -=
        rate·velocity``; with `nesterov`, ``rate·(gradient + momentum·velocity)`` (Polyak 1964,
        Nesterov 1983, in the form of PyTorch).

        Parameters
        ----------
        x, labels
            As for `loss_and_gradients`.
        parameters, velocities : array (size,)
            Flat and contiguous; velocities are zeros at first.
        rate, momentum, weight_decay : float
            0 or more.
        nesterov : bool
        count_correct : bool
            Whether to tell, too, how many samples had their highest score at their label.

        Returns
        -------
        loss : float
            Before the step.
        correct : int
            Where it is asked for.

        Raises
        ------
        TypeError, ValueError
            When something does not fit; nothing is changed then.
        """
        x = self._input(x)
        labels = _chained.labels(labels, x, self.shapes[-1])
        flat = self._flat("parameters", parameters, x), self._flat("velocities", velocities, x)
        _chained.changeable(flat, parameters=parameters, velocities=velocities)
        rates = _chained.rates(rate, momentum, weight_decay, nesterov)
        found = self._run("loss", x, parameters, labels=labels, update=(velocities, rates))
        return (found.loss, found.correct) if count_correct else found.loss

    def _input(self, x, least=1):
        x = _check.floats("x", x)
        if x.shape[1:] != self.shapes[0]:
            raise ValueError(
                f"x must have shape (N, {', '.join(map(str, self.shapes[0]))}), got {x.shape}: "
                "reshape it, or build the chain with another input_shape"
            )
        if len(x) < least:
            raise ValueError("x must have one sample or more, got none: leave empty batches out")
        return ready(x)

    def _flat(self, name, value, x):
        return _chained.flat(name, value, x, self.parameter_shapes, self.size)

    def _run(self, mode, x, parameters, *, labels=None, dy=None, input_too=False, update=None):
        key = mode, len(x), x.dtype, _threads.get_num_threads(), input_too
        work = len(x) * self._work * (1 if mode == "forward" else 3)
        if _startup.early(work):
            result = _composed.run(self, x, parameters, labels, dy, update, input_too)
            _startup.later((self.links, self.shapes[0], key, bool(update)),
                           partial(self._rehearse, key, bool(update)))  # fmt: skip
        else:
            machine = self._machines.get(key) or self._new_machine(key)
            result = machine.run(x, parameters, labels, dy, update)
        if result.wrong is not None:
            classes = self.shapes[-1][0]
            raise ValueError(
                f"labels must be classes from 0 to {classes - 1}, as there are {classes} scores, "
                f"got {result.wrong}: count classes from 0, or end the chain with more"
            )
        return result

    def _rehearse(self, key, updating):
        """Do the same with zeros, so that all is compiled by the time it is needed."""
        mode, batch, dtype, *_ = key
        x, dy = (np.zeros((batch, *shape), dtype) for shape in (self.shapes[0], self.shapes[-1]))
        update = (np.zeros(self.size, dtype), np.zeros(4)) if updating else None
        labels = np.zeros(batch, np.int64) if mode == "loss" else None
        machine = self._machines.get(key) or self._new_machine(key)
        parameters, dy = np.zeros(self.size, dtype), dy if mode == "backward" else None
        machine.run(x, parameters, labels, dy, update)

    def _new_machine(self, key):
        with _startup.compiling():
            from convviz.ops import _machine

        mode, batch, dtype, threads, input_too = key
        made = _machine.machine(self._nodes, batch, dtype, threads, mode, input_too)
        held = made.nbytes
        for old, machine in [*self._machines.items()][::-1]:  # the newest first
            held += machine.nbytes
            if held > _KEPT:
                self._machines.pop(old, None)
        return self._machines.setdefault(key, made)
