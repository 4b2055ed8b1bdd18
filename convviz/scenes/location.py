"""Where a network says that something is, beside where it is: a box, or the joints of a figure."""

import itertools

import numpy as np

from convviz import datasets
from convviz.scenes import _check
from convviz.scenes._text import number, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

PICTURE, GUESS, OVERLAP, APART = "picture", "guess", "overlap", "pixels apart"
#: A click as many pixels from a joint counts as one on it.
_NEAR = 2


@_check.without_warnings
def bounding_box(image, box, guess, *, label="", answer=""):
    """The scene of a box around something, of another that was guessed, and of their overlap.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, at most 128 each way.
    box, guess : array_like (4,)
        First row, first column, last row, last column, from 0 to 1 along each side of the image,
        as :func:`convviz.datasets.shapes` has them. The nearest pixels are framed; what lies
        outside is cut off.
    label, answer : str
        What it is, and what it was taken for.

    Returns
    -------
    Scene
        Four steps: the box; the guess; the pixels of both; the intersection over the union, IoU
        (Everingham and others, 2010).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> bounding_box(np.zeros((11, 11)), [0, 0, 0.3, 0.3], [0, 0.2, 0.3, 0.5])
    BoundingBoxes: 11×11, box 4×4, guess 4×4 → IoU 8/24 = 0.33, 4 steps
    """
    image = _check.picture("image", image)
    one, two = (_pixels(name, edges, image.shape)
                for name, edges in (("box", box), ("guess", guess)))  # fmt: skip
    inside = np.zeros(image.shape, np.int64)
    for top, left, bottom, right in (one, two):
        inside[top : bottom + 1, left : right + 1] += 1
    both, some = int((inside == 2).sum()), int((inside > 0).sum())
    grids = (
        _image(PICTURE, "input", image, label),
        _image(GUESS, "output", image, answer),
        Grid(
            OVERLAP, "neutral", inside, note="white: in both", display="image", shade="gray",
            limits=(0.0, 2.0),
        ),
    )
    steps = _box_steps(one, two, (both, some), label, answer)
    summary = (
        f"{shape_text(image.shape)}, box {_size(one)}, guess {_size(two)} → IoU {both}/{some} = "
        f"{number(both / some)}, {plural(len(steps), 'step')}"
    )
    question = Question(
        f"The box has {_area(one)} pixels, the guess {_area(two)}, and {both} are in both. How large "
        "is the intersection over union, IoU, from 0 to 1?", "number", both / some,
        f"{both} pixels in both, {some} in one or both: {both}/{some} = {number(both / some)}.",
        hides=(OVERLAP,), tolerance=0.01,
    )
    return Scene(
        "BoundingBoxes", summary, grids, ("", ""), steps, poster=len(steps) - 1, question=question
    )


def _image(name, role, image, note):
    return Grid(name, role, image, note=note or shape_text(image.shape), display="image",
                shade="gray")  # fmt: skip


def _pixels(name, edges, shape):
    """Edges from 0 to 1 as the first and last pixels within."""
    edges = _check.numbers(name, edges, 1).astype(float)
    if edges.shape != (4,) or not np.isfinite(edges).all():
        raise ValueError(
            f"{name}={edges.tolist()} is no box: give first row, first column, last row and last "
            "column, from 0 to 1"
        )
    ends = np.tile(shape, 2) - 1
    top, left, bottom, right = np.rint(edges * ends).clip(0, ends).astype(int).tolist()
    return (top, left, max(top, bottom), max(left, right))


def _sides(edges):
    top, left, bottom, right = edges
    return bottom - top + 1, right - left + 1


def _size(edges):
    return shape_text(_sides(edges))


def _area(edges):
    high, wide = _sides(edges)
    return f"{_size(edges)} = {high * wide}"


def _where(edges):
    top, left, bottom, right = edges
    return f"rows {top} to {bottom}, columns {left} to {right}"


