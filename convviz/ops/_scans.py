"""The instructions of convolutions in a program, with the samples of a block side by side."""

import numpy as np

from convviz.ops import _problems
from convviz.ops._kernels import finish, tiles

# bytes of a block that shall stay in the innermost cache: about two thirds of it
_NEAR = 20 << 10


class Scans:
    """The part of `_planner.Planner` that writes them."""

    def _convolve(self, node, x, y, rows):
        """Products for the output rows `rows`, which are all that `y` holds."""
        plan, (weights, *_) = node.link.plan(node.before), node.link.parameter_shapes(node.before)
        groups, (maps, depth, high, wide) = plan.groups, weights
        (top, _), (left, _) = plan.padding
        count, origin = rows.stop - rows.start, (rows.start * plan.stride[0] - top, -left)
        # rows by a change of origin, so that all bands share their tables
        first = x.at + origin[0] * x.pitch + origin[1] * x.wide
        shifts = x.grid(high, wide, (0, 0), plan.dilation)
        taps = (np.arange(depth)[:, None] * x.step + shifts).ravel()
        self.builder.product(
            first, y.at, self.builder.runs(x, count, y.shape[2], by=plan.stride),
            self.builder.runs(y, count, y.shape[2]), taps, np.arange(len(taps)),
            b=node.weights, apart=len(taps),
            bias=node.bias if node.bias >= 0 else -1 - self.zeros, ldc=y.step,
            maps=maps // groups, relu=node.relu, groups=groups, a_step=depth * x.step,
            b_step=maps // groups * len(taps),
        )  # fmt: skip

    def _convolve_back(self, node, dy):
        plan, (weights, *_) = node.link.plan(node.before), node.link.parameter_shapes(node.before)
        groups, (maps, depth, *kernel) = plan.groups, weights
        problem = _problems.backward(
            node.before[1:], plan.output, tuple(kernel), plan.spacing, plan.padding
        )
        (top, _), (left, _) = problem.around
        dy, axes = self._surrounded(dy, problem.around)
        dx = self._derivatives(node.before)
        size, filters = kernel[0] * kernel[1], np.arange(maps // groups)[:, None]
        for part in _problems.clipped(problem, axes).parts:
            origin = part.origin[0] - top, part.origin[1] - left
            shifts = part.shifts[:, 0] * dy.pitch + part.shifts[:, 1] * dy.wide
            self.builder.product(
                dy.at, dx.at, self.builder.runs(dy, *part.size, origin),
                self.builder.runs(dx, *part.size, part.first, problem.apart),
                (filters * dy.step + shifts).ravel(),
                (filters * depth * size + part.taps).ravel(),
                b=node.weights, apart=size, bias=-1 - self.zeros, ldc=dx.step, maps=depth,
                groups=groups, a_step=maps // groups * dy.step,
                b_step=maps // groups * depth * size,
            )  # fmt: skip
        return self._cleaned(dx)

    def _convolve_all(self, number):
        """The whole output of a convolution."""
        self._convolve(self.nodes[number], self.tensors[number], self.tensors[number + 1],
                       slice(0, self.nodes[number].after[1]))  # fmt: skip

    def _ready(self, dy):
        """The derivatives of its output as `_correlate` reads them."""
        return dy

    def _surrounded(self, dy, around):
        """The derivatives as the products read them, and the axes along which taps are left out.

        Left out are those that would meet the zeros around: no product with them turns an infinite
        weight into a NaN.
        """
        return dy, (0, 1)

    def _cleaned(self, dx):
        """The derivatives with nothing but zeros between the rows."""
        return dx

    def _derivatives(self, shape):
        return self.builder.tensor(shape)

    def _reserve_totals(self, node):
        (maps, depth, *kernel) = node.link.parameter_shapes(node.before)[0]
        groups, taps = node.link.groups, depth * kernel[0] * kernel[1]
        q, p = tiles.correlation_of(maps // groups, taps)
        step = -(-maps // groups // q) * q * -(-taps // p) * p
        return self.builder.reserve(groups * step), self.builder.reserve(maps), q, p, step

    def _correlate(self, number, dy, rows, from_row=0):
        """Sum up the derivatives of the weights over `rows`; `dy` begins at row `from_row`."""
        node, x = self.nodes[number], self.tensors[number]
        plan, (weights, *_) = node.link.plan(node.before), node.link.parameter_shapes(node.before)
        groups, (maps, depth, high, wide) = plan.groups, weights
        total, _, q, p, t_step = self.totals[number]
        (top, _), (left, _) = plan.padding
        taps = np.arange(depth)[:, None] * x.step + x.grid(high, wide, (0, 0), plan.dilation)
        taps = np.append(taps, np.repeat(taps[-1, -1], -taps.size % p))
        columns = node.after[2]
        few = max(1, _NEAR // (q * columns * self.builder.wide * self.itemsize))
        for row in range(rows.start, rows.stop, few):
            count = min(few, rows.stop - row)
            first = x.at + (row * plan.stride[0] - top) * x.pitch - left * x.wide
            starts = self.builder.runs(x, count, columns, by=plan.stride)
            self.builder.correlate(
                first, dy.at + (row - from_row) * dy.pitch, starts,
                self.builder.runs(dy, count, columns), taps, ldd=dy.step, total=total,
                maps=maps // groups, q=q, groups=groups, a_step=depth * x.step, t_step=t_step,
            )  # fmt: skip

    def _finish_convolution(self, number):
        """The work that is left when all blocks are through: the sums of all threads together."""
        node, builder = self.nodes[number], self.builder
        (maps, *filters) = node.link.parameter_shapes(node.before)[0]
        total, bias, q, p, step = self.totals[number]
        groups, taps = node.link.groups, int(np.prod(filters))
        pitch, each = -(-taps // p) * p, maps // groups
        few = max(1, _NEAR // (taps * self.itemsize))
        for group in range(groups):
            for m in range(0, each, few):
                rows = min(few, each - m)
                to = node.weights + (group * each + m) * taps
                self._pair(finish.thread_sums, (rows * taps,) * 2, to, total + group * step, m,
                           rows, each, q, taps, pitch)  # fmt: skip
        if node.bias >= 0:
            self._pair(finish.thread_sums, (maps, maps), node.bias, bias, 0, maps, maps, 1, 1, 1)
