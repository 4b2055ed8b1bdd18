"""Sizes, padding, stride and dilation: where a filter can stand, and what it reads."""

import numpy as np

from convviz import geometry, scenes
from convviz.scenes import _check
from convviz.widgets._controls import Choice, Range, Switch
from convviz.widgets._player import Player


class Arithmetic(Player):
    """The window positions of a convolution, with a slider for every number of the size formula.

    Parameters
    ----------
    input, kernel, stride, padding, dilation : int
        Where the sliders start.
    transposed : bool
        Whether to start with the transposed convolution.
    output_padding : int
        Where its own slider starts, which only the transposed convolution has.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    ValueError
        If a number is off its slider or the filter does not fit, with the remedy.

    Examples
    --------
    >>> Arithmetic()
    Arithmetic: 6×6, kernel 3×3, stride 2, padding 1 → 3×3, 9 steps
    """

    # A transposed case with a large stride is a large scene: few of them are sent unasked.
    _combinations = 6

    def __init__(
        self, input=6, kernel=3, *, stride=2, padding=1, dilation=1, transposed=False,
        output_padding=0, **view,
    ):
        controls = [
            Range("input", 1, 12, input),
            Range("kernel", 1, 7, kernel),
            Range("padding", 0, 6, padding),
            Range("stride", 1, 4, stride),
            Range("dilation", 1, 3, dilation),
            Switch("transposed", transposed),
            Range(
                "output_padding", 0, 3, output_padding, label="output padding", needs="transposed"
            ),
        ]
        presets = {name: self._whole(case) for name, case in scenes.CASES.items()}
        super().__init__(title="Arithmetic", controls=controls, presets=presets, **view)

    @staticmethod
    def _whole(case):
        """A case with every control named, so that a preset leaves none where it stood."""
        quiet = {"padding": 0, "stride": 1, "dilation": 1, "transposed": False, "output_padding": 0}
        return quiet | case

    def _scene(self, input, kernel, transposed, output_padding, **options):
        extra = {"transposed": True, "output_padding": output_padding} if transposed else {}
        return scenes.arithmetic(input, kernel, **options, **extra)


class PixelUse(Player):
    """Counts, window by window, how often each pixel is read.

    Parameters
    ----------
    input, kernel, stride, padding, dilation : int
        Where the sliders start.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    ValueError
        If a number is off its slider or the filter does not fit, with the remedy.

    Examples
    --------
    >>> PixelUse()
    PixelUse: 6×6, kernel 3×3: corner read 1×, middle 9×, 16 steps
    """

    def __init__(self, input=6, kernel=3, *, stride=1, padding=0, dilation=1, **view):
        controls = [
            Range("input", 3, 10, input),
            Range("kernel", 1, 5, kernel),
            Range("padding", 0, 4, padding),
            Range("stride", 1, 3, stride),
            Range("dilation", 1, 2, dilation),
        ]
        super().__init__(title="PixelUse", controls=controls, **view)

    def _scene(self, input, kernel, **options):
        return scenes.pixel_use(input, kernel, **options)


class PaddingModes(Player):
    """What stands in the padding, cell by cell, and where each number comes from.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(rows, columns)``; when None, 5×5 pixels cut out of a photograph (0…255) at the
        edge of a roof: in its own corners, flat sky and dark leaves, all modes but zeros would
        write nearly the same numbers. Editable.
    mode : str
        ``"zeros"``, ``"constant"``, ``"reflect"``, ``"replicate"`` or ``"circular"``.
    padding : int
        Cells on every side.
    value : number
        What ``"constant"`` writes.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the image holds no numbers or the padding does not fit, with the remedy.

    Examples
    --------
    >>> PaddingModes([[1, 2, 3], [4, 5, 6], [7, 8, 9]], "reflect", padding=1)
    PaddingModes: 3×3, reflect, padding 1 → 5×5, 16 steps
    """

    def __init__(self, image=None, mode="reflect", *, padding=2, value=128, **view):
        if image is None:
            from convviz.widgets._pictures import default_photograph

            image = default_photograph()[24:29, 30:35].astype(int)
        self._image, self._value = _check.numbers("image", image, 2), value
        controls = [
            Choice("mode", geometry.PADDING_MODES, mode),
            Range.reaching("padding", 0, 4, padding),
        ]
        super().__init__(title="PaddingModes", controls=controls, **view)

    def _scene(self, mode, padding):
        return scenes.padding_modes(self._image, padding, mode, self._value)

    def _edit(self, grid, row, column, value):
        image = self._image.astype(np.result_type(self._image, type(value)))
        image[grid.index(row, column)] = value
        self._image = image
