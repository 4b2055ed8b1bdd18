"""Where the idea came from: cells of the visual cortex, and the first network made like them."""

from convviz import scenes
from convviz.widgets._array_player import ArrayPlayer, given_or
from convviz.widgets._controls import Choice, Range
from convviz.widgets._player import Player


class OrientationTuning(ArrayPlayer):
    """A bar of light turns over a receptive field: what a simple and a complex cell answer.

    Parameters
    ----------
    field : array_like, optional
        The weights of a simple cell, shape ``(rows, columns)``, at most 15 each way; an excitatory
        stripe between two inhibitory ones when None, with a menu for its angle.
    preferred : int
        The angle of that stripe in degrees, one of 0, 15, …, 165.
    shift : int
        How many pixels the bar lies beside the middle.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the field holds no numbers, or a number is not offered.

    Examples
    --------
    >>> OrientationTuning()
    OrientationTuning: field 7×7, bar shifted by 1, simple cell best at 45° (7.2), 12 steps
    """

    # Moves of one control are sent unasked, not all 84 settings.
    _combinations = 1

    def __init__(self, field=None, *, preferred=45, shift=1, **view):
        self._own = field is not None
        angles = tuple(f"{angle}°" for angle in scenes.ANGLES)
        controls = [Range("shift", -3, 3, shift, label="bar beside the middle by")]
        if not self._own:
            turned = Choice("preferred", angles, f"{preferred}°", label="field turned to")
            controls.insert(0, turned)
        arrays = {"receptive field": given_or("field", field, [[0]])}
        super().__init__(
            arrays, title="OrientationTuning", subtitle="simple and complex cells",
            controls=controls, **view,
        )

    def _scene(self, shift, preferred=None):
        if self._own:
            return scenes.orientation_tuning(self._arrays["receptive field"], shift=shift)
        return scenes.orientation_tuning(preferred=int(preferred.rstrip("°")), shift=shift)


class Neocognitron(Player):
    """Planes of cells compete while they learn: digits nobody has labelled sort themselves.

    Parameters
    ----------
    images : array_like, optional
        Shape ``(count, rows, columns)``, nothing negative, at most 16 of at most 12×12; twelve
        handwritten digits when None.
    labels : array_like of int, optional
        What each picture shows, 0 to 9; nothing learns from them.
    selectivity : int
        Where the slider starts: r of Fukushima (1980).
    planes, field, rounds, seed : int
        As for :func:`convviz.scenes.neocognitron`.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the images or labels do not fit, or a number is off its slider.

    Examples
    --------
    >>> Neocognitron()
    Neocognitron: 12 pictures 8×8, 4 planes, r 2 → 3 planes learn, each one kind, 24 steps
    """

    def __init__(
        self, images=None, labels=None, *, selectivity=2, planes=4, field=6, rounds=2, seed=0,
        **view,
    ):
        self._pictures = (images, labels)
        self._options = {"planes": planes, "field": field, "rounds": rounds, "seed": seed}
        controls = [Range.reaching("selectivity", 1, 4, selectivity, label="selectivity r")]
        super().__init__(
            title="Neocognitron", subtitle="learning without a teacher", controls=controls, **view
        )

    def _scene(self, selectivity):
        return scenes.neocognitron(*self._pictures, selectivity=selectivity, **self._options)
