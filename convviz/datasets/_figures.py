"""Stick figures: a pose to be found."""

from typing import NamedTuple

import numpy as np

from convviz.datasets._pixels import blurred_inside, check_sizes, grid, segment_distance

JOINTS = (
    "head", "neck", "hip", "left elbow", "left hand", "right elbow", "right hand",
    "left knee", "left foot", "right knee", "right foot",
)  # fmt: skip

# bones as pairs of joints: where they begin, where they end; lengths as shares of the figure
_BONES = {
    (1, 0): 0.18, (2, 1): 0.32, (1, 3): 0.18, (3, 4): 0.18, (1, 5): 0.18, (5, 6): 0.18,
    (2, 7): 0.22, (7, 8): 0.22, (2, 9): 0.22, (9, 10): 0.22,
}  # fmt: skip
# the direction of each bone, in degrees from straight down towards the right, and how far it
# may differ
_DIRECTIONS = {
    (1, 0): (180, 15), (2, 1): (180, 12), (1, 3): (-60, 55), (3, 4): (-60, 80),
    (1, 5): (60, 55), (5, 6): (60, 80), (2, 7): (-20, 18), (7, 8): (-12, 25),
    (2, 9): (20, 18), (9, 10): (12, 25),
}  # fmt: skip


#: The pairs of `JOINTS`, by number, that a bone joins.
BONES = tuple(_BONES)


class StickFigures(NamedTuple):
    """Pictures with one figure each.

    Attributes
    ----------
    images : array of float32 (N, size, size)
    joints : array of float32 (N, 11, 2)
        Row and column of each of `JOINTS`, from 0 to 1 along each side of the picture.
    """

    images: np.ndarray
    joints: np.ndarray


def stick_figures(count, size=32, *, seed=0, noise=0.05):
    """Figures of lines in any pose, on a noisy ground.

    Parameters
    ----------
    count, size : int
        How many pictures, and of how many rows and columns; 16 or more.
    seed : int
    noise : float
        Standard deviation of the noise.

    Returns
    -------
    StickFigures

    Examples
    --------
    >>> found = stick_figures(5)
    >>> found.images.shape, found.joints.shape, JOINTS[4]
    ((5, 32, 32), (5, 11, 2), 'left hand')
    """
    check_sizes(count, size)
    generator = np.random.default_rng(seed)
    rows, columns = grid(size)
    images, joints = np.empty((count, size, size), np.float32), np.empty((count, 11, 2))
    for at in range(count):
        joints[at] = _pose(generator, size)
        depth = np.full((size, size), -np.inf)
        for start, end in _BONES:
            away = segment_distance(rows, columns, joints[at, start], joints[at, end])
            depth = np.maximum(depth, size / 40 - away)
        head = np.hypot(rows - joints[at, 0, 0], columns - joints[at, 0, 1])
        images[at] = blurred_inside(np.maximum(depth, size / 14 - head))
    images += generator.normal(0, noise, images.shape).astype(np.float32)
    return StickFigures(np.clip(images, 0, 1), (joints / (size - 1)).astype(np.float32))


def _pose(generator, size):
    """Joints (11, 2) in pixels, moved so that all of the figure is in the picture."""
    tall = size * generator.uniform(0.7, 0.95)
    joints = np.zeros((11, 2))
    for bone in ((2, 1), *(bone for bone in _BONES if bone != (2, 1))):
        start, end = bone
        towards, give = _DIRECTIONS[bone]
        angle = np.deg2rad(towards + give * generator.uniform(-1, 1))
        joints[end] = joints[start] + tall * _BONES[bone] * np.array([np.cos(angle), np.sin(angle)])
    low, high = joints.min(axis=0), joints.max(axis=0)
    edge = size / 12
    room = size - 1 - 2 * edge
    shrink = min(1.0, *(room / np.maximum(high - low, 1e-9)))
    joints, low, high = joints * shrink, low * shrink, high * shrink
    free = np.maximum(room - (high - low), 0)
    return joints - low + edge + free * generator.uniform(0, 1, 2)
