"""How weights learn, and what they learn from: steps, rates, dropped numbers, changed pictures."""

from convviz import datasets, scenes
from convviz.scenes import _check
from convviz.widgets._array_player import ArrayPlayer, Derivatives, given_or
from convviz.widgets._arrays import with_number
from convviz.widgets._controls import Choice, Range, Switch
from convviz.widgets._player import Player

_WAYS = {
    "SGD": {"optimizer": "SGD"},
    "momentum 0.5": {"optimizer": "momentum", "momentum": 0.5},
    "momentum 0.9": {"optimizer": "momentum", "momentum": 0.9},
    "Adam": {"optimizer": "Adam"},
}
_RATES = ("0.02", "0.05", "0.1", "0.2", "0.22", "0.25", "0.5", "1")
_DECAYS = ("0", "0.5", "1", "2")


class Descent(Player):
    """Two weights go down the valley of their loss, step by step, by one optimiser or another.

    Parameters
    ----------
    optimizer : str
        ``"SGD"``, ``"momentum 0.5"``, ``"momentum 0.9"`` or ``"Adam"``.
    lr, weight_decay : float
        Where the menus of the learning rate and of the weight decay start: one of their numbers.
    one_sample : bool
        Whether each step sees one of the two samples, in turn, and not both.
    steps : int
        How many are shown.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If a choice is not offered, or `steps` is out of range.

    Examples
    --------
    >>> Descent()
    Descent: SGD, learning rate 0.2: loss 153 → 1.76, 10 steps
    >>> Descent("momentum 0.5", lr=0.1)
    Descent: momentum 0.5, learning rate 0.1: loss 153 → 0.51, 10 steps
    """

    _combinations = 1

    def __init__(
        self, optimizer="SGD", *, lr=0.2, weight_decay=0, one_sample=False, steps=10, **view
    ):
        self._steps = steps
        controls = [
            Choice("optimizer", tuple(_WAYS), optimizer),
            Choice("lr", _RATES, _listed(lr, _RATES), label="learning rate"),
            Choice("weight_decay", _DECAYS, _listed(weight_decay, _DECAYS), label="weight decay"),
            Switch("one_sample", one_sample, label="one sample a step"),
        ]
        super().__init__(
            title="Descent", subtitle="a valley of two weights", controls=controls, **view
        )

    def _scene(self, optimizer, lr, weight_decay, one_sample):
        return scenes.descent(
            lr=float(lr), weight_decay=float(weight_decay), one_sample=one_sample,
            steps=self._steps, **_WAYS[optimizer],
        )


def _listed(value, texts):
    """The text of a menu that means a number; what is none of them is refused by the menu."""
    return next((text for text in texts if float(text) == value), value)


class RateSchedule(ArrayPlayer):
    """A learning rate that goes down where the loss does not, or every few epochs.

    Parameters
    ----------
    losses : array_like, optional
        One for each epoch, at most 24; twelve of a typical run when None. Editable.
    kind : str
        ``"plateau"`` or ``"step"``.
    patience : int
        Where the slider starts.
    lr, factor : float
        The first learning rate, and by what it is multiplied.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the losses are no numbers, or a number is off its slider.

    Examples
    --------
    >>> RateSchedule()
    RateSchedule: plateau, patience 1: learning rate 0.1 → 0.001, 12 steps
    """

    def __init__(self, losses=None, kind="plateau", *, patience=1, lr=0.1, factor=0.1, **view):
        self._rates = {"lr": lr, "factor": factor}
        losses = given_or("losses", losses, scenes.PLATEAU_LOSSES, 1)
        controls = [
            Choice("kind", scenes.SCHEDULES, kind),
            Range.reaching("patience", 0, 5, patience),
        ]
        super().__init__(
            {"losses": losses[None]}, title="RateSchedule", subtitle="÷ 10 on a plateau",
            controls=controls, **view,
        )

    def _scene(self, **setting):
        return scenes.rate_schedule(self._arrays["losses"][0], **setting, **self._rates)

    def _edit(self, grid, row, column, value):
        self._arrays["losses"] = with_number(self._arrays["losses"], (row, column), value)


class Dropout(ArrayPlayer):
    """Dropout, number by number: some are forgotten, the others multiplied, and the way back.

    Parameters
    ----------
    image, dy : array_like, optional
        Shape ``(rows, columns)``; a 3×3 map, and 1, 2, 3, … when None. Editable.
    p : int
        Tenths: the probability of being dropped, where the slider starts.
    draw : int
        Which draw: where the slider starts.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers, or a number is off its slider.

    Examples
    --------
    >>> Dropout()
    Dropout: 3×3, p 0.5, draw 0: 6 of 9 kept, mean 4 → 4, 18 steps
    """

    _combinations = 1

    def __init__(self, image=None, dy=None, *, p=5, draw=0, **view):
        image = given_or("image", image, scenes.DROPPED_IMAGE)
        controls = [
            Range("p", 0, 9, p, label="p, in tenths"),
            Range.reaching("draw", 0, 9, draw),
        ]
        super().__init__(
            {"input": image}, Derivatives(dy, image.shape), title="Dropout",
            subtitle="forgetting while training", controls=controls, **view,
        )

    def _scene(self, p, draw):
        image = self._arrays["input"]
        return scenes.dropout(image, self._derivatives.of(image.shape), p=p / 10, seed=draw)


class Augmentation(Player):
    """A picture, changed by chance: turned, moved, scaled, mirrored, sheared, stretched.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(rows, columns)``, 2 to 128 each way; a photograph of a flower when None.
    draw : int
        Which draw: where the slider starts.
    changes : sequence of str
        Those of ``scenes.CHANGES`` that are switched on.
    limits : datasets.Augment, optional
        How far each of them goes.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the image holds no finite numbers, or a change is not known.

    Examples
    --------
    >>> Augmentation(changes=["scale", "flip"])
    Augmentation: 48×48, draw 1: scale 1.52, flip
    """

    _combinations = 1

    def __init__(self, image=None, *, draw=1, changes=scenes.CHANGES, limits=None, **view):
        if not isinstance(limits, datasets.Augment | None):
            raise TypeError(
                f"limits={limits!r} is no datasets.Augment: use datasets.Augment(angle=15)"
            )
        self._image, self._limits = image, limits
        for name in changes:
            _check.choice("changes", name, scenes.CHANGES)
        controls = [
            Range.reaching("draw", 0, 11, draw),
            *(Switch(name, name in changes) for name in scenes.CHANGES),
        ]
        super().__init__(
            title="Augmentation", subtitle="more pictures from one", controls=controls, **view
        )

    def _scene(self, draw, **switched):
        changes = [name for name, on in switched.items() if on]
        return scenes.augmentation(self._image, seed=draw, changes=changes, limits=self._limits)
