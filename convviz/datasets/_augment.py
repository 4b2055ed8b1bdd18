"""More pictures from the same: turned, moved, scaled, mirrored, sheared, stretched, cropped."""

import math
from typing import NamedTuple

import numpy as np


class Change(NamedTuple):
    """What is done to one picture.

    Attributes
    ----------
    angle : float
        By how much it is turned, in degrees, anticlockwise.
    rows, columns : float
        How far it is moved down and to the right, in pixels.
    scale : float
        How many times as large it becomes.
    flip : bool
        Whether left and right are exchanged.
    shear : float
        By how much upright lines lean to the left, in degrees.
    stretch : float
        How many times as wide it becomes; its height is divided by the same number.
    """

    angle: float = 0.0
    rows: float = 0.0
    columns: float = 0.0
    scale: float = 1.0
    flip: bool = False
    shear: float = 0.0
    stretch: float = 1.0

    def matrix(self):
        """Where a pixel goes, seen from the middle: a 2×2 matrix for (row, column).

        >>> Change(angle=90).matrix().round(9) + 0.0
        array([[ 0., -1.],
               [ 1.,  0.]])
        """
        turn = math.radians(self.angle)
        mirrored = np.diag([1.0, -1.0 if self.flip else 1.0])
        stretched = np.diag([1 / self.stretch, self.stretch])
        leaning = np.array([[1.0, 0.0], [math.tan(math.radians(self.shear)), 1.0]])
        turned = np.array(
            [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
        )
        return self.scale * turned @ leaning @ stretched @ mirrored

    def apply(self, images):
        """Return the pictures changed, between pixels by straight lines, with 0 from outside.

        Parameters
        ----------
        images : array (..., rows, columns) of float32 or float64

        Returns
        -------
        array
            New, in the shape and dtype of `images`.

        Examples
        --------
        >>> Change(columns=1).apply(np.array([[1.0, 2, 3]]))
        array([[0., 1., 2.]])
        """
        images = np.asarray(images)
        if images.ndim < 2 or images.dtype not in (np.float32, np.float64):
            raise ValueError(
                f"images must be float32 or float64 and have rows and columns, got {images.dtype} "
                f"of shape {images.shape}: use images.astype(np.float32)"
            )
        shape = images.shape[-2:]
        middle = (np.array(shape) - 1) / 2
        places = np.indices(shape).reshape(2, -1) - (middle + [self.rows, self.columns])[:, None]
        # where each pixel of the result comes from; what is right but for rounding is right
        sources = np.round(np.linalg.inv(self.matrix()) @ places + middle[:, None], 9)
        return _between(images, sources).reshape(images.shape)


def _between(images, sources):
    """The numbers at places between pixels, arrays (..., places)."""
    rows, columns = images.shape[-2:]
    padded = np.pad(images, [(0, 0)] * (images.ndim - 2) + [(1, 1), (1, 1)])
    # places beyond the rim of zeros are all alike
    sources = np.clip(sources + 1, 0, [[rows + 1], [columns + 1]])
    first = np.minimum(sources.astype(int), [[rows], [columns]])
    share = (sources - first).astype(images.dtype)
    (r, c), (down, right) = first, share
    above = padded[..., r, c] * (1 - right) + padded[..., r, c + 1] * right
    below = padded[..., r + 1, c] * (1 - right) + padded[..., r + 1, c + 1] * right
    return above * (1 - down) + below * down


class Augment:
    """Draws a change for each picture of a batch: what `nn.fit` takes as `augment`.

    The defaults are those for plankton under a microscope (Dieleman and others 2015), where no
    side is up.

    Parameters
    ----------
    angle : float
        Turned by 0 up to so many degrees, either way round where it is below 360.
    shift : float
        Moved by up to so many pixels each way, along rows and along columns.
    scale, stretch : float
        Up to so many times as large, or as small, evenly on a logarithmic scale; 1 changes nothing.
    flip : bool
        Whether every other picture, on average, is mirrored.
    shear : float
        Leaning by up to so many degrees either way.

    Raises
    ------
    ValueError
        When a number is out of range.

    Examples
    --------
    >>> augment = Augment(angle=15, shift=2, scale=1.1, flip=False, shear=0, stretch=1)
    >>> images = np.zeros((4, 1, 32, 32), np.float32)
    >>> augment(images, np.random.default_rng(0)).shape
    (4, 1, 32, 32)
    >>> augment.draw(np.random.default_rng(0))._replace(rows=0, columns=0)
    Change(angle=4.1..., rows=0, columns=0, scale=0.91..., flip=False, shear=0.0, stretch=1.0)
    """

    def __init__(self, angle=360, shift=10, scale=1.6, flip=True, shear=20, stretch=1.3):
        limits = {
            "angle": (angle, 0, 360), "shift": (shift, 0, math.inf), "scale": (scale, 1, math.inf),
            "shear": (shear, 0, 89), "stretch": (stretch, 1, math.inf),
        }
        for name, (value, low, high) in limits.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not (
                low <= value <= high and math.isfinite(value)
            ):
                most = f" to {high}" if math.isfinite(high) else " on"
                raise ValueError(f"{name} must be a number from {low}{most}, got {value!r}")
        self.angle, self.shift, self.scale, self.flip = angle, shift, scale, bool(flip)
        self.shear, self.stretch = shear, stretch

    def draw(self, generator):
        """Draw a `Change`: always seven numbers, whatever is switched off."""
        turn, rows, columns, large, mirror, lean, wide = generator.random(7).tolist()
        angle = self.angle * (turn if self.angle == 360 else 2 * turn - 1)
        return Change(
            angle, self.shift * (2 * rows - 1), self.shift * (2 * columns - 1),
            self.scale ** (2 * large - 1), bool(self.flip and mirror < 0.5),
            self.shear * (2 * lean - 1), self.stretch ** (2 * wide - 1),
        )

    def __call__(self, images, generator):
        """Change each of the pictures (N, ..., rows, columns) in a way of its own."""
        return np.stack([self.draw(generator).apply(image) for image in images])


def ten_crops(images, size):
    """Cut out the four corners and the middle, each of them as it is and mirrored.

    A network's answers on the ten are averaged (Krizhevsky, Sutskever and Hinton 2012).

    Parameters
    ----------
    images : array (..., rows, columns)
    size : int
        Rows and columns of the patches.

    Returns
    -------
    array (10, ..., size, size)
        Top left, top right, bottom left, bottom right, middle; then the same mirrored.

    Raises
    ------
    ValueError
        When a patch does not fit.

    Examples
    --------
    >>> patches = ten_crops(np.arange(9.0).reshape(3, 3), 2)
    >>> patches.shape, patches[:5, 0, 0], patches[5, 0]
    ((10, 2, 2), array([0., 1., 3., 4., 0.]), array([1., 0.]))
    """
    images = np.asarray(images)
    rows, columns = images.shape[-2:] if images.ndim > 1 else (0, 0)
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= min(rows, columns):
        raise ValueError(
            f"size={size!r} does not fit images of shape {images.shape}: use a whole number from 1 "
            f"to {min(rows, columns)}"
        )
    down, right = rows - size, columns - size
    corners = [(0, 0), (0, right), (down, 0), (down, right), (down // 2, right // 2)]
    patches = np.stack([images[..., r : r + size, c : c + size] for r, c in corners])
    return np.concatenate([patches, patches[..., ::-1]])
