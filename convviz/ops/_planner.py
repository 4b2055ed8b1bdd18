"""The program of a chain, with the samples of a block side by side.

A tensor for what goes into each node and one for its derivatives, each written by the node before
in the arrangement that the node after reads. The derivatives have no zeros around: their products
leave out the taps that would meet them.
"""

from convviz.ops import _windows
from convviz.ops import links as _links
from convviz.ops._kernels import borders, entries
from convviz.ops._linears import Linears
from convviz.ops._program import Builder
from convviz.ops._scans import Scans

_ACTIVATIONS = _links.ReLU, _links.LeakyReLU, _links.Sigmoid, _links.Tanh
FORWARD, LOSS, BACKWARD = "forward", "loss", "backward"


class Planner(Scans, Linears):
    """Writes the program of `nodes` for one shape of input.

    Parameters
    ----------
    mode : {"forward", "loss", "backward"}
        What ends the chain: its output, the cross-entropy, or derivatives that are given.
    input_too : bool
        Whether the derivatives of the input are wanted.
    """

    def __init__(self, nodes, batch, wide, dtype, mode, input_too):
        self.nodes, self.batch, self.mode, self.input_too = nodes, batch, mode, input_too
        self.builder = Builder(wide, dtype)
        self.itemsize = dtype.itemsize
        largest = max(max(node.before[0], node.after[0]) for node in nodes)
        self.zeros = self.builder.reserve(largest)
        self.totals, self.chosen, self.finishing, self.room = {}, {}, [], 0
        self.tensors = [self._input(0, nodes[0].before)]
        for number, node in enumerate(nodes):
            if self._in_place(number):
                self.tensors.append(self.tensors[-1])
            else:
                self.tensors.append(self._input(number + 1, node.after))

    def _in_place(self, number):
        """Whether an activation may overwrite its input, which no other node looks at again."""
        if not isinstance(self.nodes[number].link, _ACTIVATIONS):
            return False
        before = self.nodes[number - 1] if number else None
        if before is None or isinstance(before.link, _links.MaxPool2d):
            return True
        return not isinstance(before.link, _ACTIVATIONS) and not before.relu

    def _input(self, number, shape):
        """A tensor for the input of a node, or for what comes last."""
        while number < len(self.nodes) and self._in_place(number):
            number += 1
        around = self.nodes[number].around if number < len(self.nodes) else ((0, 0), (0, 0))
        return self.builder.tensor(shape, around)

    def program(self):
        builder = self.builder
        first = builder.size
        if self.mode != FORWARD:
            for number, node in enumerate(self.nodes):
                if isinstance(node.link, _links.Conv2d):
                    self.totals[number] = self._reserve_totals(node)
        totals = first, builder.size
        builder.move(borders.gather, self.tensors[0])
        for number in range(len(self.nodes)):
            self._forward(number)
        size = 0
        if self.mode == FORWARD:
            size = self.tensors[-1].size
            builder.move(borders.scatter, self.tensors[-1])
        else:
            dy = builder.tensor(self.nodes[-1].after)
            if self.mode == LOSS:
                builder.add(borders.cross_entropy, self.tensors[-1].at, dy.at, dy.size)
            else:
                builder.move(borders.aim, dy)
            for number in reversed(range(len(self.nodes))):
                dy = self._backward(number, dy and dy.shaped(self.nodes[number].after))
            if self.input_too:
                size = dy.size
                builder.move(borders.scatter, dy)
            self._finish()
        return builder.finished(self.batch, totals, size)

    def _finish(self):
        for number in self.totals:
            self._finish_convolution(number)
        for finish in self.finishing:
            finish()
        scratch = self.builder.reserve(self.room)
        for _, row in self.builder.pairs:
            row[0] = scratch

    def _forward(self, number):
        node, x, y = self.nodes[number], self.tensors[number], self.tensors[number + 1]
        link = node.link
        if isinstance(link, _links.Conv2d):
            if not self._banded(number):
                self._convolve_all(number)
        elif isinstance(link, _links.Linear):
            self._linear(node, x, y)
        elif isinstance(link, _links.MaxPool2d):
            chosen = self.chosen[number] = self.builder.tensor(node.after)
            parts = _windows.parts_of(link.plan(node.before))
            if number and self._banded(number - 1):
                self._bands_forward(number, parts[0], chosen)
            else:
                for part in parts:
                    self.builder.largest(x, y, chosen, part, node.relu)
        elif isinstance(link, _links.AvgPool2d):
            for part in _windows.parts_of(link.plan(node.before)):
                self.builder.average(entries.mean, x, y, part)
        else:
            if not self._in_place(number):
                self.builder.copy(x, y)
            slope = self.builder.constant(getattr(link, "negative_slope", 0.0))
            self.builder.each_row(entries.ACTIVATIONS[link.kind][0], y, y, slope)

    def _backward(self, number, dy):
        """Add the instructions of one node; return the tensor of derivatives of its input."""
        node, x, y = self.nodes[number], self.tensors[number], self.tensors[number + 1]
        link, builder = node.link, self.builder
        wanted = number > 0 or self.input_too
        if node.relu and not isinstance(link, _links.MaxPool2d):
            builder.each_row(entries.relu_slope, y, dy, self.zeros)
        if isinstance(link, _links.Conv2d):
            dy = self._ready(dy)
            if node.bias >= 0 and not self._summed(number):
                builder.sums(dy.at, dy.shape[0], dy.step, self.totals[number][1])
            if wanted or not self._banded(number):
                self._correlate(number, dy, slice(0, node.after[1]))
            return self._convolve_back(node, dy) if wanted else None
        if isinstance(link, _links.Linear):
            return self._linear_back(number, x, dy, wanted)
        if isinstance(link, _ACTIVATIONS):
            slope = builder.constant(getattr(link, "negative_slope", 0.0))
            builder.each_row(entries.ACTIVATIONS[link.kind][1], y, dy, slope)
            return dy
        return self._pool_back(number, dy) if wanted else None

    # pooling, alone and with the convolution before it

    def _banded(self, number):
        """Whether a convolution and the pooling after it run together, a few rows at a time."""
        if number + 1 >= len(self.nodes) or self.builder.wide == 1:
            return False
        node, pool = self.nodes[number], self.nodes[number + 1]
        if not isinstance(node.link, _links.Conv2d) or not isinstance(pool.link, _links.MaxPool2d):
            return False
        plan = pool.link.plan(pool.before)
        parts = _windows.parts_of(plan)
        one = len(parts) == 1 and plan.windows[0][0, 0] == 0 and not node.relu
        return one and self._pairs(parts, plan, pool.before)

    def _pairs(self, parts, plan, before):
        """Whether windows of four entries lie apart, so that derivatives are set, not added."""
        if any(part.size != 4 for part in parts):
            return False
        return _windows.apart(plan, before[1:])

    def _band(self, number):
        """Rows of the convolution for one row of the pooling."""
        windows = self.nodes[number + 1].link.plan(self.nodes[number + 1].before).windows[0]
        step = windows[1, 0] if len(windows) > 1 else windows[0, 1]
        return int(windows[0, 1]), int(step)

    def _bands_forward(self, number, part, chosen):
        conv, pool = self.nodes[number - 1], self.nodes[number]
        x, y = self.tensors[number - 1], self.tensors[number + 1]
        rows, step = self._band(number - 1)
        band = self.builder.tensor((conv.after[0], rows, conv.after[2]))
        part = _first_row(part)
        for row in range(pool.after[1]):
            self._convolve(conv, x, band, slice(row * step, row * step + rows))
            self.builder.largest(band, y, chosen, part, pool.relu, (0, row, row))

    def _pool_back(self, number, dy):
        node, builder = self.nodes[number], self.builder
        plan, most = node.link.plan(node.before), isinstance(node.link, _links.MaxPool2d)
        parts = _windows.parts_of(plan)
        if most and number == 1 and self._banded(0) and not self.input_too:
            return self._bands_backward(parts[0], dy)
        dx = self._derivatives(node.before)
        apart = most and self._pairs(parts, plan, node.before)
        if not apart:
            builder.zero(dx)
        total = self.totals[number - 1][1] if self._summed(number - 1) else -1
        for part in parts:
            if most:
                builder.send(dx, dy, self.chosen[number], part, apart, total)
            else:
                builder.average(entries.share, dx, dy, part)
        return dx

    def _bands_backward(self, part, dy):
        """As the bands of the first convolution, whose derivatives are used at once."""
        conv, pool, chosen = self.nodes[0], self.nodes[1], self.chosen[1]
        rows, step = self._band(0)
        band = self.builder.tensor((conv.after[0], rows, conv.after[2]))
        for row in range(pool.after[1]):
            self.builder.send(band, dy, chosen, _first_row(part), True, self.totals[0][1],
                              (0, row, row))  # fmt: skip
            first = row * step
            self._correlate(0, band, slice(first, first + rows), first)
        return None

    def _summed(self, number):
        """Whether the sum of a convolution's derivatives is had from the pooling after it."""
        if number < 0 or number + 1 >= len(self.nodes):
            return False
        node, after = self.nodes[number], self.nodes[number + 1].link
        fits = isinstance(node.link, _links.Conv2d) and isinstance(after, _links.MaxPool2d)
        return fits and not node.relu


def _first_row(part):
    rows, columns = part.outputs
    return part._replace(outputs=(rows[:1], columns), starts=(part.starts[0][:1], part.starts[1]))
