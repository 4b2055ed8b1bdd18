"""``convviz warm``: compile the engine before it is needed, and keep it."""

import contextlib
import os
import sys
from pathlib import Path

from convviz.cli import _warm_networks


def add_parser(subparsers):
    """Add the subcommand ``warm``."""
    parser = subparsers.add_parser(
        "warm",
        help="compile the engine ahead of time",
        description="Compiles what the lectures and the homework use, then the rest, and keeps it "
        "on disk, so that nothing large in a notebook has to wait. Once for each computer.",
    )
    parser.add_argument(
        "--background",
        action="store_true",
        help="silently, on one processor, and only when nothing else needs it",
    )
    parser.set_defaults(run=run)


def run(options):
    """Call every operation once in each dtype, unless all of them are compiled and kept."""
    if options.background and hasattr(os, "nice"):
        os.nice(19)
    with _calling(1 if options.background else min(2, _processors())) as call_all:
        ((folder, mark),) = call_all(_place, [()])
        if folder is None:
            return _fail("there is no folder to keep compiled code in")
        mark = Path(folder, mark)
        if not mark.exists():
            with _bar(len(_JOBS), options.background) as bar:
                for name in call_all(_compile, [(job,) for job in range(len(_JOBS))]):
                    bar.set_postfix_str(name, refresh=False)
                    bar.update()
            try:
                mark.touch()
            except OSError as error:
                return _fail(f"{folder} takes no files ({error.strerror})")
    if not options.background:
        print(f"convviz warm: the engine is compiled, and kept in {folder}")
    return 0


def _fail(reason):
    print(
        f"convviz warm: nothing can be kept: {reason}. "
        "Name one in the environment: NUMBA_CACHE_DIR=FOLDER",
        file=sys.stderr,
    )
    return 1


def _bar(count, silent):
    from tqdm import tqdm

    return tqdm(total=count, unit="step", file=sys.stdout, disable=silent or None)


@contextlib.contextmanager
def _calling(processes):
    """A function like ``itertools.starmap``, in any order, done by so many processes.

    Processes, as Numba compiles one kernel at a time in each.
    """
    if processes == 1:
        yield lambda work, jobs: (work(*job) for job in jobs)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield lambda work, jobs: (
            done.result() for done in as_completed([pool.submit(work, *job) for job in jobs])
        )


def _processors():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _place():
    from convviz.ops import _kernels

    return _kernels.place()


def _compile(job):
    """Do a job; return its name."""
    import numpy as np

    import convviz

    convviz.wait_until_compiled()
    name, call, dtype = _JOBS[job]
    with np.errstate(all="ignore"):
        call(lambda *shape: np.ones(shape, dtype))
    return f"{name}, {dtype}"


def _convolution(x_shape, w_shape, groups=1, *, padding=1, backward=True):
    def call(ones):
        from convviz import ops

        x, w = ones(*x_shape), ones(*w_shape)
        options = {"padding": padding, "groups": groups}
        y = ops.conv2d(x, w, **options)
        if backward:
            ops.conv2d_backward(y, x, w, **options)

    return call


def _convolutions_by_filters(ones):
    # of filters that fill one vector, and two
    _convolution((1, 16, 6, 6), (32, 16, 2, 2))(ones)
    _convolution((4, 16, 20, 20), (32, 16, 5, 5))(ones)


def _pools(ones):
    from convviz import ops

    x = ones(1, 1, 6, 6)
    ops.max_pool2d(x, 2)
    y, indices = ops.max_pool2d(x, 3, return_indices=True)
    ops.max_pool2d_backward(y, indices, x.shape)
    ops.avg_pool2d(x, 2)


def _pools_backward(ones):
    from convviz import ops

    # more entries than are left to NumPy for good
    ops.avg_pool2d_backward(ones(1, 1, 10, 10), (1, 1, 20, 20), 2)
    y, indices = ops.max_pool2d(ones(1, 1, 6, 6), 3, return_indices=True)
    ops.max_unpool2d_backward(ops.max_unpool2d(y, indices, 3), indices)


def _rarer_pools(ones):
    import numpy as np

    from convviz import ops

    x = ones(1, 1, 20, 20)
    ops.lp_pool2d_backward(ops.lp_pool2d(x, 2, 2), x, 2, 2)
    ops.stochastic_pool2d(x, 2, generator=np.random.default_rng(0))
    y = ops.stochastic_pool2d_expected(x, 2)
    ops.stochastic_pool2d_expected_backward(y, x, 2)


def _relu(ones):
    from convviz import nn, ops

    ops.relu(_large(ones))
    # a convolution sums for its bias what comes back through the ReLU behind it
    x = ones(1, 8, 9, 9)
    net = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.ReLU()).astype(x.dtype)
    net.backward(net(x))


def _activations(ones):
    from convviz import ops

    x = _large(ones)
    ops.relu_backward(x, x)
    ops.leaky_relu_backward(x, ops.leaky_relu(x))
    ops.elu_backward(x, ops.elu(x))
    ops.sigmoid_backward(x, ops.sigmoid(x))
    ops.tanh_backward(x, ops.tanh(x))
    ops.softmax_backward(x, ops.softmax(x))


