"""Drawn scenes: what is in the picture, where, and which pixels are it."""

from typing import NamedTuple

import numpy as np

from convviz.datasets._pixels import blurred_inside, check_sizes, grid

SHAPES = ("disc", "square", "triangle", "cross")


class Shapes(NamedTuple):
    """Pictures with one shape each.

    Attributes
    ----------
    images : array of float32 (N, size, size)
    labels : array of int64 (N,)
        Places in `SHAPES`.
    boxes : array of float32 (N, 4)
        First row, first column, last row, last column of what belongs to the shape, from 0 to 1
        along each side of the picture.
    masks : array of int64 (N, size, size)
        For every pixel 0, or 1 more than the label.
    """

    images: np.ndarray
    labels: np.ndarray
    boxes: np.ndarray
    masks: np.ndarray

    @property
    def corners(self):
        """The box's corners (N, 8): row and column of each, clockwise from the first."""
        top, left, bottom, right = self.boxes.T
        return np.stack([top, left, top, right, bottom, right, bottom, left], axis=1)


def shapes(count, size=32, *, seed=0, noise=0.1):
    """Discs, squares, triangles and crosses of any size, place and turn, on a noisy ground.

    Parameters
    ----------
    count, size : int
        How many pictures, and of how many rows and columns; 16 or more.
    seed : int
    noise : float
        Standard deviation of the noise that lies over each picture.

    Returns
    -------
    Shapes

    Examples
    --------
    >>> found = shapes(100)
    >>> found.images.shape, SHAPES[found.labels[0]], found.boxes.shape, found.corners.shape
    ((100, 32, 32), 'cross', (100, 4), (100, 8))
    """
    check_sizes(count, size)
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, len(SHAPES), count)
    radius = size * generator.uniform(0.14, 0.28, count)
    middles = generator.uniform(radius + 1, size - 2 - radius, (2, count))
    turns = generator.uniform(0, 2 * np.pi, count)
    ink, paper = generator.uniform(0.6, 1, count), generator.uniform(0, 0.3, count)
    rows, columns = grid(size)
    masks = np.zeros((count, size, size), np.int64)
    images, boxes = np.empty((count, size, size), np.float32), np.empty((count, 4), np.float32)
    for at in range(count):
        down, along = rows - middles[0, at], columns - middles[1, at]
        turned = _turned(down, along, turns[at])
        depth = radius[at] * _DEPTHS[labels[at]](*(part / radius[at] for part in turned))
        cover = blurred_inside(depth)
        images[at] = paper[at] + (ink[at] - paper[at]) * cover
        inside = cover > 0.5
        masks[at][inside] = labels[at] + 1
        boxes[at] = [edge / (size - 1) for edge in _edges(inside)]
    images += generator.normal(0, noise, images.shape).astype(np.float32)
    return Shapes(np.clip(images, 0, 1), labels, boxes, masks)


def _turned(down, along, angle):
    return (
        np.cos(angle) * down - np.sin(angle) * along,
        np.sin(angle) * down + np.cos(angle) * along,
    )


def _edges(inside):
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return rows[0], columns[0], rows[-1], columns[-1]


def _disc(down, along):
    return 1 - np.hypot(down, along)


def _square(down, along):
    return 0.8 - np.maximum(abs(down), abs(along))


def _triangle(down, along):
    # half a radius from the middle to each of three sides
    angles = np.array([0, 2, 4]) * np.pi / 3
    sides = [np.cos(angle) * down + np.sin(angle) * along for angle in angles]
    return 0.5 - np.max(sides, axis=0)


def _cross(down, along):
    bars = [np.minimum(0.3 - abs(one), 0.95 - abs(two)) for one, two in
            ((down, along), (along, down))]  # fmt: skip
    return np.maximum(*bars)


# how far inside a shape of radius 1 a place is; negative outside
_DEPTHS = (_disc, _square, _triangle, _cross)
