"""Pictures for the widgets: the built-in photograph and files of the reader's."""

import io

import numpy as np
from PIL import Image, UnidentifiedImageError

from convviz import datasets
from convviz.scenes import _check

SIDE = 96
MOST_BYTES = 20_000_000


def default_photograph():
    """A grey photograph, shape (96, 96), values 0…255."""
    return np.rint(datasets.photograph("china", size=(SIDE, SIDE)) * 255)


def as_levels(image):
    """An array on the scale 0…255; floating-point values up to 1 count as 0…1."""
    image = _check.numbers("image", image, 2)
    if image.dtype.kind == "f" and np.max(image) <= 1:
        return np.rint(image * 255)
    return image


def read_picture(name, content):
    """The reader's file as a grey array of at most 96 pixels each way.

    Parameters
    ----------
    name : str
        The file's name, for the messages.
    content : bytes

    Returns
    -------
    (ndarray, str)
        Values 0…255; and a sentence that says so where the picture was made smaller, else ``""``.

    Raises
    ------
    ValueError
        If the file is too large or no picture.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(
            f"{name} has {len(content) / 1e6:.0f} MB: files up to {MOST_BYTES / 1e6:.0f} MB are "
            "read; save a smaller copy"
        )
    try:
        with Image.open(io.BytesIO(content)) as picture:
            wide, high = picture.size
            picture.draft("L", (4 * SIDE, 4 * SIDE))
            grey = picture.convert("L")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
        raise ValueError(
            f"{name} could not be read as a picture: use a PNG, JPEG, GIF or WebP file"
        ) from error
    grey.thumbnail((SIDE, SIDE))
    levels = np.asarray(grey, dtype=float)
    rows, columns = levels.shape
    small = (wide, high) == (columns, rows)
    told = f"{name} has {wide}×{high} pixels: it was made smaller, to {columns}×{rows}"
    return levels, "" if small else f"{told}, so that every pixel can be seen."
