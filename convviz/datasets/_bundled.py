"""Digits and photographs that come with scikit-learn.

The files are read from where it is installed, without importing it, which alone would take over a
second.
"""

import operator
from importlib.util import find_spec
from pathlib import Path

import numpy as np

PHOTOGRAPHS = ("china", "flower")


def digits(size=8):
    """Handwritten digits of 8×8 pixels, by 13 people.

    Parameters
    ----------
    size : int
        Rows and columns, 8 or more: larger ones are interpolated between the 8×8 pixels.

    Returns
    -------
    images : array of float32 (1797, size, size)
        0 is paper, 1 is ink.
    labels : array of int64 (1797,)
        0 to 9.

    Raises
    ------
    ValueError
        When `size` is below 8.
    FileNotFoundError
        When scikit-learn, whose file this is, is not installed as expected.

    Notes
    -----
    The test set of *Optical Recognition of Handwritten Digits* (Alpaydin and Kaynak, 1998) in the
    UCI Machine Learning Repository; each pixel counts the ink in a block of 4×4.

    Examples
    --------
    >>> images, labels = digits()
    >>> images.shape, labels[:5]
    ((1797, 8, 8), array([0, 1, 2, 3, 4]))
    >>> digits(size=32)[0].shape
    (1797, 32, 32)
    """
    if isinstance(size, bool) or not isinstance(size, int) or size < 8:
        raise ValueError(f"size must be a whole number, 8 or more, got {size!r}: try 32")
    table = np.loadtxt(_bundled("data/digits.csv.gz"), delimiter=",", dtype=np.float32)
    # the pixels count ink on a scale of 0 to 16
    images = table[:, :-1].reshape(-1, 8, 8) / np.float32(16)
    labels = table[:, -1].astype(np.int64)
    return (images if size == 8 else _enlarged(images, size)), labels


def _enlarged(images, size):
    """Squares drawn larger, by lines between the middles of pixels; as it is beyond the outer ones.

    For 16, 32 and 64 all products and sums are exact: the same numbers on every machine.
    """
    count = images.shape[-1]
    middles = np.clip((np.arange(size) + 0.5) * count / size - 0.5, 0, count - 1)
    before = np.minimum(middles.astype(int), count - 2)
    share = (middles - before).astype(np.float32)
    weights = np.zeros((size, count), np.float32)
    weights[np.arange(size), before] = 1 - share
    weights[np.arange(size), before + 1] += share
    return weights @ images @ weights.T


def photograph(name="china", *, size=None, gray=True):
    """A photograph: ``"china"``, a temple with straight edges, or ``"flower"``, a dahlia.

    Parameters
    ----------
    name : {"china", "flower"}
    size : pair of int (rows, columns), optional
        The middle of the photograph is cut to this shape and scaled; 427×640 when it is None.
    gray : bool
        One plane of brightness (ITU-R BT.601) instead of red, green and blue.

    Returns
    -------
    array of float32
        (rows, columns) when `gray`, otherwise (3, rows, columns): channels first, as everywhere
        in convviz.

    Raises
    ------
    ValueError
        When there is no photograph of that name, or `size` is no pair of positive integers.
    TypeError
        When `size` holds something else than integers.
    FileNotFoundError
        When scikit-learn, whose files these are, is not installed as expected.

    Notes
    -----
    Both CC BY 2.0, on Flickr: "china" by danielbuechele, "flower" by vultilion.

    Examples
    --------
    >>> photograph("china", size=(60, 80)).shape
    (60, 80)
    >>> photograph("flower", size=(60, 80), gray=False).shape
    (3, 60, 80)
    """
    if name not in PHOTOGRAPHS:
        known = ", ".join(f'"{known}"' for known in PHOTOGRAPHS)
        raise ValueError(f"there is no photograph {name!r}: use one of {known}")
    shape = None if size is None else _size(size)
    from PIL import Image, ImageOps  # not needed for the digits

    with Image.open(_bundled(f"images/{name}.jpg")) as image:
        image = image.convert("L" if gray else "RGB")
        if shape is not None:
            image = ImageOps.fit(image, shape[::-1], method=Image.Resampling.LANCZOS)
        pixels = np.asarray(image, dtype=np.float32) / np.float32(255)
    return pixels if gray else np.ascontiguousarray(np.moveaxis(pixels, 2, 0))


def _size(size):
    try:
        rows, columns = size
    except (TypeError, ValueError):
        raise ValueError(
            f"size must be a pair (rows, columns), got {size!r}: write (60, 80)"
        ) from None
    shape = []
    for side in (rows, columns):
        try:
            side = operator.index(side)
        except TypeError:
            raise TypeError(f"size must hold integers, got {size!r}: write (60, 80)") from None
        if side < 1:
            raise ValueError(f"size must be at least 1 each way, got {size!r}: write (60, 80)")
        shape.append(side)
    return tuple(shape)


def _bundled(name):
    package = find_spec("sklearn")
    folders = package.submodule_search_locations if package else []
    for folder in folders:
        path = Path(folder, "datasets", name)
        if path.is_file():
            return path
    raise FileNotFoundError(
        f"{name} is read from scikit-learn, which is missing or has no such file: "
        'run pip install "scikit-learn>=1.5"'
    )
