"""``convviz warm``: compile the engine before it is needed, and keep it."""

import sys


def add_parser(subparsers):
    """Add the subcommand ``warm``."""
    parser = subparsers.add_parser(
        "warm",
        help="compile the engine ahead of time",
        description="Compiles what the lectures and the homework use, and keeps it on disk, so "
        "that the first convolution in a notebook need not wait. Once for each computer.",
    )
    parser.set_defaults(run=run)


def run(options):
    """Call every operation once in float32 and in float64."""
    import numpy as np
    from tqdm import tqdm

    calls = [(name, call, dtype) for dtype in (np.float32, np.float64) for name, call in _calls()]
    with tqdm(calls, unit="kernel", file=sys.stdout, disable=None) as bar:
        for name, call, dtype in bar:
            bar.set_description(f"{name}, {np.dtype(dtype)}")
            call(lambda *shape, dtype=dtype: np.ones(shape, dtype))
    print("convviz warm: the engine is compiled and kept.")


def _calls():
    """Names, and functions that take a maker of arrays: one for each kernel of the engine."""
    return [
        ("small convolution", lambda ones: _convolve(ones(1, 1, 5, 5), ones(1, 1, 3, 3))),
        ("convolution by positions", lambda ones: _convolve(ones(1, 4, 20, 20), ones(4, 4, 3, 3))),
        ("convolution by samples", lambda ones: _convolve(ones(32, 4, 9, 9), ones(4, 4, 3, 3))),
        ("many channels", lambda ones: _convolve(ones(1, 16, 20, 20), ones(16, 16, 3, 3))),
        ("pooling", _pool),
        ("ReLU", _relu),
        ("batch norm", _normalise),
    ]


def _convolve(x, w):
    from convviz import ops

    ops.conv2d_backward(ops.conv2d(x, w), x, w)


def _pool(ones):
    from convviz import ops

    x = ones(1, 1, 6, 6)
    for size in (2, 3):
        y, indices = ops.max_pool2d(x, size, return_indices=True)
        ops.max_pool2d_backward(y, indices, x.shape)
    ops.avg_pool2d_backward(ops.avg_pool2d(x, 2), x.shape, 2)


def _relu(ones):
    from convviz import ops

    # large enough for the compiled loop
    ops.relu_backward(ones(1 << 15), ones(1 << 15))


def _normalise(ones):
    from convviz import ops

    x, each = ones(4, 2, 3, 3), ones(2)
    y, statistics = ops.batch_norm(x, each, each)
    ops.batch_norm_backward(y, x, each, statistics)
