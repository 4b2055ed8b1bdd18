"""What a network makes of a picture that moves, and of where in it something is."""

import numpy as np

from convviz import datasets, nn, ops, scenes
from convviz.scenes import _check
from convviz.widgets._array_player import ArrayPlayer, Derivatives, given_or
from convviz.widgets._controls import Choice, Range
from convviz.widgets._player import Player

_REACH = 8
#: Networks compute in float32: the squares of larger pixels are beyond it.
_MOST = 1e18


class Equivariance(ArrayPlayer):
    """Filter and then move, or move and then filter: whether both make the same map.

    Parameters
    ----------
    image : array_like, optional
        Square, at most 12×12; a shape that no turn takes to itself when None.
    kernel : array_like, optional
        With odd sides; a filter for upright edges when None.
    shift, stride : int
        Where the sliders start: pixels to the right (1, or none in a small image), and the stride
        of the convolution.
    move : str
        What is done besides: one of ``scenes.MOVES``.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers, does not fit, or a number is off its slider.

    Examples
    --------
    >>> Equivariance(stride=2)
    Equivariance: 7×7 ∗ 3×3, shifted by 1, stride 2 → the same in 12 of 16 places, 5 steps
    """

    _combinations = 10

    def __init__(
        self, image=None, kernel=None, *, shift=None, move="nothing else", stride=1, step=4, **view
    ):
        arrays = {
            "input": given_or("image", image, scenes.MOVED_IMAGE),
            "filter": given_or("kernel", kernel, scenes.EDGE_FILTER),
        }
        most = min(2, (len(arrays["input"]) - 1) // 2)
        controls = [
            Range("shift", -most, most, min(1, most) if shift is None else shift,
                  label="shift to the right"),
            Choice("move", scenes.MOVES, move, label="and"),
            Range("stride", 1, 3, stride),
        ]
        super().__init__(
            arrays, title="Equivariance", controls=controls, step=step, **view,
        )

    def _scene(self, shift, move, stride):
        return scenes.equivariance(
            self._arrays["input"], self._arrays["filter"], shift=shift, move=move, stride=stride
        )


class TransformedFilters(ArrayPlayer):
    """Turned, mirrored or enlarged copies of one filter, the largest of their answers, and back.

    Parameters
    ----------
    image : array_like, optional
        At most 8×8; a 5×5 image with edges of all directions when None.
    kernel : array_like, optional
        An odd square up to 5×5; a filter for upright edges when None.
    dy : array_like, optional
        The derivative of the loss with respect to the largest answers; 1, 2, 3, … when None.
    copies : str
        One of ``scenes.COPIES``, where the menu starts.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers or does not fit.

    Examples
    --------
    >>> TransformedFilters()
    TransformedFilters: 5×5 ∗ 4 copies of 3×3 → 3×3, 18 steps
    """

    def __init__(self, image=None, kernel=None, dy=None, *, copies="turned", **view):
        arrays = {
            "input": given_or("image", image, scenes.TURNED_IMAGE),
            "copy 1": given_or("kernel", kernel, scenes.TURNED_FILTER),
        }
        # The same for all copies: an enlarged one meets zeros around the image.
        self._shape = tuple(np.subtract(arrays["input"].shape, arrays["copy 1"].shape) + 1)
        super().__init__(
            arrays, Derivatives(dy, self._shape), title="TransformedFilters",
            subtitle="copies of one filter",
            controls=[Choice("copies", scenes.COPIES, copies)], **view,
        )

    def _scene(self, copies):
        fits = min(self._shape) > 0
        return scenes.transformed_filters(
            self._arrays["input"], self._arrays["copy 1"],
            self._derivatives.of(self._shape) if fits else None, copies=copies,
        )


class ShiftResponse(Player):
    """A picture slides sideways: the share of each class, and whether the answer stays right.

    Parameters
    ----------
    net : nn.Module, optional
        A score for each class comes out of it. When None, a dense layer whose weights are the mean
        pictures of the ten digits.
    image : array_like, optional
        As `net` reads it, (channels, rows, columns), or one channel without its axis; a digit in
        the middle of 32×32 pixels when None.
    label : int
        The right class.
    shift : int
        Where the slider starts, from −8 to 8 pixels to the right.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the picture does not fit the network, or a number is off its slider.

    Examples
    --------
    >>> ShiftResponse(shift=3)
    ShiftResponse: 32×32 shifted by 3 → 1 (55 %), wrong; right for 5 of 17 shifts, 1 step
    """

    def __init__(self, net=None, image=None, label=0, *, shift=0, **view):
        if image is None or net is None:
            images, labels = datasets.digits(size=16)
            images = np.pad(images, ((0, 0), (8, 8), (8, 8)))
            image = images[int(np.flatnonzero(labels == label)[0])] if image is None else image
            image = _check.array("image", image)
            if net is None and image.size != images[0].size:
                raise ValueError(
                    f"image must be 32×32 for the nearest mean digit, got shape {image.shape}: "
                    "give a net of its size as well"
                )
            net = _templates(images, labels) if net is None else net
        image = _check.array("image", image)
        image = _check.numbers("image", image, image.ndim if image.ndim in (2, 3) else 3)
        if not np.abs(image).max() < _MOST:  # NaN neither
            raise ValueError(
                f"image must be of finite numbers below {_MOST:.0e}, got NaN, inf or larger ones: "
                "replace these"
            )
        image = image.astype(np.float32)
        self._image = image if image.ndim == 3 else image[None]
        shifted = [np.roll(self._image, by, axis=2) for by in range(-_REACH, _REACH + 1)]
        scores = nn.predict(net, np.stack(shifted))
        if scores.ndim != 2:
            raise ValueError(
                f"net must answer with a score for each class, got outputs of {scores.shape[1:]}: "
                "end it in nn.Flatten() and nn.Linear"
            )
        self._shares, self._label = ops.softmax(scores), label
        controls = [Range("shift", -_REACH, _REACH, shift, label="shift to the right")]
        super().__init__(
            title="ShiftResponse", subtitle="what a network says of a picture that is shifted",
            controls=controls, **view,
        )

    def _scene(self, shift):
        shown = self._image.mean(axis=0)
        return scenes.shift_response(shown, self._shares, self._label, shift=shift)


def _templates(images, labels):
    """The nearest mean picture as a dense layer: |x − m|² without what all classes share."""
    means = np.stack([images[labels == one].mean(axis=0).ravel() for one in np.unique(labels)])
    layer = nn.Linear(means.shape[1], len(means))
    layer.weight.data[...] = means
    layer.bias.data[...] = -0.5 * (means**2).sum(axis=1)
    return nn.Sequential(nn.Flatten(), layer)
