"""Other connections: in groups, split into two passes, with several sets of weights."""

import math

import numpy as np

from convviz import geometry, scenes
from convviz.scenes import _check
from convviz.scenes._layer import place_of
from convviz.scenes.grouped import example_channels, example_mixing, example_weights
from convviz.scenes.tiled import example_sets
from convviz.widgets._arrays import with_number
from convviz.widgets._controls import Choice, Range, Switch
from convviz.widgets._player import Player


class Grouped(Player):
    """Groups from 1 (ordinary) to the number of channels (depthwise), and 1×1 filters behind.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(C, H, W)``; four channels of 3×3 when None.
    weights : array_like, optional
        Shape ``(M, C, kH, kW)``, as for one group; as many filters as channels when None.
    groups : int, optional
        Where the choice starts: a divisor of C and M; 2, or the next one there is, when None.
    pointwise : bool or array_like
        Whether 1×1 filters mix the maps at first, or their weights, of shape ``(M2, M)``.
    **view
        ``step`` and ``predict``: see :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, or there are no such groups, with the remedy.

    Examples
    --------
    >>> Grouped()
    Grouped: 3×3×4, 4 filters 2×2, groups 2 → 2×2×4, 32 weights, 128 multiply-adds, 16 steps
    >>> Grouped(groups=4, pointwise=True).scene(groups="1", pointwise=False)
    Grouped: 3×3×4, 4 filters 2×2, groups 1 → 2×2×4, 64 weights, 256 multiply-adds, 16 steps
    """

    def __init__(self, image=None, weights=None, *, groups=None, pointwise=False, **view):
        image = example_channels() if image is None else image
        self._image = _check.numbers("image", image, 3)
        channels = len(self._image)
        weights = example_weights(channels) if weights is None else weights
        self._weights = _check.numbers("weights", weights, 4)
        maps = len(self._weights)
        mixes = not isinstance(pointwise, bool)
        self._mixing = (
            _check.numbers("pointwise", pointwise, 2) if mixes else example_mixing(maps)
        )
        common = math.gcd(channels, maps)
        divisors = tuple(str(n) for n in range(1, common + 1) if common % n == 0)
        first = divisors[min(1, len(divisors) - 1)] if groups is None else str(groups)
        controls = [
            Choice("groups", divisors, first), Switch("pointwise", mixes or pointwise)
        ]
        super().__init__(title="Grouped", controls=controls, **view)

    def _scene(self, groups, pointwise):
        mixing = self._mixing if pointwise else None
        return scenes.grouped(self._image, self._weights, int(groups), pointwise=mixing)

    def _edit(self, grid, row, column, value):
        if grid.name == "pointwise":
            self._mixing = with_number(self._mixing, (row, column), value)
        elif grid.name.startswith("filter"):
            if grid.kind(row, column) == "unused":
                raise ValueError(f"{grid.name} has no weight there: lower groups to connect it")
            channel, inner = divmod(column, self._weights.shape[3])
            place = (*place_of(grid.name, 1), channel, row, inner)
            self._weights = with_number(self._weights, place, value)
        else:
            place = (*place_of(grid.name, 1), *grid.index(row, column))
            self._image = with_number(self._image, place, value)


class Separable(Player):
    """A kernel split into a column and a row, and the two short passes that do its work.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(rows, columns)``, up to 24 each way as numbers, as images up to 128; the lectures'
        image with a border when None.
    kernel : str or array_like
        The name of one of ``scenes.SEPARABLE_KERNELS``, or weights of shape ``(rows, columns)``.
    **view
        ``step`` and ``predict``: see :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the kernel is not known, holds no finite numbers, or does not fit, with the remedy.

    Examples
    --------
    >>> Separable()
    Separable: 6×6 ∗ 3×3, rank 1, 6 products in place of 9, 40 steps
    """

    OWN = "own"
    _combinations = 1

    def __init__(self, image=None, kernel="Sobel", **view):
        known = scenes.SEPARABLE_KERNELS
        self._image = _check.numbers("image", _STROKES if image is None else image, 2)
        named = isinstance(kernel, str)
        if named and kernel not in known:
            raise ValueError(
                f"kernel={kernel!r} is not known: use one of {', '.join(known)}, "
                "or an array of weights"
            )
        self._own = _check.numbers("kernel", known[kernel] if named else kernel, 2)
        choice = Choice("kernel", (*known, self.OWN), kernel if named else self.OWN)
        super().__init__(title="Separable", controls=[choice], **view)

    def _weights(self, name):
        return self._own if name == self.OWN else scenes.SEPARABLE_KERNELS[name]

    def _scene(self, kernel):
        return scenes.separable(self._image, self._weights(kernel))

    def _edit(self, grid, row, column, value):
        if grid.name == "input":
            self._image = with_number(self._image, (row, column), value)
            return
        self._own = with_number(self._weights(self.setting["kernel"]), (row, column), value)
        self.setting = {"kernel": self.OWN}


class Tiled(Player):
    """Sets of weights used in turn: one is a convolution, one for each output is locally connected.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(rows, columns)``, up to 24 each way as numbers, as images up to 128; 5×5 ones, which
        any convolution answers everywhere alike, when None.
    sets : array_like, optional
        Shape ``(t_rows, t_columns, kH, kW)``; small numbers when None, for sets of 2×2.
    tiles : int, optional
        How many sets each way at first: 2, or all of your own. The slider leads to one for each
        output, or to 8; where a larger stride leaves fewer outputs, so many sets are shown.
    **view
        ``step`` and ``predict``: see :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the sets do not fit the image, with the remedy.

    Examples
    --------
    >>> Tiled()
    Tiled: 5×5 ∗ 2×2 sets of 2×2 → 4×4, 16 weights, 16 steps
    """

    def __init__(self, image=None, sets=None, *, tiles=None, stride=1, **view):
        image = np.ones((5, 5), int) if image is None else image
        self._image = _check.numbers("image", image, 2)
        self._sets = _check.numbers("sets", example_sets(8) if sets is None else sets, 4)
        if sets is None:
            most = min(8, max(self._outputs(1)))
            first = min(2, most)
        else:
            scenes.tiled(self._image, self._sets, stride=stride)  # its own must all find a place
            first = most = max(self._sets.shape[:2])
        controls = [
            Range("tiles", 1, most, first if tiles is None else tiles, label="tiles each way"),
            Range.reaching("stride", 1, 2, stride),
        ]
        super().__init__(title="Tiled", controls=controls, **view)

    def _outputs(self, stride):
        """Rows and columns of the output."""
        return [
            geometry.conv_output_size(size, side, stride=stride)
            for size, side in zip(self._image.shape, self._sets.shape[2:], strict=True)
        ]

    def _shown(self, tiles, stride):
        """As many of the sets as the slider says, and as there are outputs for."""
        rows, columns = (min(tiles, count) for count in self._outputs(stride))
        return self._sets[:rows, :columns]

    def _scene(self, tiles, stride):
        return scenes.tiled(self._image, self._shown(tiles, stride), stride=stride)

    def _edit(self, grid, row, column, value):
        if grid.name == "input":
            self._image = with_number(self._image, grid.index(row, column), value)
            return
        # The first set of the strip tells its row among the sets.
        _, width, _, side = self._shown(**self.setting).shape
        across, inner = divmod(column, side)
        place = (place_of(grid.name, 1)[0] // width, across, row, inner)
        self._sets = with_number(self._sets, place, value)


_STROKES = np.array(
    [[0, 0, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0], [0, 1, 0, 0, 1, 0],
     [0, 1, 0, 0, 1, 0], [0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]]
)
