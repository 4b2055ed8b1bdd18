"""What keeps a signal at its size: batch normalisation, and how a network's weights begin."""

from convviz import scenes
from convviz.scenes import _check
from convviz.scenes._text import plural
from convviz.widgets._array_player import ArrayPlayer, given_or
from convviz.widgets._arrays import with_number
from convviz.widgets._controls import Choice, Range, Switch
from convviz.widgets._player import Player


class BatchNorm(ArrayPlayer):
    """The batch normalisation of one channel and the way back, number by number.

    Parameters
    ----------
    x : array_like, optional
        The values of a channel, at most 24, not all the same; four of six when None.
    dy : array_like, optional
        The derivative of the loss with respect to each output: one for each value of `x` (for each
        of the six, where that is None); 4, 0, 0, … when None.
    values : int, optional
        How many of them are normalised: where the slider starts. All of an `x` of your own.
    weight, bias : int
        γ and β, where the sliders start.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers, a number is off its slider, or all values are the same.

    Examples
    --------
    >>> BatchNorm()
    BatchNorm: 4 values, weight 5, bias 3: mean 8, variance 25, 22 steps
    >>> BatchNorm([2, 4, 9], weight=1, bias=0)
    BatchNorm: 3 values, weight 1, bias 0: mean 5, variance 8.67, 18 steps
    """

    _combinations = 6

    def __init__(self, x=None, dy=None, *, values=None, weight=5, bias=3, **view):
        values = 4 if x is None and values is None else values
        x = given_or("x", x, scenes.BATCH_VALUES, 1)
        _check.showable("x", x.shape, "use fewer values")
        if len(x) < 2:
            raise ValueError(f"x={x.tolist()} has no variance: give 2 values or more")
        if dy is None:
            dy = [4] + [0] * (len(x) - 1)
        dy = _check.numbers("dy", dy, 1)
        if dy.shape != x.shape:
            raise ValueError(
                f"dy has {plural(len(dy), 'number')}, x {len(x)}: give one derivative for each value"
            )
        controls = [
            Range("values", 2, max(2, len(x)), len(x) if values is None else values,
                  label="values m"),
            Range.reaching("weight", 0, 9, weight, label="weight γ"),
            Range.reaching("bias", -9, 9, bias, label="bias β"),
        ]
        super().__init__(
            {"x": x[None], "dy": dy[None]}, title="BatchNorm",
            subtitle="forward, and back again", controls=controls, **view,
        )

    def _scene(self, values, weight, bias):
        x, dy = (self._arrays[name][0, :values] for name in ("x", "dy"))
        return scenes.batch_norm(x, dy, weight=weight, bias=bias)

    def _edit(self, grid, row, column, value):
        self._arrays[grid.name] = with_number(self._arrays[grid.name], (row, column), value)


class SignalDepth(Player):
    """How large the numbers of a deep network are, layer by layer, and their derivatives.

    Parameters
    ----------
    activation : str
        ``"ReLU"``, ``"tanh"`` or ``"sigmoid"``.
    begin : str
        How the weights begin: ``"He"``, ``"Glorot"``, ``"deviation 0.01"`` or ``"deviation 1"``.
    layers : int
        Where the slider starts.
    batch_norm : bool
        Whether a batch normalisation stands before each activation.
    seed : int
        Decides the weights and the samples.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If a choice is not offered, or a number is off its slider.

    Examples
    --------
    >>> SignalDepth()
    SignalDepth: 8 layers, sigmoid, Glorot: forward 1 → 0.5, back 1 → 8.5e−6, 16 steps
    """

    _combinations = 1

    def __init__(
        self, activation="sigmoid", begin="Glorot", *, layers=8, batch_norm=False, seed=0, **view
    ):
        self._seed = seed
        controls = [
            Choice("activation", scenes.ACTIVATIONS, activation),
            Choice("begin", scenes.BEGINNINGS, begin, label="weights begin by"),
            Range("layers", 1, 12, layers),
            Switch("batch_norm", batch_norm, label="batch norm"),
        ]
        super().__init__(
            title="SignalDepth", subtitle="forward and back through many layers",
            controls=controls, **view,
        )

    def _scene(self, activation, begin, layers, batch_norm):
        return scenes.signal_depth(
            activation, begin, layers=layers, normalised=batch_norm, seed=self._seed
        )
