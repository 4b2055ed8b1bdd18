"""The rows of the table: what must be reached, and ten shapes that nobody has tuned for."""

from typing import Any, NamedTuple

import numpy as np

from benchmarks import _lenet, _pairs


class Row(NamedTuple):
    """A line of the table; `make` returns (theirs, ours), or None where we have no such op."""

    name: str
    bar: float | None
    make: Any
    arguments: tuple
    options: dict


def _row(name, bar, make, *arguments, **options):
    return Row(name, bar, make, arguments, options)


def fixed():
    """The rows with a bar."""
    convolution = _pairs.convolution
    return [
        _row("LeNet-5 step, batch 1", 10, _lenet.as_chain, 1),
        _row("LeNet-5 step, batch 16", 4, _lenet.as_chain, 16),
        _row("LeNet-5 step, batch 32", 4, _lenet.as_chain, 32),
        _row("LeNet-5 step, batch 64", 4, _lenet.as_chain, 64),
        _row("LeNet-5 step, batch 128", 4, _lenet.as_chain, 128),
        _row("LeNet-5 step, batch 256", 3.5, _lenet.as_chain, 256),
        _row("LeNet-5 step op by op, batch 1", None, _lenet.op_by_op, 1),
        _row("LeNet-5 step op by op, batch 16", None, _lenet.op_by_op, 16),
        _row("LeNet-5 step op by op, batch 64", None, _lenet.op_by_op, 64),
        _row("LeNet-5 step op by op, batch 128", None, _lenet.op_by_op, 128),
        _row("LeNet-5 step op by op, batch 256", None, _lenet.op_by_op, 256),
        _row("3→32 3×3 @32², batch 64", 1.6, convolution, 64, 3, (32, 32), 32, 3, padding=1),
        _row("1→6 5×5 @28², batch 128", 4, convolution, 128, 1, (28, 28), 6, 5),
        _row("depthwise 32 3×3 @32², batch 64", 2,
             convolution, 64, 32, (32, 32), 32, 3, padding=1, groups=32),
        _row("1×1 64→64 @16², batch 64", 1.2, convolution, 64, 64, (16, 16), 64, 1),
        _row("3×3 32→64 @16², batch 64", 1.25, convolution, 64, 32, (16, 16), 64, 3, padding=1),
        _row("3×3 64→128 @8², batch 64", 1.25, convolution, 64, 64, (8, 8), 128, 3, padding=1),
        _row("3×3 16→16 @64², batch 16", 1.25, convolution, 16, 16, (64, 64), 16, 3, padding=1),
        _row("dilated 2, 32→32 3×3 @16²", 1,
             convolution, 64, 32, (16, 16), 32, 3, padding=2, dilation=2),
        _row("transposed 32→16 4×4 s2 @16²", 1,
             _pairs.transposed, 64, 32, 16, 16, 4, stride=2, padding=1),
        _row("conv3d 8→16 3³ @8³, batch 16", 1,
             convolution, 16, 8, (8, 8, 8), 16, 3, padding=1),
        _row("conv1d 32→32 k9 @256, batch 64", 1, convolution, 64, 32, 256, 32, 9, padding=4),
        _row("max pool 2×2, 64×16×32²", 1, _pairs.max_pooling, 64, 16, 32, 2),
        _row("max pool 3×3 s2, 64×16×32²", 1, _pairs.max_pooling, 64, 16, 32, 3, stride=2),
        _row("average pool 2×2, 64×16×32²", 1, _pairs.average_pooling, 64, 16, 32, 2),
        _row("average pool 3×3 s2, 64×16×32²", 1, _pairs.average_pooling, 64, 16, 32, 3, stride=2),
        _row("ReLU 64×16×32²", 1, _pairs.relu, 64, 16, 32, 32),
    ]  # fmt: skip


def drawn(seed):
    """Ten convolutions drawn at random; they have no bar, they show what was not tuned for."""
    generator = np.random.default_rng(seed)
    rows = []
    for _ in range(10):
        kernel = int(generator.choice([1, 2, 3, 3, 5, 7]))
        batch = int(generator.choice([1, 5, 16, 33, 64]))
        depth, maps = (int(generator.integers(1, 65)) for _ in range(2))
        size = (int(generator.integers(7, 49)), int(generator.integers(7, 49)))
        stride = int(generator.choice([1, 1, 1, 2, 3]))
        padding = int(generator.integers(0, kernel // 2 + 1))
        name = (
            f"drawn: {depth}→{maps} {kernel}×{kernel} s{stride} p{padding} "
            f"@{size[0]}×{size[1]}, batch {batch}"
        )
        rows.append(_row(name, None, _pairs.convolution, batch, depth, size, maps, kernel,
                         stride=stride, padding=padding))  # fmt: skip
    return rows
