"""A small kernel on a whole picture: blur, sharpen, edges."""

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convviz.scenes import _check, _code
from convviz.scenes._text import number, shape_text, signed_factor
from convviz.scenes.scene import Grid, Question, Scene, Stencil

#: The kernels of image processing that every course shows.
KERNELS = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "box blur": [[1 / 9] * 3] * 3,
    "Gaussian blur": [[1 / 16, 2 / 16, 1 / 16], [2 / 16, 4 / 16, 2 / 16], [1 / 16, 2 / 16, 1 / 16]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "edge detect": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "outline": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "Sobel x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "Sobel y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
}


def image_kernels(image, kernel):
    """The scene of a kernel on a photograph: on its brightness, or on red, green and blue alike.

    The result has the picture's size; at the border the edge pixels are repeated outwards.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, or ``(3, rows, columns)`` for a picture in colour, values on the
        scale 0 (black) to 255 (white), at most 128 each way.
    kernel : array_like
        Shape ``(rows, columns)``, at most 7 each way.

    Returns
    -------
    Scene
        A scene with a :class:`~convviz.scenes.Stencil` and no steps: it answers to the pointer.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = image_kernels(np.full((8, 8), 100.0), KERNELS["edge detect"])
    >>> float(scene.grid("result").values.max())
    0.0
    """
    image, kernel = _checked(image, kernel)
    sides = [((size - 1) // 2, size // 2) for size in kernel.shape]
    # By NumPy, which is ready at once: the engine would compile before the first picture shows.
    around = [(0, 0)] * (image.ndim - 2) + sides
    windows = sliding_window_view(np.pad(image, around, mode="edge"), kernel.shape, axis=(-2, -1))
    values = np.einsum("...rcij,ij->...rc", windows, kernel)
    coloured = image.ndim == 3
    low, high = number(np.rint(values.min())), number(np.rint(values.max()))
    size = shape_text(image.shape[-2:])
    note = f"{size}, each pixel (red, green, blue)" if coloured else size
    grids = (
        _picture("image", "input", image, note=note, limits=(0.0, 255.0)),
        Grid("kernel", "filter", kernel, editable=True, note=f"sum {number(kernel.sum())}"),
        _picture("result", "output", values, **_shown(kernel, f"{low} to {high}", coloured)),
    )
    rows, columns = map(_places, image.shape[-2:], kernel.shape, sides)
    stencil = Stencil("image", "kernel", "result", rows, columns)
    colours = " in colour" if coloured else ""
    summary = f"{size}{colours} ∗ {shape_text(kernel.shape)} → {low} to {high}"
    return Scene(
        "ImageKernels", summary, grids, ("∗", "="), stencil=stencil,
        code=_code.with_axes(
            _code_of(sides, coloured), kernel=kernel.shape,
            **({} if coloured else {"image": image.shape}),
        ), question=_question(kernel),
    )


def _shown(kernel, note, coloured):
    """How the result is painted, and what is said of it."""
    # Weights that add up to nothing (or less) make no brightness: what counts is the sign.
    if kernel.sum() >= 1e-9:
        return {"note": f"{note}, shown from 0 to 255", "limits": (0.0, 255.0)}
    if coloured:
        return {"note": f"{note}, 0 is grey", "limits": (-255.0, 255.0)}
    return {"note": f"{note}, 0 is white", "shade": "signed"}


def _picture(name, role, values, shade="gray", **look):
    """A grey picture, or one in colour where there are three planes."""
    planes = None if values.ndim == 2 else values
    mean = values if planes is None else values.mean(axis=0)
    return Grid(name, role, mean, display="image", shade=shade, planes=planes, **look)


def _question(kernel):
    """What the kernel makes of a flat area."""
    total = float(kernel.sum())
    reason = (
        f"Every product is 100 times a weight, and the weights add up to {number(total)}: "
        f"100·{signed_factor(total)} = {number(100 * total)}."
    )
    text = "A part of the image has the brightness 100 everywhere: which number does the kernel make of it?"
    return Question(text, "number", 100 * total, reason, tolerance=0.5)


def _code_of(sides, coloured):
    """Code for the result; of a picture in colour each channel is an image of one channel."""
    (top, bottom), (left, right) = sides
    same = _code.options(padding="same", padding_mode="replicate")
    single, first = ("[:, None]", "[:, 0]") if coloured else ("[None, None]", "[0, 0]")
    padded = f'F.pad(torch.tensor(image){single}, {(left, right, top, bottom)}, mode="replicate")'
    return (
        ("convviz", f"ops.conv2d(image{single}, kernel[None, None]{same}){first}"),
        ("PyTorch", f"F.conv2d({padded}, torch.tensor(kernel)[None, None]){first}"),
    )


def _checked(image, kernel):
    """Both arrays as float64, if they can be shown."""
    image = picture("image", image).astype(np.float64)
    kernel = _check.numbers("kernel", kernel, 2).astype(np.float64)
    if max(image.shape[-2:]) > _check.MOST_PIXELS:
        raise ValueError(
            f"image has shape {image.shape}: at most {_check.MOST_PIXELS}×{_check.MOST_PIXELS} pixels are shown; "
            "pass a smaller one, such as image[..., ::2, ::2]"
        )
    if max(kernel.shape) > 7:
        raise ValueError(
            f"kernel has shape {kernel.shape}: at most 7×7 weights are shown; cut its border off"
        )
    for name, array in (("image", image), ("kernel", kernel)):
        if not np.isfinite(array).all():
            *_, row, column = place = tuple(np.argwhere(~np.isfinite(array))[0])
            raise ValueError(
                f"{name} holds {array[place]} at row {row}, column {column}: a picture needs "
                "finite numbers; replace it, for instance by numpy.nan_to_num"
            )
    return image, kernel


def picture(name, image):
    """A picture as an array, checked: two axes, or three with red, green and blue first.

    Raises
    ------
    TypeError, ValueError
        If it is none, with the remedy.
    """
    if np.ndim(image) != 3:
        return _check.numbers(name, image, 2)
    image = _check.numbers(name, image, 3)
    if len(image) != 3:
        last = image.shape[-1] == 3
        remedy = "numpy.moveaxis(image, -1, 0)" if last else "image[0] for one channel"
        raise ValueError(
            f"{name} has shape {image.shape}: a picture in colour needs (3, rows, columns); use {remedy}"
        )
    return image


@lru_cache(maxsize=64)
def _places(size, taps, sides):
    """For every pixel of the result, the pixels it reads along one axis: none beyond the edge."""
    before, _ = sides
    return tuple(
        tuple(min(max(place - before + tap, 0), size - 1) for tap in range(taps))
        for place in range(size)
    )
