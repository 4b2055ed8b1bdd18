"""Every kind of pooling side by side: what each one makes of the same input."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convviz import geometry, ops
from convviz.scenes import _check
from convviz.scenes._pooling import pool_axes
from convviz.scenes._sliding import caption, cell_kinds
from convviz.scenes._text import MINUS, number, plural, shape_text, span
from convviz.scenes.scene import Grid, Question, Scene, Step

#: The 4×4 map of the lectures.
POOLED_IMAGE = np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]])
#: What a network may learn and no fixed pooling can do: to look for an edge.
POOLING_WEIGHTS = np.array([[1, -1], [1, -1]])
MIXED, LEARNED, SPECTRAL, PYRAMID = "mixed", "learned", "spectral", "pyramid"
LEARNED_WEIGHTS = "learned weights"
#: The levels of the spatial pyramid: the whole map, then its quarters.
LEVELS = (1, 2)
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@_check.without_warnings
def pooling(image, weights=None, *, kernel_size=2, stride=2, norm_type=5, mix=0.5):
    """The scene of seven kinds of pooling on the same input.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, at most 24 each way.
    weights : array_like, optional
        Of the learned pooling, a convolution with the same stride; shape
        ``(kernel_size, kernel_size)``. A vertical edge in the top left corner when None.
    kernel_size, stride : int
        Side of the square window, and how far it moves.
    norm_type : int
        The p of the power mean ``(mean |x|^p)^(1/p)``: the mean for 1, close to the maximum for
        large ones.
    mix : float
        The share of the maximum in mixed pooling, from 0 to 1; the rest is the mean's.

    Returns
    -------
    Scene
        One step for each window (maximum, average, power mean, mixed, learned), one for the
        spectral pooling, which has no windows, and one for each bin of the spatial pyramid.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = pooling([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]])
    >>> scene
    Pooling: 4×4, window 2, stride 2, p 5, mix 0.5 → 2×2, 10 steps
    >>> scene.grid("L₅").values.round(2).tolist()
    [[4.87, 6.61], [2.38, 3.16]]
    """
    image = _check.numbers("image", image, 2)
    _check.showable("image", image.shape, "crop it")
    axes = pool_axes(image.shape, kernel_size, stride)
    norm_type = geometry.integer("norm_type", norm_type, 1, "use 1 for the mean")
    mix = _share("mix", mix)
    weights = _weights(weights, kernel_size)
    maps = _maps(image, weights, axes, norm_type, mix)
    names = tuple(maps)
    bins, pyramid = _pyramid(image)
    spectral = ops.spectral_pool(image[None, None].astype(float), maps["max"].shape)[0, 0]
    steps = (
        *_window_steps(image, axes, maps, norm_type, mix),
        _spectral_step(spectral, axes),
        *_pyramid_steps(image, bins, pyramid),
    )
    shape = maps["max"].shape
    options = f"window {kernel_size}, stride {stride}, p {norm_type}, mix {number(mix)}"
    summary = (
        f"{shape_text(image.shape)}, {options} → {shape_text(shape)}, {plural(len(steps), 'step')}"
    )
    results = {**maps, SPECTRAL: spectral, PYRAMID: pyramid}
    top = max(float(np.abs(np.nan_to_num(values)).max()) for values in results.values()) or 1.0
    notes = {
        names[2]: "power mean", MIXED: f"{number(mix)}·max + {number(1 - mix)}·average",
        LEARNED: "strided convolution", SPECTRAL: "low frequencies",
        PYRAMID: "max of whole and quarters",
    }
    grids = (
        Grid("input", "input", image, kinds=cell_kinds(*axes), editable=True),
        Grid(LEARNED_WEIGHTS, "filter", weights, editable=True),
        *(
            Grid(
                name, "output", values, note=notes.get(name), hidden=True, shade="signed",
                limits=(-top, top),
            )
            for name, values in results.items()
        ),
    )
    joins = ("", "→", *[""] * (len(results) - 1))
    return Scene(
        "Pooling", summary, grids, joins, steps, caption(*axes), poster=1 % len(steps),
        rows=(2, 4, 3), question=_question(axes),
        code=_code(axes, norm_type, mix),
    )


def _code(axes, p, mix):
    """One line for each kind; PyTorch has five of the seven."""
    kernel, stride = axes[0].kernel, axes[0].stride
    shape = tuple(axis.output for axis in axes)
    window = f"{kernel}, {stride}"
    x, w = "input[None, None]", "learned_weights[None, None]"
    ours = (
        f"max_ = ops.max_pool2d({x}, {window})",
        f"average = ops.avg_pool2d({x}, {window})",
        f"norm = ops.lp_pool2d({x}, {p}, {window}, power_mean=True)",
        f"mixed = ops.mixed_pool2d({x}, {window}, weight={mix})",
        f"learned = ops.conv2d({x}, {w}, stride={stride})",
        f"spectral = ops.spectral_pool({x}, {shape})",
        f"pyramid = ops.spatial_pyramid_pool({x}, {LEVELS})",
    )
    x, w = "torch.tensor(input)[None, None]", "torch.tensor(learned_weights)[None, None]"
    theirs = (
        f"max_ = F.max_pool2d({x}, {window})",
        f"average = F.avg_pool2d({x}, {window})",
        f"norm = F.lp_pool2d({x}.abs(), {p}, {window}) / {kernel**2}**(1/{p})",
        f"learned = F.conv2d({x}, {w}, stride={stride})",
        f"pyramid = torch.cat([F.adaptive_max_pool2d({x}, n).flatten(1) for n in {LEVELS}], 1)",
    )
    return (("convviz", "\n".join(ours)), ("PyTorch", "\n".join(theirs)))


def _question(axes):
    """What the kinds have in common."""
    rows = axes[0]
    return Question(
        "How many rows and columns does max pooling make of this input?", "shape",
        tuple(axis.output for axis in axes),
        f"⌊({rows.size} {MINUS} {rows.kernel}) / {rows.stride}⌋ + 1 = {rows.output} rows: the same "
        "rule as for a convolution.",
    )


def _share(name, value):
    value = float(_check.number(name, value))
    if not 0 <= value <= 1:
        raise ValueError(f"{name}={value} is no share: use 0 (the average) to 1 (the maximum)")
    return value


def _weights(weights, side):
    """The weights of the learned pooling, of the window's size."""
    if weights is None:
        weights = np.zeros((side, side), np.int64)
        part = POOLING_WEIGHTS[:side, :side]
        weights[: part.shape[0], : part.shape[1]] = part
    weights = _check.numbers("weights", weights, 2)
    if weights.shape != (side, side):
        raise ValueError(
            f"weights have shape {shape_text(weights.shape)}, the window is {side}×{side}: give "
            "one weight for each cell of the window, or leave weights out"
        )
    return weights