def _box_steps(one, two, counts, label, answer):
    both, some = counts
    frames = [(PICTURE, *one), (GUESS, *two)]
    what, said = (f" the {name}" if name else " it" for name in (label, answer))
    sum_ = sum(int(np.prod(_sides(edges))) for edges in (one, two))
    told = (
        (f"The box around{what}: {_where(one)}.", f"{_area(one)} pixels", frames[:1]),
        (f"The guess, the box around{said}: {_where(two)}.", f"{_area(two)} pixels", frames),
        (
            f"{plural(both, 'pixel')} of the two boxes {'is' if both == 1 else 'are'} in both.",
            f"intersection = {both}", frames,
        ),
        (
            "The overlap as a share of all that is in one box or in both.",
            f"IoU = {both} / ({sum_} − {both}) = {both}/{some} = {number(both / some)}", frames,
        ),
    )
    return tuple(
        Step(sentence, formula=(formula,), windows=tuple(frames))
        for sentence, formula, frames in told
    )


@_check.without_warnings
def pose(image, joints, guess):
    """The scene of a stick figure, and of where its joints are said to be.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, at most 128 each way.
    joints, guess : array_like (11, 2)
        Row and column of each of `datasets.JOINTS`, from 0 to 1 along each side of the image. The
        nearest pixels are shown; what lies outside is moved to the edge.

    Returns
    -------
    Scene
        One step for each joint: both its places, and how far apart they are. The guess is drawn
        over the picture, bone by bone.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> found = datasets.stick_figures(1)
    >>> pose(found.images[0], found.joints[0], found.joints[0] + 1 / 31)
    Pose: 32×32, 11 joints → 1.41 pixels apart on average, 11 steps
    """
    image = _check.picture("image", image)
    places = [_places(name, points, image.shape)
              for name, points in (("joints", joints), ("guess", guess))]  # fmt: skip
    exact = [np.asarray(points, float) * (np.array(image.shape) - 1) for points in (joints, guess)]
    apart = np.hypot(*(exact[0] - exact[1]).T)
    mean = f"{number(apart.mean())} pixels apart on average"
    bones = [tuple((GUESS, *places[1][joint]) for joint in bone) for bone in datasets.BONES]
    links = tuple(bone for bone in bones if bone[0] != bone[1])
    steps = []
    for joint, (name, far) in enumerate(zip(datasets.JOINTS, apart.tolist(), strict=True)):
        cells = [(grid, *found[joint]) for grid, found in zip((PICTURE, GUESS), places, strict=True)]
        here, there = (f"row {row}, column {column}" for _, row, column in cells)
        steps.append(
            Step(
                f"The {name} is at {here}; the guess is {there}.",
                formula=(f"{name}: ", ((APART, 0, joint),), " pixels apart"),
                result=(APART, 0, joint),
                writes=(((APART, 0, joint), far),),
                windows=tuple((grid, r, c, r, c) for grid, r, c in cells),
                links=links,
            )
        )
    grids = (
        _image(PICTURE, "input", image, ""), _image(GUESS, "output", image, mean),
        Grid(APART, "output", apart[None], note="joint by joint", hidden=True),
    )
    summary = (
        f"{shape_text(image.shape)}, {len(apart)} joints → {mean}, {plural(len(steps), 'step')}"
    )
    return Scene(
        "Pose", summary, grids, ("", ""), tuple(steps), rows=(2, 1),
        question=_pose_question(apart, places[0], image.shape),
    )


def _places(name, points, shape):
    """Joints from 0 to 1 as the nearest pixels."""
    points = _check.numbers(name, points, 2).astype(float)
    if points.shape != (len(datasets.JOINTS), 2) or not np.isfinite(points).all():
        raise ValueError(
            f"{name} has shape {points.shape}: give a row and a column, from 0 to 1, for each of "
            f"{len(datasets.JOINTS)} joints"
        )
    ends = np.array(shape) - 1
    return np.rint(points * ends).clip(0, ends).astype(int).tolist()


def _pose_question(apart, places, shape):
    """Which joint is hardest; a finger on a picture is not exact to the pixel."""
    worst = int(apart.argmax())
    near = itertools.product(*(
        range(max(0, at - _NEAR), min(size, at + _NEAR + 1))
        for at, size in zip(places[worst], shape, strict=True)
    ))
    return Question(
        "Where in the picture is the joint that is hardest to guess, the furthest off?", "cell",
        tuple((PICTURE, *place) for place in near),
        f"It is the {datasets.JOINTS[worst]}, at row {places[worst][0]}, column {places[worst][1]}: "
        f"{number(apart[worst])} pixels.", hides=(APART, GUESS),
    )
