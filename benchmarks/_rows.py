"""The rows of the table: what must be reached, and ten shapes that nobody has tuned for."""

from typing import Any, NamedTuple

import numpy as np

from benchmarks import _layers, _lenet, _pairs


class Row(NamedTuple):
    """A line of the table; `make` returns the two functions to time: (theirs, ours)."""

    name: str
    bar: float | None
    make: Any
    arguments: tuple
    options: dict


def row(name, bar, make, *arguments, **options):
    return Row(name, bar, make, arguments, options)


def fixed():
    """The rows with a bar."""
    return [
        *_networks(),
        *_convolutions(),
        *_largest(),
        *_means(),
        *_other_poolings(),
        *_norms_and_functions(),
        *_losses(),
    ]


def _networks():
    bars = {1: 10, 16: 4, 32: 4, 64: 4, 128: 4, 256: 3.5}
    chain, single = _lenet.as_chain, _lenet.op_by_op
    return [
        *[row(f"LeNet-5 step, batch {n}", bar, chain, n) for n, bar in bars.items()],
        *[row(f"LeNet-5 step op by op, batch {n}", None, single, n) for n in bars],
    ]


def _convolutions():
    convolution = _pairs.convolution
    return [
        row("3→32 3×3 @32², batch 64", 1.6, convolution, 64, 3, (32, 32), 32, 3, padding=1),
        row("1→6 5×5 @28², batch 128", 4, convolution, 128, 1, (28, 28), 6, 5),
        row("depthwise 32 3×3 @32², batch 64", 2,
            convolution, 64, 32, (32, 32), 32, 3, padding=1, groups=32),
        row("1×1 64→64 @16², batch 64", 1.2, convolution, 64, 64, (16, 16), 64, 1),
        row("3×3 32→64 @16², batch 64", 1.25, convolution, 64, 32, (16, 16), 64, 3, padding=1),
        row("3×3 64→128 @8², batch 64", 1.25, convolution, 64, 64, (8, 8), 128, 3, padding=1),
        row("3×3 16→16 @64², batch 16", 1.25, convolution, 16, 16, (64, 64), 16, 3, padding=1),
        row("dilated 2, 32→32 3×3 @16²", 1,
            convolution, 64, 32, (16, 16), 32, 3, padding=2, dilation=2),
        row("transposed 32→16 4×4 s2 @16²", 1,
            _pairs.transposed, 64, 32, (16, 16), 16, 4, stride=2, padding=1),
        row("conv3d 8→16 3³ @8³, batch 16", 1, convolution, 16, 8, (8, 8, 8), 16, 3, padding=1),
        row("conv1d 32→32 k9 @256, batch 64", 1, convolution, 64, 32, 256, 32, 9, padding=4),
    ]  # fmt: skip


_LINES, _PLANES, _VOLUMES = (64, 16, 1024), (64, 16, 32, 32), (8, 8, 16, 32, 32)


def _largest():
    pooling = _layers.pooling
    return [
        row("max pool 2×2, 64×16×32²", 1, pooling, "max_pool2d", *_PLANES, kernel_size=2),
        row("max pool 3×3 s2, 64×16×32²", 1,
            pooling, "max_pool2d", *_PLANES, kernel_size=3, stride=2),
        row("max pool 3×3 s1 p1, 64×16×32²", 1,
            pooling, "max_pool2d", *_PLANES, kernel_size=3, stride=1, padding=1),
        row("max pool 2×2, 1×6×28²", 1, pooling, "max_pool2d", 1, 6, 28, 28, kernel_size=2),
        row("max pool 1d 2, 64×16×1024", 1, pooling, "max_pool1d", *_LINES, kernel_size=2),
        row("max pool 1d 3 s2, 64×16×1024", 1,
            pooling, "max_pool1d", *_LINES, kernel_size=3, stride=2),
        row("max pool 3d 2³, 8×8×16×32²", 1, pooling, "max_pool3d", *_VOLUMES, kernel_size=2),
        row("max pool 3d 3³ s2, 8×8×16×32²", 1,
            pooling, "max_pool3d", *_VOLUMES, kernel_size=3, stride=2),
        row("adaptive max pool to 7², 64×16×32²", 1,
            pooling, "adaptive_max_pool2d", *_PLANES, output_size=7),
        row("adaptive max pool to 1, 64×64×8²", 1,
            pooling, "adaptive_max_pool2d", 64, 64, 8, 8, output_size=1),
        row("max unpool 1d 2, 64×16×1024", 1, _layers.unpooling, 1, *_LINES),
        row("max unpool 2×2, 64×16×32²", 1, _layers.unpooling, 2, *_PLANES),
        row("max unpool 3d 2³, 8×8×16×32²", 1, _layers.unpooling, 3, *_VOLUMES),
    ]  # fmt: skip


