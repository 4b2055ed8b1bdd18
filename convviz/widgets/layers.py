"""Whole layers: several channels, several filters, and the layer as a matrix."""

import numpy as np

from convviz import scenes
from convviz.scenes import _check
from convviz.scenes._layer import place_of
from convviz.widgets._arrays import with_number
from convviz.widgets._controls import Choice, Range
from convviz.widgets._player import Player


class _Layered(Player):
    """What the layers of several channels and filters share: arrays that the reader edits."""

    def _edit(self, grid, row, column, value):
        if grid.name.startswith("bias"):
            self._bias = with_number(self._bias, place_of(grid.name, 1), value)
        elif grid.role == "filter":
            place = (*place_of(grid.name, 2), row, column)
            self._filters = with_number(self._filters, place, value)
        else:
            place = (*place_of(grid.name, 1), *grid.index(row, column))
            self._image = with_number(self._image, place, value)


def _biases(bias, count):
    """Biases as an array; one number counts for every filter."""
    if bias is None:
        return None
    bias = _check.array("bias", bias)
    return _check.numbers("bias", np.full(count, bias) if bias.ndim == 0 else bias, 1)


class Volume(_Layered):
    """Filters as deep as their input: products on every channel, one sum.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(C, H, W)``; a red cross on green, in three channels, when None.
    filters : array_like, optional
        Shape ``(K, C, kH, kW)``; two filters of 3×3, as deep as the image, when None.
    bias : array_like, optional
        Shape ``(K,)``, or one number for all; none is shown when filters are given without.
    stride, padding : int
        Where the sliders start.
    **view
        ``step`` and ``predict``: see :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, with the remedy.

    Examples
    --------
    >>> Volume()
    Volume: 5×5×3 ∗ 2 filters 3×3×3 → 3×3×2, 18 steps
    """

    # A step has 27 products: few such scenes are sent unasked.
    _combinations = 4

    def __init__(self, image=None, filters=None, bias=None, *, stride=1, padding=0, **view):
        if filters is None and bias is None:
            bias = (1, 0)
        image = scenes.EXAMPLE_VOLUME if image is None else image
        self._image = _check.numbers("image", image, 3)
        if filters is None:
            filters = scenes.EXAMPLE_FILTERS[:, np.arange(len(self._image)) % 3]
        self._filters = _check.numbers("filters", filters, 4)
        self._bias = _biases(bias, len(self._filters))
        scenes.volume(self._image, self._filters, self._bias)
        controls = [
            Range("channels", 1, len(self._image), len(self._image)),
            Range("filters", 1, len(self._filters), len(self._filters)),
            Range.reaching("padding", 0, 1, padding),
            Range.reaching("stride", 1, 2, stride),
        ]
        super().__init__(title="Volume", controls=controls, **view)

    def _scene(self, channels, filters, **options):
        bias = None if self._bias is None else self._bias[:filters]
        return scenes.volume(
            self._image[:channels], self._filters[:filters, :channels], bias, **options
        )


class FilterBank(_Layered):
    """Several filters look at the same window, each for something else: one map a filter.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(H, W)`` or ``(C, H, W)``; the lectures' 5×5 image when None.
    filters : array_like, optional
        Shape ``(K, C, kH, kW)``; edges, a diagonal, isolated ones and so on when None, of any size.
    bias : array_like, optional
        Shape ``(K,)``, or one number for all; none is shown when filters are given without.
    count, kernel, stride, padding : int
        Where the sliders start; `kernel` counts for the filters that come with the widget.
    **view
        ``step`` and ``predict``: see :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, with the remedy.

    Examples
    --------
    >>> FilterBank()
    FilterBank: 5×5 ∗ 4 filters 3×3 → 3×3×4, 36 steps
    """

    _combinations = 8

    def __init__(
        self, image=None, filters=None, bias=None, *, count=None, kernel=None, stride=1, padding=0,
        **view
    ):
        image = _check.array("image", scenes.EXAMPLE_IMAGE if image is None else image)
        self._image = _check.numbers("image", image[None] if image.ndim == 2 else image, 3)
        if filters is None:
            most, self._names = len(scenes.FEATURES), scenes.FEATURES
            depth = (1, len(self._image), 1, 1)
            self._banks = {
                size: np.tile(scenes.example_filters(most, size), depth) for size in range(2, 5)
            }
            bias = (0, 0, -2, 2, -4, -2) if bias is None else bias
        else:
            given = _check.numbers("filters", filters, 4)
            most, self._names, self._banks = len(given), None, {None: given}
        self._bias = _biases(bias, most)
        sizes = []
        if filters is None:
            side = min(self._image.shape[1:])
            largest = max(2, min(4, side))
            sizes = [Range("kernel", 2, largest, min(3, largest) if kernel is None else kernel)]
        first = 4 if filters is None else most
        controls = [
            Range("count", 1, most, first if count is None else count, label="filters"),
            *sizes,
            Range.reaching("padding", 0, 1, padding),
            Range.reaching("stride", 1, 2, stride),
        ]
        super().__init__(title="FilterBank", controls=controls, **view)

    def _scene(self, count, kernel=None, **options):
        bias = None if self._bias is None else self._bias[:count]
        names = None if self._names is None else self._names[:count]
        bank = self._banks[kernel][:count]
        return scenes.filter_bank(self._image, bank, bias, names=names, **options)

    @property
    def _filters(self):
        return self._banks[self.setting.get("kernel")]

    @_filters.setter
    def _filters(self, bank):
        self._banks[self.setting.get("kernel")] = bank


