"""Copies of one filter, turned, mirrored or enlarged, and the largest of their answers."""

import numpy as np

from convviz.scenes import _check
from convviz.scenes import _code as _code_of
from convviz.scenes._gradients import counting, derivative
from convviz.scenes._sliding import scan
from convviz.scenes._text import number, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

#: Which copies of a filter stand side by side.
COPIES = ("turned", "mirrored", "enlarged")
#: Bars in all four directions of an edge.
TURNED_IMAGE = np.array(
    [[0, 0, 0, 2, 2], [1, 1, 1, 2, 2], [3, 1, 1, 0, 0], [3, 3, 0, 0, 3], [3, 3, 0, 1, 0]]
)
TURNED_FILTER = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
LARGEST, DW = "largest", "dw"
_NAMES = {
    "turned": ("as it is", "turned by 90°", "turned by 180°", "turned by 270°"),
    "mirrored": ("as it is", "mirrored"),
    "enlarged": ("as it is", "twice as large"),
}


def transformed_places(copies, side):
    """Where each weight of every copy comes from.

    Parameters
    ----------
    copies : str
        One of `COPIES`.
    side : int
        Rows and columns of the filter.

    Returns
    -------
    ndarray of int (number of copies, rows, columns)
        A place of the filter in reading order, or −1 where a copy has no weight. An enlarged copy
        has its weights two places apart, around the same middle.

    Examples
    --------
    >>> transformed_places("turned", 2).tolist()
    [[[0, 1], [2, 3]], [[2, 0], [3, 1]], [[3, 2], [1, 0]], [[1, 3], [0, 2]]]
    """
    own = np.arange(side * side).reshape(side, side)
    if copies == "turned":
        return np.stack([np.rot90(own, -turns) for turns in range(4)])
    if copies == "mirrored":
        return np.stack([own, own[:, ::-1]])
    large = np.full((2 * side - 1, 2 * side - 1), -1)
    large[::2, ::2] = own
    return np.stack([np.pad(own, (side - 1) // 2, constant_values=-1), large])


@_check.without_warnings
def transformed_filters(image, kernel, dy=None, *, copies="turned"):
    """The scene of a bank of copies of one filter, of the largest of their answers, and back.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, at most 8 each way.
    kernel : array_like
        Shape ``(side, side)``; odd, at most 5.
    dy : array_like, optional
        The derivative of the loss with respect to the largest answers; 1, 2, 3, … when None.
    copies : str
        One of `COPIES`: turned by quarters, mirrored left to right, or twice as large. All share
        the weights of `kernel`. For the last one zeros stand around the image.

    Returns
    -------
    Scene
        One step forward for each place: every copy answers, the largest is kept. Then one step
        backward for each place: the derivative goes to the copy that won there, from its weights
        back to the shared ones, and all are added up (Laptev and others, 2016).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = transformed_filters([[1, 2], [3, 4]], [[1]], copies="mirrored")
    >>> scene, scene.grid("dw").values.tolist()
    (TransformedFilters: 2×2 ∗ 2 copies of 1×1 → 2×2, 8 steps, [[30]])
    """
    image, kernel = _checked(image, kernel, copies)
    places = transformed_places(copies, len(kernel))
    rim = (len(kernel) - 1) // 2 if copies == "enlarged" else 0
    padded = np.pad(image, rim)
    if places.shape[1] > min(padded.shape):
        raise ValueError(
            f"kernel of {len(kernel)} does not fit an image of {shape_text(image.shape)}: use a "
            "smaller one"
        )
    bank = np.where(places < 0, 0, kernel.ravel()[places])
    maps = scan(padded, bank[:, None, None], 1)[:, 0, 0]
    winners = maps.argmax(axis=0)
    dy = counting(winners.shape) if dy is None else derivative(dy, winners.shape)
    names = _NAMES[copies]
    whole = (padded, bank, maps, winners, names)
    forward = _forward(*whole)
    backward, dbank, dw = _backward(*whole, dy, places, kernel)
    count = len(forward) + len(backward)
    summary = (
        f"{shape_text(image.shape)} ∗ {len(bank)} copies of {shape_text(kernel.shape)} → "
        f"{shape_text(winners.shape)}, {plural(count, 'step')}"
    )
    grids, joins, rows = _grids(padded, rim, kernel, bank, maps, dy, dbank, dw, names)
    return Scene(
        "TransformedFilters", summary, grids, joins, forward + backward, rows=rows,
        poster=len(forward) + 1 if len(backward) > 1 else len(forward),
        question=_question(winners, names), code=_code(len(names), rim, image.shape, kernel.shape),
    )


def _checked(image, kernel, copies):
    image, kernel = _check.numbers("image", image, 2), _check.numbers("kernel", kernel, 2)
    _check.choice("copies", copies, COPIES)
    if max(image.shape) > 8:
        raise ValueError(f"image has shape {image.shape}: at most 8×8 is shown; crop it")
    rows, columns = kernel.shape
    if rows != columns or rows % 2 == 0 or rows > 5:
        raise ValueError(
            f"kernel has shape {kernel.shape}: use 3×3, or another odd square up to 5×5, so that "
            "it can be turned about its middle"
        )
    return image, kernel


def _copy(n):
    return f"copy {n + 1}"


def _map(n):
    return f"map {n + 1}"


def _gradient(n):
    return f"d copy {n + 1}"


def _grids(padded, rim, kernel, bank, maps, dy, dbank, dw, names):
    """In the first row what there is once, in the second what each copy has."""
    kinds = np.ones(padded.shape, int)
    kinds[rim : padded.shape[0] - rim, rim : padded.shape[1] - rim] = 0
    shown = {"hidden": True, "shade": "signed"}
    top = float(np.abs(np.nan_to_num(maps)).max()) or 1.0
    grids = [
        Grid("input", "input", padded, kinds=kinds, origin=(-rim, -rim), editable=True),
        Grid(LARGEST, "output", maps.max(axis=0), note="of the maps", limits=(-top, top), **shown),
        Grid("dy", "gradient", dy, note="∂L/∂largest", editable=True),
        Grid(DW, "gradient", dw, note="∂L/∂filter", **shown),
    ]
    for n, name in enumerate(names):
        own = n == 0 and bank.shape[1:] == kernel.shape
        grids += [
            Grid(_copy(n), "filter", bank[n], editable=own, note="", stack=name),
            Grid(_map(n), "output", maps[n], note="", limits=(-top, top), stack=name, **shown),
            Grid(_gradient(n), "gradient", dbank[n], note="", stack=name, **shown),
        ]
    return tuple(grids), ("→", "", "→", *[""] * len(names)), (4, len(names))


def _window(r, c, side):
    return ("input", r, c, r + side - 1, c + side - 1)


def _forward(padded, bank, maps, winners, names):
    """Every place: the answers of all copies, and the largest."""
    steps, side = [], bank.shape[1]
    for (r, c), winner in np.ndenumerate(winners):
        cells = [(_map(n), r, c) for n in range(len(names))]
        listed = [part for cell in cells for part in (", ", (cell,))][1:]
        result = (LARGEST, r, c)
        steps.append(
            Step(
                f"Row {r}, column {c}: the copy {names[winner]} answers most, "
                f"{number(maps[winner, r, c])}.",
                formula=("max(", *listed, ") = ", (result,)),
                result=result,
                writes=(
                    *((cell, maps[n, r, c]) for n, cell in enumerate(cells)),
                    (result, maps[winner, r, c]),
                ),
                windows=(_window(r, c, side), (_copy(winner), 0, 0, side - 1, side - 1)),
                marks=((cells[winner], "ring"),),
            )
        )
    return tuple(steps)


def _backward(padded, bank, maps, winners, names, dy, places, kernel):
    """Every derivative goes to the winner's weights, and from there to the shared ones."""
    kind = np.result_type(padded, dy)
    dbank, dw, side = np.zeros(bank.shape, kind), np.zeros(kernel.shape, kind), bank.shape[1]
    steps = []
    for (r, c), winner in np.ndenumerate(winners):
        held = places[winner] >= 0
        change = np.where(held, dy[r, c] * padded[r : r + side, c : c + side], 0)
        dbank[winner] += change
        np.add.at(dw.reshape(-1), places[winner][held], change[held])
        writes = [((_gradient(winner), *at), v) for at, v in np.ndenumerate(dbank[winner])]
        if not steps:  # all start at 0
            writes += [
                ((_gradient(n), *at), 0)
                for n in range(len(names)) if n != winner for at in np.ndindex(side, side)
            ]
        steps.append(
            Step(
                f"Backward, row {r}, column {c}: the derivative goes to the winner alone, the copy "
                f"{names[winner]}: dy times its window is added to the derivatives of its weights.",
                formula=(
                    f"d of the copy {names[winner]} += ", (("dy", r, c),),
                    " · the window of the input;   each goes back to the weight it is a copy of",
                ),
                writes=(*writes, *(((DW, *at), value) for at, value in np.ndenumerate(dw))),
                windows=(_window(r, c, side), (_gradient(winner), 0, 0, side - 1, side - 1)),
                marks=(((_map(winner), r, c), "ring"),),
            )
        )
    return tuple(steps), dbank, dw


def _question(winners, names):
    """How often the last copy wins."""
    wins = int((winners == len(names) - 1).sum())
    return Question(
        f"In how many of the {winners.size} places does the copy {names[-1]} answer most?",
        "number", wins, f"It is the largest of {len(names)} answers in {wins}; of equal ones the "
        "first counts.",
        hides=(LARGEST, DW, *(name(n) for n in range(len(names)) for name in (_map, _gradient))),
    )


def _code(count, rim, image, kernel):
    """Code for the largest answers, from the copies shown."""
    copies = [_code_of.identifier(_copy(n)) for n in range(count)]
    bank = f"np.stack([{', '.join(copies)}])[:, None]"
    padding = _code_of.options(**_code_of.unusual(padding=rim))
    lines = (
        ("convviz", f"ops.conv2d(input[None, None], {bank}{padding})[0].max(axis=0)"),
        (
            "PyTorch",
            f"F.conv2d(torch.tensor(input)[None, None], torch.tensor({bank}){padding})[0].amax(0)",
        ),
    )
    return _code_of.with_axes(lines, input=image, **dict.fromkeys(copies, kernel))
