"""Down and up again: unpooling, a class for every pixel, a picture made of a picture."""

import numpy as np

from convviz import datasets, scenes
from convviz.scenes import _check
from convviz.widgets._array_player import ArrayPlayer, given_or
from convviz.widgets._controls import Choice, Range
from convviz.widgets._one_by_one import OneByOne, for_each

_CLASSES = ("ground", *datasets.SHAPES)


class Unpooling(ArrayPlayer):
    """Max pooling, and three ways back to the size there was before.

    Parameters
    ----------
    image : array_like, optional
        At most 12 rows and columns, multiples of the window; a 4×4 map when None.
    window : int
        Where the slider starts.
    how : str
        One of ``scenes.UNPOOLINGS``, where the menu starts.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the image holds no numbers or does not fit, or the window is off its slider.

    Examples
    --------
    >>> Unpooling()
    Unpooling: 4×4, window 2 → 2×2 → 4×4, where it was, 8 steps
    """

    def __init__(self, image=None, *, window=2, how=scenes.UNPOOLINGS[0], **view):
        arrays = {"input": given_or("image", image, scenes.ROUTED_IMAGE)}
        controls = [
            Choice("how", scenes.UNPOOLINGS, how, label="back to"),
            Range.reaching("window", 1, min(4, *arrays["input"].shape), window),
        ]
        super().__init__(
            arrays, title="Unpooling", subtitle="down, and up again", controls=controls, **view
        )

    def _scene(self, how, window):
        return scenes.unpooling(self._arrays["input"], kernel_size=window, how=how)


class Segmentation(OneByOne):
    """A class for every pixel: the mask, the guess, and where they differ.

    Parameters
    ----------
    found : datasets.Shapes, optional
        Pictures with their masks; eight of :func:`convviz.datasets.shapes` when None.
    guess : array_like of int, optional
        For each pixel its class, as the masks have it: 0 for the ground, 1 more than the label for
        a shape. When None, all that is lighter than the middle of the picture's brightness is
        taken for a disc.
    picture : int
        Where the slider starts.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If there is not a guess for each pixel, or a number is off its slider.

    Examples
    --------
    >>> Segmentation(picture=4)
    Segmentation: 32×32, ground 1, disc 0, square 0 → 122 of 1024 pixels wrong, 3 steps
    """

    def __init__(self, found=None, guess=None, *, picture=0, **view):
        self._found = datasets.shapes(8) if found is None else found
        images = self._found.images
        if guess is None:
            low, high = images.min(axis=(1, 2)), images.max(axis=(1, 2))
            guess = (images > ((low + high) / 2)[:, None, None]).astype(int)
        self._guess = for_each("guess", guess, len(images), (images.shape[1:],))
        super().__init__(
            len(images), picture, title="Segmentation", subtitle="a class for every pixel", **view
        )

    def _scene(self, picture):
        found = self._found
        return scenes.segmentation(
            found.images[picture], found.masks[picture], self._guess[picture], _CLASSES
        )


class Reconstruction(OneByOne):
    """What a network makes of pictures, beside what it was to make.

    Parameters
    ----------
    given, made, wanted : array_like, optional
        Shape (N, rows, columns) or (N, 1, rows, columns) each, from 0 to 1. When none is given,
        eight digits with noise, each pixel replaced by the mean of nine.
    picture : int
        Where the slider starts.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If only some are given, they differ in shape, or a number is off its slider.

    Examples
    --------
    >>> Reconstruction()
    Reconstruction: 32×32 → 32×32, mean squared difference 0.085 → 0.010, 2 steps
    """

    def __init__(self, given=None, made=None, wanted=None, *, picture=0, step=1, **view):
        several = (given, made, wanted)
        if all(array is None for array in several):
            several = _blurred()
        elif any(array is None for array in several):
            raise ValueError("give all three of given, made and wanted, or none of them")
        names = ("given", "made", "wanted")
        first = _check.array("given", several[0])
        if first.ndim not in (3, 4):
            raise ValueError(
                f"given has shape {first.shape}: use (N, rows, columns) or (N, 1, rows, columns)"
            )
        count, shape = len(first), first.shape[-2:]
        self._several = [
            for_each(name, array, count, (shape, (1, *shape))).reshape(count, *shape)
            for name, array in zip(names, several, strict=True)
        ]
        super().__init__(
            count, picture, title="Reconstruction", subtitle="given, made, wanted", step=step,
            **view,
        )

    def _scene(self, picture):
        return scenes.reconstruction(*(array[picture] for array in self._several))


def _blurred():
    """Digits with noise, their local means, and the digits."""
    wanted = datasets.digits(size=32)[0][:8]
    given = wanted + np.random.default_rng(0).normal(0, 0.3, wanted.shape)
    padded = np.pad(given, ((0, 0), (1, 1), (1, 1)), mode="edge")
    moves = [padded[:, r : r + 32, c : c + 32] for r in range(3) for c in range(3)]
    return given, np.mean(moves, axis=0), wanted