class MatrixView(Player):
    """One layer as a matrix: dense, then sparse, then with shared weights; and turned round.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(rows, columns)``, at most 36 numbers, or 128 for a matrix that is shown as a
        picture; small whole numbers when None. A square one has a slider for its size, and so has
        a square kernel: all their settings fit each other.
    kernel : array_like, optional
        Shape ``(rows, columns)``; small whole numbers when None.
    bias : number or array_like
        One for all outputs, or one for each.
    kind : str
        ``"dense"``, ``"sparse"``, ``"shared"`` or ``"transposed"``: see :func:`scenes.matrix_view`.
    stride, padding : int
        Where the sliders start.
    **view
        ``step`` and ``predict``: see :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, with the remedy.

    Examples
    --------
    >>> MatrixView()
    MatrixView: shared, 4×9 matrix, 5 parameters, 4 steps
    >>> MatrixView(kind="dense")
    MatrixView: dense, 4×9 matrix, 40 parameters, 4 steps
    """

    _combinations = 16

    def __init__(
        self, image=None, kernel=None, bias=1, *, kind="shared", stride=1, padding=0, **view
    ):
        self._image = _check.numbers("image", _IMAGE if image is None else image, 2)
        self._kernel = _check.numbers("kernel", _KERNEL if kernel is None else kernel, 2)
        if kernel is None:
            side = min(self._image.shape)
            self._kernel = self._kernel[:side, :side]
        self._bias = bias
        controls = [
            Choice("kind", scenes.MATRIX_KINDS, kind),
            *self._sizes(image is not None, kernel is not None),
            Range.reaching("padding", 0, 1, padding),
            Range.reaching("stride", 1, 2, stride),
        ]
        super().__init__(title="MatrixView", controls=controls, **view)

    def _sizes(self, own_image, own_kernel):
        """Sliders for the sizes of square arrays, as far as they fit each other."""
        image, kernel = self._image.shape, self._kernel.shape
        largest, least = max(kernel), 2 if kernel[0] > 1 else 1
        sizes = []
        if image[0] == image[1] > largest:
            first = image[0] if own_image else max(3, largest)
            sizes.append(Range("input", max(largest, least), image[0], first))
        if kernel[0] == kernel[1] > least:
            sizes.append(Range("kernel", least, kernel[0], kernel[0] if own_kernel else least))
        return sizes

    def _scene(self, kind, input=None, kernel=None, **options):
        image, weights = self._image[:input, :input], self._kernel[:kernel, :kernel]
        return scenes.matrix_view(image, weights, self._bias, kind=kind, **options)

    def _edit(self, grid, row, column, value):
        if grid.name == "input":
            self._image = with_number(self._image, grid.index(row, column), value)
        else:
            self._kernel = with_number(self._kernel, (row, column), value)


# What the size sliders open the view on: the corner of 3×3 and of 2×2 first.
_IMAGE = np.array([[1, 0, 2, 1], [3, 1, 0, 2], [0, 2, 1, 1], [2, 1, 3, 0]])
_KERNEL = np.array([[1, -1, 2], [3, 2, -2], [-1, 1, -3]])
