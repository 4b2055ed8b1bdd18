"""A bar turns over the receptive field of a simple cell, and over those of a complex cell."""

import math
from functools import lru_cache

import numpy as np

from convviz.scenes import _check
from convviz.scenes._code import with_axes
from convviz.scenes._sliding import scan
from convviz.scenes._text import number, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

#: The angles of the bar in degrees, counted from the horizontal, anticlockwise.
ANGLES = tuple(range(0, 180, 15))
#: A complex cell looks at simple cells up to this many pixels away, each way.
REACH = 2
FIELD, BAR, ANGLE = "receptive field", "bar of light", "angle of the bar"
SIMPLE, COMPLEX = "simple cell", "complex cell"
ANSWER, LARGEST = "answer", "largest answer"
_LEVELS = 5
_SIDE = 7
_CELLS = f"padding={REACH}))[0, 0]\nsimple, complex_ = y[{REACH}, {REACH}], y.max()"
_CODE = (
    (
        "convviz",
        f"y = ops.relu(ops.conv2d(bar_of_light[None, None], receptive_field[None, None], {_CELLS}",
    ),
    (
        "PyTorch",
        "y = F.relu(F.conv2d(torch.tensor(bar_of_light)[None, None], "
        f"torch.tensor(receptive_field)[None, None], {_CELLS}",
    ),
)


def simple_cell_field(preferred=45, size=_SIDE):
    """An excitatory stripe between two inhibitory ones, as whole numbers.

    Parameters
    ----------
    preferred : float
        The angle of the stripe in degrees, counted from the horizontal, anticlockwise.
    size : int
        Rows and columns.

    Returns
    -------
    ndarray of int (size, size)
        Across the stripe the second derivative of a Gaussian, along it a Gaussian: the shape of
        the simple cells of Hubel & Wiesel (1962). 9 in the middle; excitation and inhibition
        cancel but for rounding.

    Examples
    --------
    >>> simple_cell_field(0, size=5)[:, 2].tolist()
    [-5, 0, 9, 0, -5]
    """
    along, across = _turned(size, preferred)
    profile = (1 - across**2) * np.exp(-(across**2) / 2) * np.exp(-((along / 1.8) ** 2) / 2)
    plus, minus = np.maximum(profile, 0), np.maximum(-profile, 0)
    balanced = plus - minus * plus.sum() / minus.sum() if minus.any() else plus
    return np.rint(9 * balanced).astype(np.int64)


_simple_cell_field = lru_cache(maxsize=32)(simple_cell_field)


