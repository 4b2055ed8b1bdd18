"""Painting by distances: what is half a pixel inside is full, half a pixel outside is empty."""

import numpy as np


def check_sizes(count, size):
    """Refuse a number of pictures, or of their rows, that makes none."""
    for name, value, least in (("count", count, 1), ("size", size, 16)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(f"{name} must be a whole number, {least} or more, got {value!r}")


def grid(size):
    """Rows and columns of all pixels of a square."""
    return np.meshgrid(np.arange(size), np.arange(size), indexing="ij")


def blurred_inside(depth):
    """How much of a pixel is covered, by how many pixels its middle is inside."""
    return np.clip(depth + 0.5, 0, 1)


def segment_distance(rows, columns, start, end):
    """The distance of each pixel to the line from `start` to `end`, pairs (row, column)."""
    way = end - start
    length = max(float(way @ way), 1e-12)
    share = np.clip(((rows - start[0]) * way[0] + (columns - start[1]) * way[1]) / length, 0, 1)
    return np.hypot(rows - start[0] - share * way[0], columns - start[1] - share * way[1])
