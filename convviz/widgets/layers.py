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


class Volume(_Layered):
    """Filters as deep as their input: products on every channel, one sum.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(C, H, W)``; a red cross on green, in three channels, when None.
    filters : array_like, optional
        Shape ``(K, C, kH, kW)``; two filters of 3×3×3 when None.
    bias : array_like, optional
        Shape ``(K,)``; none is shown when filters are given without.
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
        filters = scenes.EXAMPLE_FILTERS if filters is None else filters
        self._image = _check.numbers("image", image, 3)
        self._filters = _check.numbers("filters", filters, 4)
        self._bias = None if bias is None else _check.numbers("bias", np.atleast_1d(bias), 1)
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
        Shape ``(K,)``; none is shown when filters are given without.
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
        self, image=None, filters=None, bias=None, *, count=None, kernel=3, stride=1, padding=0,
        **view
    ):
        image = np.asarray(scenes.EXAMPLE_IMAGE if image is None else image)
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
        self._bias = None if bias is None else _check.numbers("bias", np.atleast_1d(bias), 1)
        sizes = [Range("kernel", 2, 4, kernel)] if filters is None else []
        controls = [
            Range("filters", 1, most, (4 if filters is None else most) if count is None else count),
            *sizes,
            Range.reaching("padding", 0, 1, padding),
            Range.reaching("stride", 1, 2, stride),
        ]
        super().__init__(title="FilterBank", controls=controls, **view)

    def _scene(self, filters, kernel=None, **options):
        bias = None if self._bias is None else self._bias[:filters]
        names = None if self._names is None else self._names[:filters]
        bank = self._banks[kernel][:filters]
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
        Shape ``(rows, columns)``, at most 24 numbers; small whole numbers when None.
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
        self._bias = bias
        controls = [Choice("kind", scenes.MATRIX_KINDS, kind)]
        for name, array, given in (("input", self._image, image), ("kernel", self._kernel, kernel)):
            size = len(array)
            if len(set(array.shape)) == 1 and size > 1:
                controls.append(Range(name, 1, size, size if given is not None else size - 1))
        controls.append(Range.reaching("padding", 0, 1, padding))
        controls.append(Range.reaching("stride", 1, 2, stride))
        super().__init__(title="MatrixView", controls=controls, **view)

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