def _windows(image, axes):
    """Every window as rows of numbers: shape ``(OH, OW, K, K)``."""
    kernel, stride = axes[0].kernel, axes[0].stride
    return sliding_window_view(image, (kernel, kernel))[::stride, ::stride]


def _maps(image, weights, axes, p, mix):
    """The kinds that work window by window."""
    windows = _windows(image, axes)
    largest, mean = windows.max(axis=(2, 3)), windows.mean(axis=(2, 3))
    size = np.abs(windows.astype(float))
    # Scaled by the largest, so that no power overflows.
    scale = np.maximum(size.max(axis=(2, 3)), np.finfo(float).tiny)
    power = scale * np.mean((size / scale[..., None, None]) ** p, axis=(2, 3)) ** (1 / p)
    return {
        "max": largest,
        "average": mean,
        f"L{p}".translate(_SUBSCRIPT): power,
        MIXED: mix * largest + (1 - mix) * mean,
        LEARNED: (windows * weights).sum(axis=(2, 3)),
    }


def _window_steps(image, axes, maps, p, mix):
    steps = []
    for r, c in np.ndindex(maps["max"].shape):
        down, across = axes[0].taps(r), axes[1].taps(c)
        window = image[np.ix_(down, across)]
        formula = []
        for a, i in enumerate(down):
            for b, j in enumerate(across):
                formula += [" + ", (("input", i, j), (LEARNED_WEIGHTS, a, b))]
        _, _, norm, *_ = maps
        cells = {name: ((name, r, c),) for name in maps}
        powers = np.mean(np.abs(window.astype(float)) ** p)
        head = (
            "max ", cells["max"],
            f"  |  average {number(window.sum())}/{window.size} = ", cells["average"],
            f"  |  {norm} = {number(powers)}^(1/{p}) = ", cells[norm],
            f"  |  mixed {number(mix)}·", cells["max"], f" + {number(1 - mix)}·", cells["average"],
            " = ", cells[MIXED],
            "  |  learned ",
        )
        steps.append(
            Step(
                sentence=(
                    f"The window on input {span(down, 'row')}, {span(across, 'column')} becomes "
                    f"one number in each map: row {r}, column {c}."
                ),
                formula=(*head, *formula[1:], " = ", cells[LEARNED]),
                result=("max", r, c),
                writes=tuple(((name, r, c), values[r, c]) for name, values in maps.items()),
                windows=(("input", down[0], across[0], down[-1], across[-1]),),
            )
        )
    return steps


def _spectral_step(spectral, axes):
    shape = spectral.shape
    sizes = shape_text([axis.size for axis in axes])
    return Step(
        sentence=(
            "Spectral pooling has no windows: of the waves that add up to the whole input it keeps "
            "the longest. Every cell depends on every pixel."
        ),
        formula=(f"Fourier transform {sizes} → cut to {shape_text(shape)} → back",),
        writes=tuple(((SPECTRAL, r, c), spectral[r, c]) for r, c in np.ndindex(shape)),
        windows=(("input", 0, 0, axes[0].size - 1, axes[1].size - 1),),
        marks=tuple(((SPECTRAL, r, c), "tap") for r, c in np.ndindex(shape)),
    )


def _pyramid(image):
    """The bins of every level as (top, left, bottom, right), and their maxima, as one row."""
    bins = [
        (rows[0], columns[0], rows[1], columns[1])
        for level in LEVELS
        for rows in _parts(image.shape[0], level)
        for columns in _parts(image.shape[1], level)
    ]
    largest = [image[top : bottom + 1, left : right + 1].max() for top, left, bottom, right in bins]
    return bins, np.array([largest])


def _parts(size, count):
    """The first and last index of each of `count` parts; they overlap where it does not divide."""
    return [(n * size // count, -(-(n + 1) * size // count) - 1) for n in range(count)]


def _pyramid_steps(image, bins, pyramid):
    steps = []
    for place, frame in enumerate(bins):
        result = (PYRAMID, 0, place)
        part = "the whole input" if place == 0 else f"quarter {place} of 4"
        steps.append(
            Step(
                sentence=(
                    f"Spatial pyramid: the maximum of {part}. An input of any size "
                    f"makes {len(bins)} numbers."
                ),
                formula=(
                    f"maximum of rows {frame[0]}–{frame[2]}, columns {frame[1]}–{frame[3]} = ",
                    (result,),
                ),
                result=result,
                writes=((result, pyramid[0, place]),),
                windows=(("input", *frame),),
            )
        )
    return steps
