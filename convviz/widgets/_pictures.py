"""Pictures for the widgets: the built-in photograph and files of the reader's."""

import io
import warnings

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from convviz import datasets
from convviz.scenes.image_kernels import picture

SIDE = 96
MOST_BYTES = 20_000_000
#: The orientations of EXIF in which rows are stored as columns: a telephone held upright.
_LYING = (5, 6, 7, 8)


def default_photograph(gray=True):
    """A photograph, shape (96, 96), in colour (3, 96, 96); values 0…255."""
    return np.rint(datasets.photograph("china", size=(SIDE, SIDE), gray=gray) * 255)


def brightness(picture):
    """Red, green and blue as one plane (ITU-R BT.601)."""
    return np.rint(np.tensordot((0.299, 0.587, 0.114), picture, 1))


def as_levels(image):
    """A picture on the scale 0…255; floating-point values up to 1 count as 0…1."""
    image = picture("image", image)
    if image.dtype.kind == "f" and np.max(image) <= 1:
        return np.rint(image * 255)
    return image


def read_picture(name, content, gray=True):
    """The reader's file as an array of at most 96 pixels each way.

    Parameters
    ----------
    name : str
        The file's name, for the messages.
    content : bytes
    gray : bool
        Whether to read the brightness alone; otherwise red, green and blue, (3, rows, columns).

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
    mode = "L" if gray else "RGB"
    try:
        # Up to twice the limit Pillow only warns; the picture is made smaller at once.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as file:
                sides = file.size
                turned = file.getexif().get(ExifTags.Base.Orientation, 1) in _LYING
                wide, high = sides[::-1] if turned else sides
                file.draft(mode, (4 * SIDE, 4 * SIDE))
                ImageOps.exif_transpose(file, in_place=True)
                read = _on_white(file).convert(mode)
    except Image.DecompressionBombError as error:
        raise ValueError(
            f"{name} has too many pixels: up to {2 * Image.MAX_IMAGE_PIXELS / 1e6:.0f} million are "
            "read; save a smaller copy"
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValueError(
            f"{name} could not be read as a picture: use a PNG, JPEG, GIF or WebP file"
        ) from error
    read.thumbnail((SIDE, SIDE))
    levels = np.asarray(read, dtype=float)
    rows, columns = levels.shape[:2]
    small = (wide, high) == (columns, rows)
    told = f"{name} has {wide}×{high} pixels: it was made smaller, to {columns}×{rows}"
    return levels if gray else np.moveaxis(levels, 2, 0), "" if small else f"{told}, so that every pixel can be seen."


def _on_white(file):
    """A picture as it looks on white paper, with 8 bits a channel."""
    if file.mode[0] in "IF":
        return _eight_bits(file)
    if not file.has_transparency_data:
        return file
    # Small first: what lies under a transparent pixel is no part of the picture.
    clear = file.convert("RGBA")
    clear.thumbnail((4 * SIDE, 4 * SIDE))
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")


def _eight_bits(file):
    """One channel of 16 or 32 bits, or of fractions from 0 to 1, in 256 levels."""
    values = np.nan_to_num(np.asarray(file, dtype=float)).clip(0)
    top = 1 if file.mode == "F" else 2**16 - 1
    return Image.fromarray(np.rint(values * (255 / max(top, values.max()))).astype(np.uint8))
