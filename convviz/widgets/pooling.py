"""Pooling: every kind side by side, and the way of the gradient through the two common ones."""

from convviz import scenes
from convviz.scenes import _check
from convviz.scenes._pictured import too_large
from convviz.scenes._pooling import pool_axes
from convviz.scenes._pooling_kinds import check_kinds
from convviz.scenes.pooling import LEARNED_WEIGHTS
from convviz.widgets._array_player import ArrayPlayer, Derivatives, corner, given_or
from convviz.widgets._controls import Range, whole


class Pooling(ArrayPlayer):
    """Seven kinds of pooling on the same input, or some of them: maximum, average, power mean,
    mixed, learned, spectral, spatial pyramid.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(rows, columns)``, up to 24 each way as numbers, as images up to 128; the 4×4 map of
        the lectures when None.
    weights : array_like, optional
        Of the learned pooling (a convolution with the same stride), square; a vertical edge when
        None. A window of another size shows their top left corner, or zeros beside them.
    window, stride, p : int
        Where the sliders start: side of the window (2, or less in a smaller image), its stride,
        exponent of the power mean.
    mix : int
        Tenths of the maximum in mixed pooling; the rest is the average's.
    kinds : sequence of str
        Which to show, of ``scenes.POOLING_KINDS``: ``["max", "average"]``. All when left out.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers, a number is off its slider, or the window does not fit.

    Examples
    --------
    >>> Pooling()
    Pooling: 4×4, window 2, stride 2, p 5, mix 0.5 → 2×2, 10 steps
    >>> Pooling(kinds=["max"])
    Pooling: 4×4, window 2, stride 2 → 2×2, 4 steps
    """

    # Of 1,320 settings those with another window or stride are sent unasked, and single moves.
    _combinations = 12

    def __init__(
        self, image=None, weights=None, *, window=None, stride=2, p=5, mix=5,
        kinds=scenes.POOLING_KINDS, **view,
    ):
        self._kinds = kinds = check_kinds(kinds)
        arrays = {
            "input": given_or("image", image, scenes.POOLED_IMAGE),
            LEARNED_WEIGHTS: given_or("weights", weights, scenes.POOLING_WEIGHTS),
        }
        controls = [
            _window(arrays["input"].shape, 2, window),
            Range.reaching("stride", 1, 3, stride),
        ]
        if "power mean" in kinds:
            controls += [Range.reaching("p", 1, 10, p, label="p of the power mean")]
        if "mixed" in kinds:
            controls += [Range("mix", 0, 10, mix, label="mix: tenths of the maximum")]
        super().__init__(
            arrays, title="Pooling", subtitle=_subtitle(kinds), controls=controls, **view
        )

    def _scene(self, window, stride, p=1, mix=0):
        return scenes.pooling(
            self._arrays["input"], corner(self._arrays[LEARNED_WEIGHTS], window),
            kernel_size=window, stride=stride, norm_type=p, mix=mix / 10, kinds=self._kinds,
        )

    def _edit(self, grid, row, column, value):
        if grid.name == LEARNED_WEIGHTS:
            # A number typed where the window is larger than the weights needs a place to stay.
            weights = self._arrays[LEARNED_WEIGHTS]
            self._arrays[LEARNED_WEIGHTS] = corner(weights, max(*grid.shape, *weights.shape))
        super()._edit(grid, row, column, value)


def _subtitle(kinds):
    everything = len(kinds) == len(scenes.POOLING_KINDS)
    return "seven kinds, one input" if everything else ", ".join(kinds)


def _window(shape, first, given):
    """The slider for the side of a window, which goes no further than the map."""
    most = min(4, *shape)
    return Range.reaching("window", 1, most, min(first, most) if given is None else given)


def _fit(shape, window, stride):
    """The shape of a pooled map."""
    return tuple(axis.output for axis in pool_axes(shape, window, stride))


class MaxRouting(ArrayPlayer):
    """Max pooling there and back: the winner of each window is ringed, and gets its derivative.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(rows, columns)``, up to 24 each way as numbers, as images up to 128; when None, a
        4×4 map whose 9 wins two windows and in which two equal numbers share a third.
    dy : array_like, optional
        The derivative of the loss with respect to the output, in its shape; 1, 2, 3, … when None.
    window, stride : int
        Where the sliders start; the window with 3, or less in a smaller image.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers, or the window does not fit.

    Examples
    --------
    >>> MaxRouting(window=2, stride=2)
    MaxRouting: 4×4, window 2, stride 2 → 2×2, 8 steps
    """

    def __init__(self, image=None, dy=None, *, window=None, stride=1, **view):
        image = given_or("image", image, scenes.ROUTED_IMAGE)
        controls = [_window(image.shape, 3, window), Range.reaching("stride", 1, 3, stride)]
        window = controls[0].value
        derivatives = Derivatives(dy, None if dy is None else _fit(image.shape, window, stride))
        super().__init__(
            {"input": image}, derivatives, title="MaxRouting",
            subtitle="who wins, and who gets the gradient", controls=controls, **view,
        )

    def _scene(self, window, stride):
        image = self._arrays["input"]
        dy = self._derivatives.of(_fit(image.shape, window, stride))
        return scenes.max_routing(image, dy, kernel_size=window, stride=stride)


class AveragePoolBackward(ArrayPlayer):
    """The backward pass of average pooling: every window shares its derivative out equally.

    Parameters
    ----------
    dy : array_like, optional
        The derivative of the loss with respect to the output, in its shape; whole multiples of
        the number of cells in a window when None.
    input, window, stride : int
        Where the sliders start: side of the square input (4, or what `dy` needs), of the window,
        and the stride. The input is never made smaller than the window can be.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If `dy` does not fit, a number is off its slider, or the window does not fit.

    Examples
    --------
    >>> AveragePoolBackward()
    AveragePoolBackward: 3×3 → 4×4, window 2, stride 1, 9 steps
    """

    def __init__(self, dy=None, *, input=None, window=2, stride=1, **view):
        if dy is not None:
            dy = _check.numbers("dy", dy, 2)
            too_large("dy", dy.shape, "crop it, or take dy[::2, ::2]")
        if input is None:
            known = dy is not None and None not in (whole(stride), whole(window))
            input = (max(dy.shape) - 1) * stride + window if known else 4
        least = 4 if whole(input) is None else min(4, max(1, input))
        controls = [
            Range.reaching("input", least, 8, input),
            Range.reaching("window", 1, least, window),
            Range.reaching("stride", 1, 3, stride),
        ]
        derivatives = Derivatives(dy, None if dy is None else _fit((input,) * 2, window, stride))
        super().__init__(
            {}, derivatives, title="AveragePoolBackward",
            subtitle="equal shares", controls=controls, **view,
        )

    def _scene(self, input, window, stride):
        dy = self._derivatives.of(_fit((input,) * 2, window, stride), scale=window**2)
        return scenes.average_pool_backward(
            dy, input_size=input, kernel_size=window, stride=stride
        )
