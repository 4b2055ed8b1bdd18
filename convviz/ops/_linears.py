"""The instructions of linear layers in a program, and the gradients that all samples share."""

import numpy as np

from convviz.ops._kernels import borders, finish, strided

# bytes of gradients that stay in the innermost cache until they are used
_NEAR = 20 << 10


class Linears:
    """The part of `_planner.Planner` that writes them.

    The derivatives of the weights are sums over samples, for which the lanes are free to be
    features: inputs (as rows, one a sample) and derivatives are kept until all blocks are through.
    """

    def _linear(self, node, x, y):
        features, wide = node.before[0], self.builder.wide
        lanes = self.builder.vectors([0])
        self.builder.product(
            x.at, y.at, lanes, lanes, np.arange(features) * wide, np.arange(features),
            b=node.weights, apart=features, bias=node.bias if node.bias >= 0 else -1 - self.zeros,
            ldc=wide, maps=node.after[0], relu=node.relu,
        )  # fmt: skip

    def _linear_back(self, number, x, dy, wanted):
        node, builder = self.nodes[number], self.builder
        (features,), (maps,), wide = node.before, node.after, builder.wide
        pitch = -(-features // builder.lanes) * builder.lanes
        samples = -(-self.batch // wide) * wide
        rows, kept = builder.reserve_shared(samples * pitch), builder.reserve_shared(samples * maps)
        builder.add(borders.keep_rows, x.at, builder.put(np.arange(pitch) * wide), pitch, rows)
        builder.add(borders.keep, dy.at, maps * wide, kept)
        self.finishing.append(lambda: self._finish_linear(node, rows, pitch, kept))
        return self._linear_input(node, dy) if wanted else None

    def _linear_input(self, node, dy):
        """The derivatives of its input."""
        (features,), (maps,), wide = node.before, node.after, self.builder.wide
        dx, lanes = self.builder.tensor(node.before), self.builder.vectors([0])
        self.builder.product(
            dy.at, dx.at, lanes, lanes, np.arange(maps) * wide, np.arange(maps) * features,
            b=node.weights, apart=1, bias=-1 - self.zeros, ldc=wide, maps=features,
        )  # fmt: skip
        return dx

    def _finish_linear(self, node, rows, pitch, kept):
        builder, wide = self.builder, self.builder.wide
        (features,), (maps,) = node.before, node.after
        blocks, few = -(-self.batch // wide), max(6, _NEAR // (pitch * self.itemsize) // 6 * 6)
        # a last block that is not full has begun earlier, or ends earlier
        counted = np.arange(self.batch)
        if blocks > 1:
            counted[(blocks - 1) * wide :] += -self.batch % wide
        taps = builder.put(counted * pitch, counted // wide * maps * wide + counted % wide)
        if self.batch == 1:
            # one product for each weight: nothing to sum, nothing to put aside
            builder.pairs.append((finish.nothing, [None]))
            fields = [None, wide, node.weights, rows, kept, maps, features]
            builder.pairs.append((finish.PRODUCTS, fields))
        for m in range(0, maps if self.batch > 1 else 0, few):
            count = min(few, maps - m)
            vectors = np.arange(0, pitch, builder.lanes)
            q = strided.tile_of(len(vectors), count, self.batch)
            missing = -len(vectors) % strided.VECTORS[q]
            vectors = np.append(vectors, np.repeat(vectors[-1], missing))
            self._pair(
                finish.linear_gradient, (count * pitch, count * features),
                node.weights + m * features, rows, kept + m * wide, wide,
                builder.put(vectors, vectors), len(vectors), taps, self.batch, q, count, features,
                pitch, self.zeros,
            )  # fmt: skip
        if node.bias >= 0:
            self._pair(finish.sample_sums, (maps, maps), node.bias, kept, blocks, wide,
                       maps * wide, maps)  # fmt: skip

    def _pair(self, instruction, sizes, to, *fields):
        """Leave gradients in scratch memory, then use them for the parameters from `to` on.

        `sizes` are the entries that the first takes, and those that the second uses.
        """
        self.room = max(self.room, sizes[0] + self.builder.lanes)
        self.builder.pairs.append((instruction, [None, *fields]))
        self.builder.pairs.append((finish.GRADIENTS, [None, sizes[1], to]))
