"""Every kind of pooling side by side: what each one makes of the same input."""

import numpy as np

from convviz import geometry
from convviz.scenes import _check
from convviz.scenes._code import identifier, with_axes
from convviz.scenes._pictured import as_images, told_places, too_large
from convviz.scenes._pooling import pool_axes
from convviz.scenes._pooling_kinds import (
    LEARNED,
    LEVELS,
    MIXED,
    POOLING_KINDS,
    PYRAMID,
    SPECTRAL,
    check_kinds,
    pyramid_bins,
    results_of,
    windows_of,
)
from convviz.scenes._sliding import caption, cell_kinds, products, reads, tapped
from convviz.scenes._text import MINUS, in_sum, number, numbers, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

#: The 4×4 map of the lectures.
POOLED_IMAGE = np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]])
#: What a network may learn and no fixed pooling can do: to look for an edge.
POOLING_WEIGHTS = np.array([[1, -1], [1, -1]])
LEARNED_WEIGHTS = "learned weights"
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@_check.without_warnings
def pooling(
    image, weights=None, *, kernel_size=2, stride=2, norm_type=5, mix=0.5, kinds=POOLING_KINDS
):
    """The scene of seven kinds of pooling, or of some of them, on the same input.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``. With more than 24 rows or columns it is shown as an image
        that tells the numbers under the pointer, with a step for each row; up to 128 each way.
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
    kinds : sequence of str
        Which to show, of `POOLING_KINDS`; they are shown in its order.

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
    >>> pooling(np.eye(3, dtype=int), stride=1, kinds=["max"]).formula_text(1)
    'max(0, 0, 1, 0) = 1'
    """
    image = _check.numbers("image", image, 2)
    large = too_large("image", image.shape, "crop it, or take image[::2, ::2]")
    axes = pool_axes(image.shape, kernel_size, stride)
    norm_type = geometry.integer("norm_type", norm_type, 1, "use 1 for the mean")
    mix = _share("mix", mix)
    weights = _weights(weights, kernel_size)
    kinds = check_kinds(kinds)
    names = {"power mean": f"L{norm_type}".translate(_SUBSCRIPT)}
    names = {kind: names.get(kind, kind) for kind in kinds}
    results = results_of(image, weights, axes, norm_type, mix)
    results = {names[kind]: results[kind] for kind in kinds}
    told = told_places(*(axis.output for axis in axes), large)
    steps = (
        *_window_steps(image, axes, told, names, results, norm_type, mix),
        *(_spectral_steps(results[SPECTRAL], axes) if SPECTRAL in kinds else ()),
        *(_pyramid_steps(image.shape, results[PYRAMID]) if PYRAMID in kinds else ()),
    )
    shape = shape_text([axis.output for axis in axes])
    options = [f"window {kernel_size}", f"stride {stride}"]
    options += [f"p {norm_type}"] if "power mean" in kinds else []
    options += [f"mix {number(mix)}"] if MIXED in kinds else []
    summary = (
        f"{shape_text(image.shape)}, {', '.join(options)} → {shape}, {plural(len(steps), 'step')}"
    )
    shown = np.concatenate([values.ravel() for values in results.values()])
    top = float(np.abs(np.nan_to_num(shown)).max()) or 1.0
    notes = {
        "power mean": "power mean", MIXED: f"{number(mix)}·max + {number(1 - mix)}·average",
        LEARNED: "strided convolution", SPECTRAL: "low frequencies",
        PYRAMID: "max of whole and quarters",
    }
    learned = (Grid(LEARNED_WEIGHTS, "filter", weights, editable=True),)
    sources = (
        Grid("input", "input", image, kinds=cell_kinds(*axes), editable=True),
        *(learned if LEARNED in kinds else ()),
    )
    outputs = tuple(
        Grid(
            name, "output", results[name], note=notes.get(kind), hidden=True, shade="signed",
            limits=(-top, top),
        )
        for kind, name in names.items()
    )
    joins = (*[""] * (len(sources) - 1), "→", *[""] * (len(outputs) - 1))
    scene = Scene(
        "Pooling", summary, (*sources, *outputs), joins, steps, caption(*axes),
        poster=1 % max(len(steps), 1), rows=_rows(len(sources), len(outputs)),
        question=_question(axes), code=with_axes(
            _code(axes, norm_type, mix, kinds), input=image.shape,
            **({identifier(LEARNED_WEIGHTS): weights.shape} if LEARNED in kinds else {}),
        ),
    )
    return as_images(scene) if large else scene


def _rows(sources, outputs):
    """All in one row where that is not too long; else the sources, then four, then the rest."""
    if sources + outputs <= 4:
        return (sources + outputs,)
    return (sources, min(outputs, 4), *([outputs - 4] if outputs > 4 else []))


