"""A convolution read out as a column: which tap leads from which input to which output."""

from dataclasses import dataclass

import numpy as np

from convviz.scenes import _check, _code
from convviz.scenes._sliding import Axis

#: Rows and columns of the largest matrix that can be read: an image of 6×6.
MOST_NUMBERS = 36
#: Rows and columns of the largest matrix that is shown as a picture: an image of 11×11.
MOST_PIXELS = _check.MOST_PIXELS


@dataclass(frozen=True, eq=False)
class Unrolled:
    """A convolution of one channel as a table.

    Attributes
    ----------
    image, kernel : ndarray (rows, columns)
    rows, columns : Axis
    taps : ndarray (outputs, inputs)
        The number, in reading order, of the tap that leads from an input to an output; −1 for none.
    """

    image: np.ndarray
    kernel: np.ndarray
    rows: Axis
    columns: Axis
    taps: np.ndarray

    @classmethod
    def of(cls, image, kernel, options):
        image, kernel = _check.numbers("image", image, 2), _check.numbers("kernel", kernel, 2)
        if image.size > MOST_PIXELS:
            raise ValueError(
                f"image has {image.size} numbers: a matrix is shown for at most "
                f"{MOST_PIXELS}; take a smaller image"
            )
        rows, columns = (
            Axis.of(n, k, **options) for n, k in zip(image.shape, kernel.shape, strict=True)
        )
        padded = rows.padded, columns.padded
        _check.showable("image with its padding", padded, "lower padding, or take a squarer image")
        if rows.output * columns.output > MOST_PIXELS:
            raise ValueError(
                f"an output of {rows.output}×{columns.output} makes a matrix of "
                f"{rows.output * columns.output} rows: at most {MOST_PIXELS} are shown; "
                "lower padding, or take a smaller image"
            )
        taps = np.full((rows.output, columns.output, *image.shape), -1)
        for r, c in np.ndindex(rows.output, columns.output):
            for a, i in enumerate(rows.taps(r)):
                for b, j in enumerate(columns.taps(c)):
                    i0, j0 = i - rows.before, j - columns.before
                    if 0 <= i0 < image.shape[0] and 0 <= j0 < image.shape[1]:
                        taps[r, c, i0, j0] = a * kernel.shape[1] + b
        return cls(image, kernel, rows, columns, taps.reshape(-1, image.size))

    @property
    def large(self):
        """Whether the matrix is too large for numbers."""
        return max(self.taps.shape) > MOST_NUMBERS

    @property
    def reads(self):
        """Whether an output (row) reads an input (column)."""
        return self.taps >= 0

    @property
    def output_shape(self):
        """Rows and columns of the output."""
        return self.rows.output, self.columns.output

    def shared(self):
        """The matrix in which every row holds the same filter."""
        return np.where(self.reads, self.kernel.ravel()[self.taps], 0)

    def tap(self, output, place):
        """The cell of the filter that leads from an input to an output."""
        return ("filter", *divmod(int(self.taps[output, place]), self.kernel.shape[1]))

    def cell(self, column, place):
        """The cell with a number of a column; where these are too long, that of its map.

        The columns are ``"x"`` and ``"z"`` forward, ``"back from z"`` and ``"x′"`` on the way back.
        """
        if not self.large:
            return (column.removeprefix("back from "), place, 0)
        if column == "x":
            return self.input_cell(place)
        wide = self.image.shape[1] if column == "x′" else self.columns.output
        return ("input" if column == "back from z" else "output", *divmod(place, wide))

    def input_cell(self, place):
        """The cell of the padded image that holds an input."""
        r, c = divmod(place, self.image.shape[1])
        return "input", r + self.rows.before, c + self.columns.before


def example_weights(layer):
    """Small numbers for a dense matrix; its first row begins where the shared one will stand."""
    # Another seed would do as well: small numbers of both signs.
    numbers = np.random.default_rng(7).integers(-3, 4, layer.reads.shape)
    first = np.where(layer.reads[0], layer.shared()[0], numbers[0])
    return np.concatenate([first[None], numbers[1:]])


def lines(layer, kind, options, outputs):
    """The lines that compute the kind from the arrays of its grids."""
    said = _code.options(**_code.unusual(**options))
    transposed = kind == "transposed"
    source = layer.output_shape if transposed else layer.image.shape
    given = [
        _code.array([name], (1, 1, *shape))
        for name, shape in (("input", source), ("filter", layer.kernel.shape))
    ]
    tensors = [f"torch.tensor({one})" for one in given]
    size = source[0] * source[1]
    column = _code.array(["z" if transposed else "x"], (size, 1))
    offset = "bias"
    if layer.large:
        column, offset = "np.reshape(input, (-1, 1))", "np.reshape(bias, (-1, 1))"
    column = f"{_code.array(['matrix'], (outputs, size))} @ {column}"
    if transposed:
        said += _left_over(layer)
        return (
            ("NumPy", column),
            ("convviz", f"ops.conv_transpose2d({', '.join(given)}{said})[0, 0]"),
            ("PyTorch", f"F.conv_transpose2d({', '.join(tensors)}{said})[0, 0]"),
        )
    if kind != "shared":
        return (("NumPy", f"{column} + {offset}"),)
    return (
        ("NumPy", f"{column} + bias"),
        ("convviz", f"ops.conv2d({', '.join(given)}{said})[0, 0] + bias"),
        ("PyTorch", f"F.conv2d({', '.join(tensors)}{said})[0, 0] + bias"),
    )


def _left_over(layer):
    """The rows and columns that no window reached, which a transposed convolution must be told."""
    extra = tuple(
        (axis.padded - axis.reach) % axis.stride for axis in (layer.rows, layer.columns)
    )
    return f", output_padding={extra}" if any(extra) else ""
