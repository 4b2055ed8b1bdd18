"""A drawing of the reader's, brought to the form of the digits."""

import numpy as np

from convviz.datasets._bundled import _enlarged

_SIDE, _BLOCK = 8, 4  # of the digits; of the ink that is counted for one of their pixels


def as_digit(drawing, size=32):
    """Return a drawing as an image like those of `digits`.

    They were cut out, brought to one height, and their ink was counted in blocks of 4×4 (Alpaydin
    and Kaynak 1998). What was drawn small, large or in a corner comes out like theirs.

    Parameters
    ----------
    drawing : array (rows, columns)
        0 is paper, the largest number is ink.
    size : int
        Rows and columns of the image, 8 or more.

    Returns
    -------
    array of float32 (size, size)
        0 is paper, 1 is ink; all paper where nothing is drawn.

    Raises
    ------
    ValueError
        When the drawing has no rows and columns, or its numbers are below 0 or no numbers.

    Examples
    --------
    >>> line = np.zeros((20, 20))
    >>> line[4:14, 15:17] = 255
    >>> as_digit(line, 8)[[0, 4]].astype(float).tolist()
    [[0.0, 0.0, 0.0, 0.75, 0.75, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.75, 0.75, 0.0, 0.0, 0.0]]
    """
    ink = np.asarray(drawing, np.float32)
    if ink.ndim != 2 or not ink.size or not np.isfinite(ink).all() or ink.min() < 0:
        raise ValueError(
            "drawing must have rows and columns of numbers from 0, the paper, to the ink, "
            f"got shape {ink.shape}"
        )
    if isinstance(size, bool) or not isinstance(size, int) or size < _SIDE:
        raise ValueError(f"size must be a whole number, 8 or more, got {size!r}: try 32")
    if not ink.any():
        return np.zeros((size, size), np.float32)
    full = _fitted(ink / ink.max(), _SIDE * _BLOCK)
    counted = full.reshape(_SIDE, _BLOCK, _SIDE, _BLOCK).mean(axis=(1, 3))
    small = np.rint(16 * counted) / np.float32(16)
    return small if size == _SIDE else _enlarged(small[None], size)[0]


def _fitted(ink, side):
    """What is drawn, cut out and enlarged until it fills the height or the width of a square."""
    from PIL import Image  # not needed for the digits themselves

    inked = ink > 0.1
    rows, columns = (np.flatnonzero(inked.any(axis=axis)) for axis in (1, 0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = side / max(cut.shape)
    high, wide = (max(1, round(count * scale)) for count in cut.shape)
    resized = Image.fromarray(cut).resize((wide, high), Image.Resampling.BILINEAR)
    square = np.zeros((side, side), np.float32)
    top, left = (side - high) // 2, (side - wide) // 2
    square[top : top + high, left : left + wide] = np.clip(np.asarray(resized), 0, 1)
    return square