def _code(axes, p, mix, kinds):
    """One line for each kind; PyTorch has five of the seven."""
    kernel, stride = axes[0].kernel, axes[0].stride
    shape = tuple(axis.output for axis in axes)
    window = f"{kernel}, {stride}"
    x, w = "input[None, None]", "learned_weights[None, None]"
    ours = {
        "max": f"max_ = ops.max_pool2d({x}, {window})",
        "average": f"average = ops.avg_pool2d({x}, {window})",
        "power mean": f"norm = ops.lp_pool2d({x}, {p}, {window}, power_mean=True)",
        MIXED: f"mixed = ops.mixed_pool2d({x}, {window}, weight={mix})",
        LEARNED: f"learned = ops.conv2d({x}, {w}, stride={stride})",
        SPECTRAL: f"spectral = ops.spectral_pool({x}, {shape})",
        PYRAMID: f"pyramid = ops.spatial_pyramid_pool({x}, {LEVELS})",
    }
    x, w = "torch.tensor(input)[None, None]", "torch.tensor(learned_weights)[None, None]"
    pooled = f"F.adaptive_max_pool2d({x}, n).flatten(1) for n in {LEVELS}"
    theirs = {
        "max": f"max_ = F.max_pool2d({x}, {window})",
        "average": f"average = F.avg_pool2d({x}, {window})",
        "power mean": f"norm = F.lp_pool2d({x}.abs(), {p}, {window}) / {kernel**2}**(1/{p})",
        LEARNED: f"learned = F.conv2d({x}, {w}, stride={stride})",
        PYRAMID: f"pyramid = torch.cat([{pooled}], 1)",
    }
    lines = {"convviz": ours, "PyTorch": theirs}
    texts = {
        name: "\n".join(all_[kind] for kind in kinds if kind in all_)
        for name, all_ in lines.items()
    }
    return tuple((name, text) for name, text in texts.items() if text)


def _question(axes):
    """What the kinds have in common."""
    rows = axes[0]
    return Question(
        "How many rows and columns do windows make of this input?", "shape",
        tuple(axis.output for axis in axes),
        f"⌊({rows.size} {MINUS} {rows.kernel}) / {rows.stride}⌋ + 1 = {plural(rows.output, 'row')}: the "
        "same rule as for a convolution.",
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


def _window_steps(image, axes, told, names, results, p, mix):
    """A step for each window that is told, for the kinds that have windows."""
    names = {kind: name for kind, name in names.items() if kind not in (SPECTRAL, PYRAMID)}
    if not names:
        return []
    steps, first = [], next(iter(names.values()))
    everywhere = " in each map" if len(names) > 1 else ""
    where = tuple(np.transpose(told))
    values = zip(*(results[name][where].tolist() for name in names.values()), strict=True)
    downs, acrosses = reads(axes[0], "row"), reads(axes[1], "column")
    formulas = _formulas(windows_of(image, axes)[where], axes, told, names, p, mix)
    for (r, c), row in zip(told, values, strict=True):
        (down, said, _), (across, beside, _) = downs[r], acrosses[c]
        parts = []
        for kind, formula in next(formulas).items():
            parts += [*(["  |  "] if parts else []), *formula, ((names[kind], r, c),)]
        steps.append(
            Step(
                sentence=(
                    f"The window on input {said}, {beside} becomes "
                    f"one number{everywhere}: row {r}, column {c}."
                ),
                formula=tuple(parts),
                result=(first, r, c),
                writes=tuple(
                    ((name, r, c), value) for name, value in zip(names.values(), row, strict=True)
                ),
                windows=(("input", down[0], across[0], down[-1], across[-1]),),
            )
        )
    return steps


def _formulas(windows, axes, told, names, p, mix):
    """For each of these windows, how each kind works out its number, up to the equals sign."""
    inside = {"axis": (1, 2)}
    powers = np.mean(np.abs(windows.astype(float)) ** p, **inside)
    found = (powers, windows.max(**inside), windows.mean(**inside), windows.sum(**inside))
    texts = zip(*(numbers(array.tolist()) for array in found), strict=True)
    size, shares = axes[0].kernel ** 2, (number(mix), number(1 - mix))
    downs, acrosses = reads(axes[0], "row"), reads(axes[1], "column")
    for (r, c), (power, largest, mean, total) in zip(told, texts, strict=True):
        (down, *_), (across, *_) = downs[r], acrosses[c]
        listed = [part for i in down for j in across for part in (", ", (("input", i, j),))]
        formulas = {
            # All numbers of the window where there is room for them.
            "max": ("max(", *listed[1:], ") = ") if len(names) == 1 else ("max ",),
            "average": (f"average {total}/{size} = ",),
            "power mean": (f"{names.get('power mean')} = {power}^(1/{p}) = ",),
            MIXED: (f"mixed {shares[0]}·{in_sum(largest)} + {shares[1]}·{in_sum(mean)} = ",),
            LEARNED: ("learned ", *products(down, across, LEARNED_WEIGHTS), " = "),
        }
        yield {kind: formulas[kind] for kind in names}


def _spectral_steps(spectral, axes):
    shape = spectral.shape
    sizes = shape_text([axis.size for axis in axes])
    marks = tapped(SPECTRAL, range(shape[0]), range(shape[1]))
    cells = [cell for cell, _ in marks]
    step = Step(
        sentence=(
            "Spectral pooling has no windows: of the waves that add up to the whole input it keeps "
            "the longest. Every cell depends on every pixel."
        ),
        formula=(f"Fourier transform {sizes} → cut to {shape_text(shape)} → back",),
        writes=tuple(zip(cells, spectral.ravel().tolist(), strict=True)),
        windows=(("input", 0, 0, axes[0].size - 1, axes[1].size - 1),),
        marks=marks,
    )
    return [step]


def _pyramid_steps(shape, pyramid):
    steps = []
    bins = pyramid_bins(shape)
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
