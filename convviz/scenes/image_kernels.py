"""A small kernel on a whole picture: blur, sharpen, edges."""

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
    """The scene of a kernel on a grey photograph.

    The result has the picture's size; at the border the edge pixels are repeated outwards.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, values on the scale 0 (black) to 255 (white), at most 128 each way.
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
    windows = sliding_window_view(np.pad(image, sides, mode="edge"), kernel.shape)
    values = np.einsum("rcij,ij->rc", windows, kernel)
    # Weights that add up to nothing (or less) make no brightness: what counts is the sign.
    signed = kernel.sum() < 1e-9
    limits = None if signed else (0.0, 255.0)
    low, high = number(np.rint(values.min())), number(np.rint(values.max()))
    note = f"{low} to {high}, " + ("0 is white" if signed else "shown from 0 to 255")
    grids = (
        Grid("image", "input", image, display="image", shade="gray", limits=(0.0, 255.0)),
        Grid("kernel", "filter", kernel, editable=True, note=f"sum {number(kernel.sum())}"),
        Grid(
            "result", "output", values, display="image", note=note, limits=limits,
            shade="signed" if signed else "gray",
        ),
    )
    rows, columns = map(_places, image.shape, kernel.shape, sides)
    stencil = Stencil("image", "kernel", "result", rows, columns)
    summary = f"{shape_text(image.shape)} ∗ {shape_text(kernel.shape)} → {low} to {high}"
    return Scene(
        "ImageKernels", summary, grids, ("∗", "="), stencil=stencil, code=_code_of(sides),
        question=_question(kernel),
    )


def _question(kernel):
    """What the kernel makes of a flat area."""
    total = float(kernel.sum())
    reason = (
        f"Every product is 100 times a weight, and the weights add up to {number(total)}: "
        f"100·{signed_factor(total)} = {number(100 * total)}."
    )
    text = "A part of the image has the brightness 100 everywhere: which number does the kernel make of it?"
    return Question(text, "number", 100 * total, reason, tolerance=0.5)


def _code_of(sides):
    """Code for the result."""
    (top, bottom), (left, right) = sides
    same = _code.options(padding="same", padding_mode="replicate")
    padded = f'F.pad(torch.tensor(image)[None, None], {(left, right, top, bottom)}, mode="replicate")'
    return (
        ("convviz", f"ops.conv2d(image[None, None], kernel[None, None]{same})[0, 0]"),
        ("PyTorch", f"F.conv2d({padded}, torch.tensor(kernel)[None, None])[0, 0]"),
    )


def _checked(image, kernel):
    """Both arrays as float64, if they can be shown."""
    image = _check.numbers("image", image, 2).astype(np.float64)
    kernel = _check.numbers("kernel", kernel, 2).astype(np.float64)
    if max(image.shape) > _check.MOST_PIXELS:
        raise ValueError(
            f"image has shape {image.shape}: at most {_check.MOST_PIXELS}×{_check.MOST_PIXELS} pixels are shown; "
            "pass a smaller one, such as image[::2, ::2]"
        )
    if max(kernel.shape) > 7:
        raise ValueError(
            f"kernel has shape {kernel.shape}: at most 7×7 weights are shown; cut its border off"
        )
    for name, array in (("image", image), ("kernel", kernel)):
        if not np.isfinite(array).all():
            row, column = np.argwhere(~np.isfinite(array))[0]
            raise ValueError(
                f"{name} holds {array[row, column]} at row {row}, column {column}: a picture needs "
                "finite numbers; replace it, for instance by numpy.nan_to_num"
            )
    return image, kernel


def _places(size, taps, sides):
    """For every pixel of the result, the pixels it reads along one axis: none beyond the edge."""
    before, _ = sides
    return tuple(
        tuple(min(max(place - before + tap, 0), size - 1) for tap in range(taps))
        for place in range(size)
    )