def bar_of_light(shape, angle, shift=0):
    """A bar of light 0…1, to one decimal, through the middle or `shift` pixels beside it."""
    along, across = _turned(max(shape), angle)
    inside = np.clip(max(shape) / 2 + 0.5 - np.hypot(along, across), 0, 1)
    bar = np.round(np.clip(1.25 - np.abs(across - shift), 0, 1) * inside, 1) + 0.0
    top, left = ((max(shape) - side) // 2 for side in shape)
    return bar[top : top + shape[0], left : left + shape[1]]


@lru_cache(maxsize=32)
def _bars(shape, shift):
    """The bar at every angle: the same for every receptive field of the shape."""
    bars = np.stack([bar_of_light(shape, angle, shift) for angle in ANGLES])
    bars.setflags(write=False)
    return bars


@lru_cache(maxsize=32)
def _dark_around(shape, shift):
    """The bars, with room for the neighbouring fields."""
    return np.pad(_bars(shape, shift), ((0, 0), (REACH, REACH), (REACH, REACH)))


def _turned(size, angle):
    """Distances from the middle along a direction and across it, for every pixel."""
    rows, columns = np.indices((size, size)) - (size - 1) / 2
    turn = math.radians(angle)
    return (
        columns * math.cos(turn) - rows * math.sin(turn),
        columns * math.sin(turn) + rows * math.cos(turn),
    )


@_check.without_warnings
def orientation_tuning(field=None, *, preferred=45, shift=1):
    """The scene of a bar that is turned over a receptive field: the orientation tuning curve.

    Parameters
    ----------
    field : array_like, optional
        The weights of a simple cell, shape ``(rows, columns)``, at most 15 each way; when None,
        an excitatory stripe at the angle `preferred` between two inhibitory ones.
    preferred : float
        In degrees, counted from the horizontal, anticlockwise; without a `field` of one's own.
    shift : int
        How many pixels the bar lies beside the middle.

    Returns
    -------
    Scene
        One step for each of twelve angles. The simple cell answers with ``max(0, Σ weight·light)``;
        the complex cell with the largest answer of 25 simple cells, the same field at neighbouring
        places, and so it does not mind where the bar lies (Hubel & Wiesel, 1962).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> orientation_tuning(preferred=90, shift=0)
    OrientationTuning: field 7×7, bar shifted by 0, simple cell best at 90° (39), 12 steps
    """
    preferred, shift = _check.number("preferred", preferred), _check.number("shift", shift)
    if not math.isfinite(preferred + shift):
        raise ValueError(f"preferred={preferred}, shift={shift}: use finite numbers")
    own = field is not None
    field = _check.numbers("field", field, 2) if own else _simple_cell_field(preferred)
    if max(field.shape) > 15:
        raise ValueError(
            f"field has shape {shape_text(field.shape)}: fields up to 15×15 are shown; crop it"
        )
    answers = np.maximum(scan(_dark_around(field.shape, shift), field[None]), 0)
    simple, largest = answers[:, REACH, REACH], answers.max(axis=(1, 2))
    top = float(np.nan_to_num(largest).max()) or 1.0
    steps = _steps(field, shift, simple, largest, top)
    best = int(np.argmax(simple))
    summary = (
        f"field {shape_text(field.shape)}, bar shifted by {number(shift)}, simple cell best at "
        f"{ANGLES[best]}° ({number(simple[best])}), {plural(len(steps), 'step')}"
    )
    bars = _bars(field.shape, shift)
    return Scene(
        "OrientationTuning", summary, _grids(field, bars, simple, largest, top, own), ("∗", "→"),
        steps, _caption(field, simple, largest), poster=best, question=_question(simple),
        code=with_axes(_CODE, bar_of_light=field.shape, receptive_field=field.shape),
    )



def _question(simple):
    """The angle that the simple cell likes best."""
    most = np.flatnonzero(simple == simple.max())
    if not len(most):
        return None
    return Question(
        "At which angle of the bar does the simple cell answer most?", "cell",
        tuple((ANGLE, 0, place) for place in most.tolist()),
        f"There the bar lies along the excitatory stripe: the answer is {number(simple.max())}.",
        hides=(SIMPLE, COMPLEX, ANSWER, LARGEST),
    )


def _grids(field, bars, simple, largest, top, own):
    blank = np.zeros((_LEVELS, len(ANGLES)), np.int64)
    curve = {
        "hidden": True, "display": "blank", "shade": "signed", "limits": (-1.0, 1.0),
        "stack": "tuning curves",
    }
    row = {"hidden": True, "stack": "tuning curves"}
    return (
        Grid(FIELD, "filter", field, shade="signed", editable=own),
        Grid(
            BAR, "input", bars[-1], note="0 to 1", hidden=True, shade="gray",
            limits=(0.0, 1.0),
        ),
        Grid(SIMPLE, "output", blank, note=f"full height: {number(top)}", **curve),
        Grid(ANSWER, "output", simple[None], note="max(0, Σ weight·light)", **row),
        Grid(COMPLEX, "output", blank, note=f"full height: {number(top)}", **curve),
        Grid(LARGEST, "output", largest[None], note="of 25 simple cells", **row),
        Grid(ANGLE, "neutral", np.array([ANGLES]), note="in degrees", stack="tuning curves"),
    )


@lru_cache(maxsize=32)
def _changes(shape, shift):
    """For every angle, the cells of the bar that change with it, and their light."""
    changes, before = [], np.full(shape, -1.0)
    for bar in _bars(shape, shift):
        places = np.argwhere(bar != before).tolist()
        changes.append(tuple(((BAR, r, c), float(bar[r, c])) for r, c in places))
        before = bar
    return changes


@lru_cache(maxsize=256)
def _column(name, place, high):
    """The cells that draw an answer as a column of the curve."""
    return tuple(((name, _LEVELS - 1 - level, place), 1) for level in range(high))


def _high(answer, top):
    """How many cells high an answer is."""
    return 0 if math.isnan(answer) else round(min(answer / top, 1) * _LEVELS)


def _steps(field, shift, simple, largest, top):
    steps = []
    products = field * _bars(field.shape, shift)
    sides = (np.where(side, products, 0).sum(axis=(1, 2)) for side in (products > 0, products < 0))
    parts = zip(*(side.tolist() for side in sides), strict=True)
    answers = zip(simple.tolist(), largest.tolist(), strict=True)
    told = zip(ANGLES, _changes(field.shape, shift), parts, answers, strict=True)
    for place, (angle, changed, (plus, less), (one, many)) in enumerate(told):
        answer, most = (ANSWER, 0, place), (LARGEST, 0, place)
        steps.append(
            Step(
                sentence=_sentence(angle, one, many, top),
                formula=(
                    f"simple: excitation {number(plus)} − inhibition {number(-less)} = "
                    f"{number(plus + less)}, max(0, ·) → ", (answer,),
                    ";   complex: largest of 25 → ", (most,),
                ),
                result=answer,
                writes=(
                    *changed,
                    (answer, one),
                    (most, many),
                    *_column(SIMPLE, place, _high(one, top)),
                    *_column(COMPLEX, place, _high(many, top)),
                ),
                windows=tuple(
                    (name, 0, place, _LEVELS - 1, place) for name in (SIMPLE, COMPLEX)
                ),
                marks=(((ANGLE, 0, place), "tap"),),
            )
        )
    return tuple(steps)


def _sentence(angle, simple, largest, top):
    """How strongly both cells answer, in words."""
    words = {0: "is silent", 1: "answers weakly", 2: "answers", 3: "answers strongly"}

    def strength(answer):
        share = 0 if math.isnan(answer) else min(answer / top, 1)
        return words[0 if share == 0 else 1 if share < 0.3 else 2 if share < 0.75 else 3]

    return (
        f"The bar stands at {angle}°: the simple cell {strength(simple)}, "
        f"the complex cell {strength(largest)}."
    )


def _caption(field, simple, largest):
    return (
        (f"+ excites, − inhibits; light everywhere: Σ weight = {number(field.sum())};   ", ""),
        ("best angle: simple ", ""),
        (f"{ANGLES[int(np.argmax(simple))]}°", "output"),
        (", complex ", ""),
        (f"{ANGLES[int(np.argmax(largest))]}°", "output"),
    )
