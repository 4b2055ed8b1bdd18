"""A filter that slides: over an image, along a line, over a photograph."""

import numpy as np

from convviz import scenes
from convviz.scenes import _check
from convviz.widgets._controls import Choice, Range, Switch, check
from convviz.widgets._payload import compress
from convviz.widgets._player import Player


class _Sliding(Player):
    """What the two widgets with a sliding filter share: arrays that the reader edits and resizes.

    The arrays lie in the corner of larger ones full of zeros, so that the size sliders can open
    and close the view on them without losing a number.
    """

    _name = ""
    _largest = {}

    def __init__(self, arrays, *, bias, relu, view, **options):
        self._bias, self._relu = bias, check(Switch("relu"), relu)
        self._arrays, sizes = {}, []
        for name, array in arrays.items():
            self._arrays[name] = array
            if len(set(array.shape)) == 1:
                size, most = len(array), max(len(array), self._largest[name])
                self._arrays[name] = np.pad(array, (0, most - size))
                sizes.append(Range(name, 1, most, size))
        padding, stride, dilation = (options[name] for name in ("padding", "stride", "dilation"))
        controls = [
            *sizes,
            Range.reaching("padding", 0, 2, padding),
            Range.reaching("stride", 1, 3, stride),
            Range.reaching("dilation", 1, 2, dilation),
            Switch("flip", options["flip"], label="flip (true convolution)"),
        ]
        super().__init__(title=self._name, controls=controls, **view)

    def _view(self, name, setting):
        """The part of an array that its size slider shows."""
        array = self._arrays[name]
        size = setting.get(name)
        return array if size is None else array[(slice(size),) * array.ndim]

    def _parts(self, setting):
        """The two arrays as shown, and the options of the scene."""
        options = {name: setting[name] for name in ("padding", "stride", "dilation", "flip")}
        return self._view("input", setting), self._view("filter", setting), options

    def _edit(self, grid, row, column, value):
        if grid.name == "bias":
            self._bias = value
            return
        place = grid.index(row, column)
        if grid.name == "filter" and self.setting["flip"]:
            place = (grid.shape[0] - 1 - row, grid.shape[1] - 1 - column)
        array = self._arrays[grid.name]
        # A whole-number array must not cut the fraction off what the reader typed.
        array = array.astype(np.result_type(array, type(value)))
        array[place if array.ndim == 2 else place[1]] = value
        self._arrays[grid.name] = array


class Convolution2D(_Sliding):
    """A filter slides over an image: every product, every sum.

    Square arrays have a slider for their size, too: cells beyond the array given hold 0.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(rows, columns)``, up to 24 each way with steps, as images up to 128; the lectures'
        5×5 image when None.
    kernel : array_like, optional
        Shape ``(rows, columns)``; a detector of isolated ones when None.
    bias : number, optional
        Added to every sum, and editable; no bias is shown when None.
    stride, padding, dilation : int
        Where the sliders start.
    flip : bool
        Whether the filter is turned by 180° first (the convolution of mathematics).
    relu : bool
        Whether to show the result after a ReLU as well.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers, or the filter does not fit the image.

    Examples
    --------
    >>> Convolution2D(padding=1)
    Convolution2D: 5×5 ∗ 3×3 → 5×5, 25 steps
    """

    _name = "Convolution2D"
    _largest = {"input": 10, "filter": 5}

    def __init__(
        self, image=None, kernel=None, bias=None, *, stride=1, padding=0, dilation=1, flip=False,
        relu=False, **view
    ):
        image = _check.numbers("image", scenes.EXAMPLE_IMAGE if image is None else image, 2)
        kernel = _check.numbers("kernel", scenes.ISOLATED_ONE if kernel is None else kernel, 2)
        super().__init__(
            {"input": image, "filter": kernel}, bias=bias, stride=stride, padding=padding,
            dilation=dilation, flip=flip, relu=relu, view=view,
        )

    def _scene(self, **setting):
        image, kernel, options = self._parts(setting)
        return scenes.convolution2d(image, kernel, self._bias, relu=self._relu, **options)


