"""Where something is in a picture: a box around it, or the joints of a figure."""

import numpy as np

from convviz import datasets, nn, scenes
from convviz.widgets._one_by_one import OneByOne, for_each


class BoundingBoxes(OneByOne):
    """The box around a shape, the box that was guessed, and their overlap.

    Parameters
    ----------
    found : datasets.Shapes, optional
        Pictures with their boxes; eight of :func:`convviz.datasets.shapes` when None.
    guess : array_like, optional
        For each picture a box (N, 4) or its corners (N, 8), in the unit of `found`. The mean of
        all boxes when None: all that can be said without a look at the picture.
    answers : array_like of int, optional
        For each picture, what the shape was taken for: a place in ``datasets.SHAPES``.
    picture : int
        Where the slider starts.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If there is not a guess for each picture, or a number is off its slider.

    Examples
    --------
    >>> BoundingBoxes(picture=2)
    BoundingBoxes: 32×32, box 12×12, guess 15×14 → IoU 132/222 = 0.59, 4 steps
    """

    def __init__(self, found=None, guess=None, answers=None, *, picture=0, step=3, **view):
        self._found = datasets.shapes(8) if found is None else found
        count = len(self._found.images)
        if guess is None:
            guess = np.tile(self._found.boxes.mean(axis=0), (count, 1))
        guess = for_each("guess", guess, count, ((4,), (8,)))
        self._guess = guess if guess.shape[1] == 4 else nn.corners_to_boxes(guess)
        self._answers = None if answers is None else for_each("answers", answers, count, ((),))
        super().__init__(
            count, picture, title="BoundingBoxes", subtitle="where it is, and where it was thought",
            step=step, **view,
        )

    def _scene(self, picture):
        found, answers = self._found, self._answers
        names = datasets.SHAPES
        answer = "" if answers is None else names[answers[picture]]
        return scenes.bounding_box(
            found.images[picture], found.boxes[picture], self._guess[picture],
            label=names[found.labels[picture]], answer=answer,
        )


class Pose(OneByOne):
    """The joints of a stick figure, and where they were thought to be.

    Parameters
    ----------
    found : datasets.StickFigures, optional
        Pictures with their joints; eight of :func:`convviz.datasets.stick_figures` when None.
    guess : array_like, optional
        For each picture its joints, (N, 11, 2) or (N, 22), in the unit of `found`. The mean of all
        figures when None: all that can be said without a look at the picture.
    picture : int
        Where the slider starts.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If there is not a guess for each picture, or a number is off its slider.

    Examples
    --------
    >>> Pose()
    Pose: 32×32, 11 joints → 2.03 pixels apart on average, 11 steps
    """

    def __init__(self, found=None, guess=None, *, picture=0, **view):
        self._found = datasets.stick_figures(8) if found is None else found
        count, joints = len(self._found.images), self._found.joints.shape[1:]
        if guess is None:
            guess = np.tile(self._found.joints.mean(axis=0), (count, 1, 1))
        whole = (int(np.prod(joints)),)
        self._guess = for_each("guess", guess, count, (joints, whole)).reshape(count, *joints)
        super().__init__(
            count, picture, title="Pose", subtitle="joints, and where they were thought to be",
            **view,
        )

    def _scene(self, picture):
        found = self._found
        return scenes.pose(found.images[picture], found.joints[picture], self._guess[picture])