def _means():
    pooling = _layers.pooling
    return [
        row("average pool 2×2, 64×16×32²", 1, pooling, "avg_pool2d", *_PLANES, kernel_size=2),
        row("average pool 3×3 s2, 64×16×32²", 1,
            pooling, "avg_pool2d", *_PLANES, kernel_size=3, stride=2),
        row("average pool 3×3 s1 p1, 64×16×32²", 1,
            pooling, "avg_pool2d", *_PLANES, kernel_size=3, stride=1, padding=1),
        row("average pool 2×2, 1×6×28²", 1, pooling, "avg_pool2d", 1, 6, 28, 28, kernel_size=2),
        row("average pool 1d 2, 64×16×1024", 1, pooling, "avg_pool1d", *_LINES, kernel_size=2),
        row("average pool 1d 3 s2, 64×16×1024", 1,
            pooling, "avg_pool1d", *_LINES, kernel_size=3, stride=2),
        row("average pool 3d 2³, 8×8×16×32²", 1, pooling, "avg_pool3d", *_VOLUMES, kernel_size=2),
        row("average pool 3d 3³ s2, 8×8×16×32²", 1,
            pooling, "avg_pool3d", *_VOLUMES, kernel_size=3, stride=2),
        row("adaptive average pool to 7², 64×16×32²", 1,
            pooling, "adaptive_avg_pool2d", *_PLANES, output_size=7),
        row("adaptive average pool to 1, 64×64×8²", 1,
            pooling, "adaptive_avg_pool2d", 64, 64, 8, 8, output_size=1),
    ]  # fmt: skip


def _other_poolings():
    norms, pyramid = _layers.norm_pooling, _layers.pyramid_pooling
    return [
        row("L2 pool 2×2, 64×16×32²", 1,
            norms, "lp_pool2d", *_PLANES, norm_type=2, kernel_size=2),
        row("L3 pool 3×3 s2, 64×16×32²", 1,
            norms, "lp_pool2d", *_PLANES, norm_type=3, kernel_size=3, stride=2),
        row("L2.5 pool 2×2, 64×16×32²", 1,
            norms, "lp_pool2d", *_PLANES, norm_type=2.5, kernel_size=2),
        row("L2 pool 1d 2, 64×16×1024", 1,
            norms, "lp_pool1d", *_LINES, norm_type=2, kernel_size=2),
        row("mixed pool 2×2 (PyTorch: a·max + b·mean)", 1,
            _layers.mixed_pooling, *_PLANES, kernel_size=2),
        row("pyramid pool, max (PyTorch: adaptive, cat)", 1, pyramid, *_PLANES, mode="max"),
        row("pyramid pool, mean (PyTorch: adaptive, cat)", 1, pyramid, *_PLANES, mode="avg"),
        row("spectral pool to 15² (PyTorch: fft)", 1,
            _layers.spectral_pooling, *_PLANES, output_size=15),
        row("stochastic pool 2×2 (PyTorch: unfold, multinomial)", 1,
            _layers.stochastic_pooling, *_PLANES, kernel_size=2),
        row("its mean 2×2 (PyTorch: mean of x² ÷ mean)", 1,
            _layers.expected_pooling, *_PLANES, kernel_size=2),
    ]  # fmt: skip


def _norms_and_functions():
    function = _layers.activation
    return [
        row("batch norm, training, 64×16×32²", 1, _layers.batch_norm, *_PLANES, training=True),
        row("batch norm, prediction, 64×16×32²", 1, _layers.batch_norm, *_PLANES, training=False),
        row("batch norm, training, 128×120", 1, _layers.batch_norm, 128, 120, training=True),
        row("local response norm 5, 64×16×32²", 1, _layers.response_norm, *_PLANES, size=5),
        row("ReLU 64×16×32²", 1, function, "relu", *_PLANES),
        row("ReLU 128×84", 1, function, "relu", 128, 84),
        row("leaky ReLU 64×16×32²", 1, function, "leaky_relu", *_PLANES),
        row("ELU 64×16×32²", 1, function, "elu", *_PLANES),
        row("sigmoid 64×16×32²", 1, function, "sigmoid", *_PLANES, of_output=True),
        row("tanh 64×16×32²", 1, function, "tanh", *_PLANES, of_output=True),
        row("tanh 128×84", 1, function, "tanh", 128, 84, of_output=True),
        row("softmax 128×10", 1, function, "softmax", 128, 10, dim=1, of_output=True),
        row("softmax 256×1000", 1, function, "softmax", 256, 1000, dim=1, of_output=True),
        row("softmax of maps 16×21×64²", 1,
            function, "softmax", 16, 21, 64, 64, dim=1, of_output=True),
        row("log-softmax 256×1000", 1, function, "log_softmax", 256, 1000, dim=1, of_output=True),
        row("log-softmax of maps 16×21×64²", 1,
            function, "log_softmax", 16, 21, 64, 64, dim=1, of_output=True),
        row("dropout 64×16×32²", 1, _layers.dropout, *_PLANES),
        row("linear 400→120, batch 128", 1, _layers.linear, 128, 400, 120),
        row("linear 1024→1000, batch 64", 1, _layers.linear, 64, 1024, 1000),
    ]  # fmt: skip


def _losses():
    return [
        row("cross-entropy 128×10", 1, _layers.cross_entropy, 128, 10),
        row("cross-entropy 256×1000", 1, _layers.cross_entropy, 256, 1000),
        row("cross-entropy of maps 16×21×64²", 1, _layers.cross_entropy, 16, 21, 64, 64),
        row("MSE 64×16×32²", 1, _layers.loss, "mse_loss", *_PLANES),
        row("binary cross-entropy 64×1024", 1, _layers.loss, "binary_cross_entropy", 64, 1024),
        row("the same with logits 64×1024", 1,
            _layers.loss, "binary_cross_entropy_with_logits", 64, 1024),
    ]  # fmt: skip