class Convolution1D(_Sliding):
    """A filter slides along a line of numbers.

    Parameters
    ----------
    signal, kernel : array_like, optional
        Shape ``(length,)``; the lectures' signal of ten and a detector of isolated ones when None.
    bias, stride, padding, dilation, flip, relu, **view
        As for :class:`Convolution2D`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers, or the filter does not fit the signal.

    Examples
    --------
    >>> Convolution1D([0, 0, 1, 1, 1, 0], [-1, 1, -1])
    Convolution1D: 6 ∗ 3 → 4, 4 steps
    """

    _name = "Convolution1D"
    _largest = {"input": 16, "filter": 7}

    def __init__(
        self, signal=None, kernel=None, bias=None, *, stride=1, padding=0, dilation=1, flip=False,
        relu=False, **view
    ):
        signal = _check.numbers("signal", scenes.EXAMPLE_SIGNAL if signal is None else signal, 1)
        kernel = _check.numbers("kernel", scenes.ISOLATED_ONE_1D if kernel is None else kernel, 1)
        super().__init__(
            {"input": signal, "filter": kernel}, bias=bias, stride=stride, padding=padding,
            dilation=dilation, flip=flip, relu=relu, view=view,
        )

    def _scene(self, **setting):
        signal, kernel, options = self._parts(setting)
        return scenes.convolution1d(signal, kernel, self._bias, relu=self._relu, **options)


class ImageKernels(Player):
    """A small kernel on a photograph: blur, sharpen, edges, or one of the reader's own.

    The pointer shows, for the pixel under it, the nine products and their sum.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(rows, columns)``, or ``(3, rows, columns)`` in colour, at most 128 each way, on the
        scale 0…255 or 0…1 (floating point); a photograph when None. The reader can load another.
    kernel : str or array_like
        The name of one of ``scenes.KERNELS``, or weights of shape ``(rows, columns)``.
    colour : bool, optional
        Whether to start with all channels, red, green and blue, or with the brightness; for a
        picture in colour. True for a picture of the caller's own when None, False for ours.
    **view
        ``predict``, whether the reader guesses before the answer is shown.

    Raises
    ------
    TypeError, ValueError
        If the image is no array of numbers or too large, or the kernel is not known.

    Examples
    --------
    >>> ImageKernels(np.eye(8), "edge detect")
    ImageKernels: 8×8 ∗ 3×3 → −1020 to 510
    >>> ImageKernels(kernel="sharpen", colour=True)
    ImageKernels: 96×96 in colour ∗ 3×3 → −313 to 530
    """

    OWN = "own"
    def __init__(self, image=None, kernel="edge detect", *, colour=None, **view):
        self._pictures = _both(image)
        named = isinstance(kernel, str)
        if named and kernel not in scenes.KERNELS:
            raise ValueError(
                f"kernel={kernel!r} is not known: use one of {', '.join(scenes.KERNELS)}, "
                "or an array of weights"
            )
        self._own = _check.numbers("kernel", scenes.KERNELS[kernel] if named else kernel, 2)
        choice = Choice("kernel", (*scenes.KERNELS, self.OWN), kernel if named else self.OWN)
        start = (image is not None) if colour is None else colour
        switch = Switch("colour", start, label="colour (all channels)")
        if len(self._pictures) == 1 and colour:
            raise ValueError("colour=True, but image has one channel: give it three, or leave colour out")
        super().__init__(
            title="ImageKernels", subtitle="point at a pixel", uploads="image/*",
            controls=[choice, switch][: len(self._pictures)], **view,
        )

    def _settings(self):
        # Every kernel is sent unasked, but not in colour as well: that weighs three times as much.
        colour = self.setting.get("colour")
        return [setting for setting in super()._settings() if setting.get("colour") == colour]

    def _page_bundle(self):
        return compress(self._packed(super()._settings(), most=4 * self._most_unasked))

    def _scene(self, kernel, colour=False):
        weights = self._own if kernel == self.OWN else scenes.KERNELS[kernel]
        return scenes.image_kernels(self._pictures[colour], weights)

    def _edit(self, grid, row, column, value):
        shown = self.setting["kernel"]
        weights = self._own if shown == self.OWN else scenes.KERNELS[shown]
        self._own = np.array(weights, dtype=float)
        self._own[row, column] = value
        self.setting = {**self.setting, "kernel": self.OWN}

    def _upload(self, name, content):
        from convviz.widgets._pictures import read_picture

        before = self._pictures
        read = {gray: read_picture(name, content, gray) for gray in (True, False)[: len(before)]}
        self._pictures = {not gray: levels for gray, (levels, _) in read.items()}

        def restore():
            self._pictures = before

        return restore, read[True][1]


def _both(image):
    """A picture by whether it is in colour: its brightness, and the channels where it has them."""
    from convviz.widgets._pictures import as_levels, brightness, default_photograph

    if image is None:
        return {False: default_photograph(), True: default_photograph(gray=False)}
    image = as_levels(image)
    return {False: image} if image.ndim == 2 else {False: brightness(image), True: image}
