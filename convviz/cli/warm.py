"""``convviz warm``: compile the engine before it is needed, and keep it."""

import contextlib
import os
import sys
from pathlib import Path


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


def _convolution(x_shape, w_shape):
    def call(ones):
        from convviz import ops

        x, w = ones(*x_shape), ones(*w_shape)
        ops.conv2d_backward(ops.conv2d(x, w, padding=1), x, w, padding=1)

    return call


def _pools(ones):
    from convviz import ops

    x = ones(1, 1, 6, 6)
    for size in (2, 3):
        y, indices = ops.max_pool2d(x, size, return_indices=True)
        ops.max_pool2d_backward(y, indices, x.shape)
    ops.avg_pool2d_backward(ops.avg_pool2d(x, 2), x.shape, 2)
    ops.max_unpool2d_backward(ops.max_unpool2d(y, indices, 3), indices)


def _rarer_pools(ones):
    import numpy as np

    from convviz import ops

    x = ones(1, 1, 6, 6)
    ops.lp_pool2d_backward(ops.lp_pool2d(x, 2, 2), x, 2, 2)
    ops.stochastic_pool2d(x, 2, generator=np.random.default_rng(0))
    y = ops.stochastic_pool2d_expected(x, 2)
    ops.stochastic_pool2d_expected_backward(y, x, 2)


def _activations(ones):
    from convviz import ops

    x = _large(ones)
    ops.relu_backward(x, ops.relu(x))
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

    x, each = ones(4, 2, 3, 3), ones(2)
    y, statistics = ops.batch_norm(x, each, each)
    ops.batch_norm_backward(y, x, each, statistics)


def _chain(ones):
    from convviz.ops import links

    _train(ones, [links.Conv2d(6, 5), links.ReLU(), links.MaxPool2d(2), links.Conv2d(16, 5),
                  links.ReLU(), links.AvgPool2d(2), links.Flatten(), links.Linear(10)])  # fmt: skip


def _rarer_chain(ones):
    from convviz.ops import links

    _train(ones, [links.Conv2d(6, 5, stride=2), links.LeakyReLU(), links.Sigmoid(),
                  links.MaxPool2d(3, 2, padding=1), links.Conv2d(4, 2, groups=2), links.Tanh(),
                  links.ReLU(), links.AvgPool2d(2, 1), links.Flatten(), links.Linear(10)])  # fmt: skip


def _train(ones, operations):
    import numpy as np

    from convviz import ops

    chain = ops.Chain(operations, (1, 28, 28))
    # batches that fill vectors, and one that does not
    for batch in (64, 1):
        x, labels = ones(batch, 1, 28, 28), np.zeros(batch, dtype=int)
        parameters, velocities = ones(chain.size), ones(chain.size)
        chain.backward(chain.forward(x, parameters), x, parameters)
        chain.loss_and_gradients(x, labels, parameters, input_gradient=True)
        chain.train_step(x, labels, parameters, velocities, rate=0.01)


# what takes longest first, so that both processes end together
_LARGE = {
    "3×3 convolution of many channels": _convolution((16, 16, 16, 16), (16, 16, 3, 3)),
    "chain": _chain,
    "convolution by positions": _convolution((1, 4, 20, 20), (4, 4, 3, 3)),
    "convolution by filters": _convolution((1, 16, 6, 6), (32, 16, 2, 2)),
    "convolution by samples": _convolution((32, 4, 9, 9), (4, 4, 3, 3)),
    "convolution by filters": _convolution((4, 16, 20, 20), (32, 16, 5, 5)),
}
_SMALL = {
    "pooling": _pools,
    "small convolution": _convolution((1, 1, 5, 5), (1, 1, 3, 3)),
    "batch norm": _norm,
    "activations": _activations,
    "losses": _losses,
}
#: (name, function of a maker of arrays, dtype): what lectures and homework use, then the rest
_JOBS = [
    *((name, call, "float32") for name, call in (_LARGE | _SMALL).items()),
    *((name, call, "float64") for name, call in _SMALL.items()),
]
#: how many of them lectures use
LECTURES = len(_JOBS)
_JOBS += [
    *((name, call, "float64") for name, call in _LARGE.items()),
    *((name, call, dtype)
      for name, call in (("rarer chain", _rarer_chain), ("rarer pooling", _rarer_pools))
      for dtype in ("float32", "float64")),
]  # fmt: skip
