"""Convolution backwards, to its input and to its weights, and its like: the transposed one."""

from convviz import geometry, scenes
from convviz.widgets._array_player import ArrayPlayer, Derivatives, corner, given_or
from convviz.widgets._arrays import with_number
from convviz.widgets._controls import Range, Switch


class _Backward(ArrayPlayer):
    """What the two backward passes of a convolution share: image, kernel, dy, stride, padding."""

    _name, _subtitle, _image = "", "", None

    def __init__(self, image, kernel, dy, *, stride, padding, **view):
        image = given_or("image", image, self._image)
        kernel = given_or("kernel", kernel, scenes.BACKWARD_KERNEL)
        controls = [
            Range.reaching("stride", 1, 3, stride), Range.reaching("padding", 0, 2, padding)
        ]
        options = {"stride": stride, "padding": padding}
        shape = None if dy is None else _output(image, kernel, **options)
        super().__init__(
            {"input": image, "filter": kernel}, Derivatives(dy, shape), title=self._name,
            subtitle=self._subtitle, controls=controls, **view,
        )

    def _parts(self, setting):
        """Image, kernel and dy as they are in a setting."""
        image, kernel = self._arrays["input"], self._arrays["filter"]
        return image, kernel, self._derivatives.of(_output(image, kernel, **setting))


def _output(image, kernel, stride, padding):
    """The shape of the forward pass."""
    return tuple(
        geometry.conv_output_size(size, side, stride=stride, padding=padding)
        for size, side in zip(image.shape, kernel.shape, strict=True)
    )


class ConvolutionBackwardInput(_Backward):
    """The derivative of a convolution with respect to its input: a convolution again.

    ``dy`` is stretched with zeros, padded, and scanned with the flipped filter; each number of the
    result stands beside its numerical derivative.

    Parameters
    ----------
    image, kernel : array_like, optional
        Those of the forward pass, two axes each; a 5×5 image and a 3×3 filter when None.
    dy : array_like, optional
        The derivative of the loss with respect to the output, in its shape; 1, 2, 3, … when None.
    stride, padding : int
        Those of the forward pass: where the sliders start. The stride is 2 by default.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers, or the filter does not fit the image.

    Examples
    --------
    >>> ConvolutionBackwardInput()
    ConvolutionBackwardInput: dy 2×2, filter 3×3, stride 2 → dx 5×5, 29 steps
    """

    _name, _subtitle = "ConvolutionBackwardInput", "stretch, pad, flip, slide"
    _image = scenes.EXAMPLE_IMAGE

    def __init__(self, image=None, kernel=None, dy=None, *, stride=2, padding=0, **view):
        super().__init__(image, kernel, dy, stride=stride, padding=padding, **view)

    def _scene(self, **setting):
        return scenes.convolution_backward_input(*self._parts(setting), **setting)

    def _edit(self, grid, row, column, value):
        if grid.name == scenes.FLIPPED_FILTER:
            place = (grid.shape[0] - 1 - row, grid.shape[1] - 1 - column)
            self._arrays["filter"] = with_number(self._arrays["filter"], place, value)
        else:
            super()._edit(grid, row, column, value)


class ConvolutionBackwardWeight(_Backward):
    """The derivative of a convolution with respect to its weights: ``dy`` slides over the input.

    Parameters
    ----------
    image, kernel, dy, stride, padding, **view
        As for :class:`ConvolutionBackwardInput`, with a stride of 1 by default.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers, or the filter does not fit the image.

    Examples
    --------
    >>> ConvolutionBackwardWeight()
    ConvolutionBackwardWeight: input 4×4, dy 2×2, stride 1 → dw 3×3, 10 steps
    """

    _name, _subtitle = "ConvolutionBackwardWeight", "dy takes the filter's place"
    _image = scenes.EXAMPLE_IMAGE[1:, 1:]

    def __init__(self, image=None, kernel=None, dy=None, *, stride=1, padding=0, **view):
        super().__init__(image, kernel, dy, stride=stride, padding=padding, **view)

    def _scene(self, **setting):
        return scenes.convolution_backward_weight(*self._parts(setting), **setting)


class TransposedConvolution(ArrayPlayer):
    """Every input pushes its number times the filter, or every output pulls: the same numbers.

    Parameters
    ----------
    image, kernel : array_like, optional
        Two axes each; a constant 3×3 map and a filter of ones when None: with a kernel that is no
        multiple of the stride, the constant comes out as a checkerboard. A square kernel has a
        slider for its size; cells beyond the one given hold 0.
    stride, padding : int
        Where the sliders start.
    pull : bool
        Whether to start with the view from the output.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers, or the padding cuts everything off.

    Examples
    --------
    >>> TransposedConvolution()
    TransposedConvolution: 3×3 pushes 3×3, stride 2 → 7×7, 9 steps
    """

    _combinations = 6

    def __init__(self, image=None, kernel=None, *, stride=2, padding=0, pull=False, **view):
        image = given_or("image", image, scenes.CONSTANT_MAP)
        side = 3 if kernel is None else None
        kernel = given_or("kernel", kernel, scenes.FILTER_OF_ONES)
        square = kernel.shape[0] == kernel.shape[1]
        sizes = [Range.reaching("kernel", 1, 4, side or len(kernel))] if square else []
        controls = [
            *sizes,
            Range.reaching("stride", 1, 3, stride),
            Range.reaching("padding", 0, 2, padding),
            Switch("pull", pull, label="pull (seen from the output)"),
        ]
        super().__init__(
            {"input": image, "filter": kernel}, title="TransposedConvolution",
            subtitle="pushing and pulling", controls=controls, **view,
        )

    def _scene(self, kernel=None, **options):
        weights = self._arrays["filter"]
        weights = weights if kernel is None else corner(weights, kernel)
        return scenes.transposed_convolution(self._arrays["input"], weights, **options)

    def _edit(self, grid, row, column, value):
        if grid.name == "filter" and "kernel" in self.setting:
            # A number typed where the kernel shown is larger needs a place to stay.
            weights = self._arrays["filter"]
            self._arrays["filter"] = corner(weights, max(len(weights), *grid.shape))
        super()._edit(grid, row, column, value)