def _losses(ones):
    from convviz import ops

    x = _large(ones)
    for loss, backward in (
        (ops.mse_loss, ops.mse_loss_backward),
        (ops.binary_cross_entropy, ops.binary_cross_entropy_backward),
        (ops.binary_cross_entropy_with_logits, ops.binary_cross_entropy_with_logits_backward),
    ):
        backward(loss(x, x), x, x)


def _large(ones):
    """An array large enough for the compiled loops."""
    return ones(1 << 10, 1 << 6)


def _norm(ones):
    from convviz import ops

    each = ones(2)
    for x in (ones(4, 2, 3, 3), ones(4, 2)):
        y, statistics = ops.batch_norm(x, each, each)
        ops.batch_norm_backward(y, x, each, statistics)


def _chain(ones):
    from convviz.ops import links

    # enough for two threads, and for one; windows side by side, and such that overlap
    pools = ((64, 1, 28, 28), links.MaxPool2d(2)), ((16, 1, 8, 8), links.MaxPool2d(3, 1))
    for shape, pool in pools:
        operations = [links.Conv2d(6, 3, padding=1), links.ReLU(), pool, links.Conv2d(16, 3),
                      links.ReLU(), links.Flatten(), links.Linear(10)]  # fmt: skip
        _train(ones, operations, shape)


def _rarer_chains(ones):
    from convviz.ops import links

    operations = [links.Conv2d(6, 5, stride=2), links.LeakyReLU(), links.Sigmoid(),
                  links.MaxPool2d(3, 2, padding=1), links.Conv2d(4, 2, groups=2), links.Tanh(),
                  links.ReLU(), links.AvgPool2d(2, 1), links.Flatten(),
                  links.Linear(10)]  # fmt: skip
    _train(ones, operations, (64, 1, 28, 28))
    # samples too few to fill vectors, with strides and without
    _train(ones, operations, (1, 1, 28, 28))
    _train(ones, [links.Conv2d(6, 5), links.MaxPool2d(2), links.Conv2d(4, 3), links.AvgPool2d(2),
                  links.Flatten(), links.Linear(10)], (1, 1, 28, 28))  # fmt: skip


def _train(ones, operations, shape):
    import numpy as np

    from convviz import ops

    chain = ops.Chain(operations, shape[1:])
    x, labels = ones(*shape), np.zeros(shape[0], dtype=int)
    parameters, velocities = ones(chain.size), ones(chain.size)
    chain.backward(chain.forward(x, parameters), x, parameters)
    chain.loss_and_gradients(x, labels, parameters, input_gradient=True)
    chain.train_step(x, labels, parameters, velocities, rate=0.01)


def _waiting(ones):
    import numpy as np

    from convviz.ops._kernels import doors

    # by luck, no thread has ever to wait for another in what is called above
    doors.settled(np.zeros(doors.DOOR, np.int64), 1, 0)


# What takes longest first, so that both processes end together. With each call, the dtypes in which
# lectures and homework make it: a test runs them all, and holds what they need against this list.
_CALLS = {
    "chain": (_chain, "float64"),
    "training": (_warm_networks.training, "float32"),
    "training of heads": (_warm_networks.heads, "float32"),
    "training of decoders": (_warm_networks.decoders, "float32"),
    "looks into a network": (_warm_networks.looks, "float32"),
    "training on sounds": (_warm_networks.sequences, "float32"),
    "pooling": (_pools, "float64"),
    "convolution by filters": (_convolutions_by_filters, "float64"),
    "convolution by positions": (
        _convolution((1, 4, 20, 20), (4, 4, 3, 3), backward=False), "float64"),
    "small convolution": (_convolution((1, 1, 5, 5), (1, 1, 3, 3)), "float64"),
    "convolution by samples": (
        _convolution((32, 4, 9, 9), (4, 4, 3, 3), backward=False), "float64"),
    "ReLU": (_relu, "float64"),
    "threads that wait": (_waiting, "float64"),
    "rarer chains": (_rarer_chains, ""),
    "rarer pooling": (_rarer_pools, ""),
    "3×3 convolution of many channels": (_convolution((16, 16, 16, 16), (16, 16, 3, 3)), ""),
    "1×1 convolution": (_convolution((4, 64, 16, 16), (64, 64, 1, 1), padding=0), ""),
    "depthwise convolution": (_convolution((1, 16, 20, 20), (16, 1, 3, 3), groups=16), ""),
    "derivatives by positions": (_convolution((1, 4, 20, 20), (4, 4, 3, 3)), ""),
    "derivatives by samples": (_convolution((32, 4, 9, 9), (4, 4, 3, 3)), ""),
    "pooling backward": (_pools_backward, ""),
    "activations": (_activations, ""),
    "batch norm": (_norm, "float64"),
    "losses": (_losses, ""),
}  # fmt: skip
#: (name, function of a maker of arrays, dtype): what lectures and homework use, then the rest
_JOBS = sorted(
    ((name, call, dtype)
     for name, (call, _) in _CALLS.items()
     for dtype in ("float64", "float32")),
    key=lambda job: job[2] not in _CALLS[job[0]][1],
)  # fmt: skip
#: how many of them lectures use
LECTURES = sum(dtype in _CALLS[name][1] for name, _, dtype in _JOBS)
