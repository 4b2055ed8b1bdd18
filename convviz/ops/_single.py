"""The program of a chain for one sample at a time: vectors are neighbours in a row.

For batches of a few samples, which would leave most lanes of a block empty. A vector may reach over
the end of a row: what it writes there nobody reads, or it is a product with zeros. Those may be a
NaN where a number is infinite: then the machine runs the program of blocks instead.
"""

from convviz.ops import links as _links
from convviz.ops._kernels import products
from convviz.ops._planner import Planner


def fits(nodes):
    """Whether the windows of all convolutions are neighbours in a row."""
    return all(
        node.link.plan(node.before).stride[1] == 1
        for node in nodes
        if isinstance(node.link, _links.Conv2d)
    )


class SinglePlanner(Planner):
    """A `Planner` for blocks of one sample."""

    def _pooled(self, number):
        """Whether a node finds its entries by table, in what a convolution has left."""
        if not 0 < number < len(self.nodes):
            return False
        before, link = self.nodes[number - 1].link, self.nodes[number].link
        pooling = isinstance(link, (_links.MaxPool2d, _links.AvgPool2d))
        return pooling and isinstance(before, _links.Conv2d)

    def _input(self, number, shape):
        return self.builder.padded(shape) if self._pooled(number) else super()._input(number, shape)

    def _convolve_all(self, number):
        node, x, y = self.nodes[number], self.tensors[number], self.tensors[number + 1]
        direct = self._pooled(number + 1)
        rows = y if direct else self.builder.padded(node.after)
        self._convolve(node, x, rows, slice(0, node.after[1]))
        if not direct:
            self.builder.copy(rows, y)

    def _ready(self, dy):
        # an activation or a linear layer after it may have left them without room between the rows
        return dy if dy.pitch % self.builder.lanes == 0 else self._copied(dy, dy.shape)

    def _surrounded(self, dy, around):
        wide = self.builder.tensor(dy.shape, around)
        self.builder.copy(dy, wide)
        return wide, (0,)

    def _cleaned(self, dx):
        return self._copied(dx, dx.shape)

    def _copied(self, tensor, shape):
        found = self.builder.padded(shape)
        self.builder.copy(tensor, found)
        return found

    def _derivatives(self, shape):
        return self.builder.padded(shape)

    def _linear(self, node, x, y):
        self.builder.add(products.dense, x.at, y.at, node.weights, node.bias, node.after[0],
                         node.before[0], node.relu)  # fmt: skip

    def _linear_input(self, node, dy):
        dx = self.builder.tensor(node.before)
        self.builder.add(products.dense_back, dy.at, dx.at, node.weights, node.after[0],
                         node.before[0])  # fmt: skip
        return dx
