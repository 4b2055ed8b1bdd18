"""Layers on top of each other: how far an output sees."""

from collections.abc import Iterable, Mapping

from convviz import geometry, scenes
from convviz.widgets._controls import Choice, Range, Switch
from convviz.widgets._player import Player

_PATTERNS = {
    "1, 2, 4, …": (1, 2, 4, 8), "1, 3, 9": (1, 3, 9), "1, 1, 1, …": (1,), "2, 2, 2, …": (2,)
}


def _listed(name, values, example):
    """The entries of a sequence as a tuple; refuse what is none."""
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        raise TypeError(f"{name}={values!r} is no list: use one, such as {example}")
    return tuple(values)


class DilatedStack(Player):
    """The tree of taps from an output down to the input, for dilations that double or do not.

    Parameters
    ----------
    dilations : str or sequence of int
        ``"1, 2, 4, …"``, ``"1, 3, 9"``, ``"1, 1, 1, …"``, ``"2, 2, 2, …"``, or own numbers, which
        come round again where there are more layers.
    kernel, layers : int
        Where the sliders start.
    causal : bool
        Whether the layers look at the present and the past alone.
    **view
        ``step`` and ``predict``: see :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If a number is off its slider, or the stack is too long to be shown, with the remedy.

    Examples
    --------
    >>> DilatedStack()
    DilatedStack: dilations 1, 2, 4, kernel 3: field 15 of 17, 6 steps
    >>> DilatedStack([1, 3, 9])
    DilatedStack: dilations 1, 3, 9, kernel 3: field 27 of 29, 6 steps
    >>> DilatedStack(kernel=2, layers=4, causal=True)
    DilatedStack: dilations 1, 2, 4, 8, kernel 2, causal: field 16 of 18, 22 steps
    """

    _combinations = 12

    def __init__(self, dilations="1, 2, 4, …", *, kernel=3, layers=3, causal=False, **view):
        self._patterns = dict(_PATTERNS)
        if not isinstance(dilations, str):
            own = _listed("dilations", dilations, "[1, 2, 4]")
            if not own:
                raise ValueError("dilations is empty: a stack has one layer or more")
            layers, dilations = len(own), ", ".join(map(str, own))
            self._patterns[dilations] = own
        elif dilations not in self._patterns:
            known = ", ".join(map(repr, self._patterns))
            raise ValueError(
                f"dilations={dilations!r} is not offered here: use one of {known}, or a list of "
                "numbers"
            )
        controls = [
            Choice("dilations", tuple(self._patterns), dilations),
            Range.reaching("layers", 1, 4, layers),
            Range("kernel", 2, 3, kernel),
            Switch("causal", causal),
        ]
        super().__init__(title="DilatedStack", controls=controls, **view)

    def _scene(self, dilations, layers, kernel, causal):
        pattern = self._patterns[dilations]
        chosen = [pattern[n % len(pattern)] for n in range(layers)]
        return scenes.dilated_stack(chosen, kernel, causal=causal)


class ReceptiveField(Player):
    """A stack of layers that the reader builds, and what one output sees of every map below it.

    Parameters
    ----------
    layers : sequence of geometry.Layer or of mappings with the same names, optional
        One to four convolutions or poolings; 3×3, pooling by 2 and 3×3 when None.
    input : int
        Rows and columns of the input.
    **view
        ``step`` and ``predict``: see :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If a number is off its slider or a layer does not fit, with the remedy.

    Examples
    --------
    >>> ReceptiveField()
    ReceptiveField: 10×10, 3 layers → 2×2, field 8×8, jump 2, 4 steps
    """

    _most = 4
    _combinations = 2

    def __init__(self, layers=None, *, input=10, **view):
        layers = scenes.STACKS["3×3, pooling, 3×3"][0] if layers is None else layers
        layers = _listed("layers", layers, '[{"kernel_size": 3}]')
        if not 1 <= len(layers) <= self._most:
            raise ValueError(f"layers has {len(layers)} entries: this widget shows 1 to {self._most}")
        geometry.receptive_field(layers)  # refuses what is no layer, by its place
        start = self._switched(layers)
        controls = [Range.reaching("input", 4, 15, input)]
        for n in range(1, self._most + 1):
            needs = f"layer_{n}" if n > 1 else None
            controls += [Switch(needs, start[needs], label=f"layer {n}")] if needs else []
            controls += [
                Range.reaching(f"{name}_{n}", low, high, start[f"{name}_{n}"])
                for name, low, high in _SLIDERS
            ]
            controls[-4:] = [
                Range(c.name, c.low, c.high, c.value, label=c.name.replace("_", " "), needs=needs)
                for c in controls[-4:]
            ]
        presets = {
            name: self._switched(stack) | {"input": size}
            for name, (stack, size) in scenes.STACKS.items()
        }
        super().__init__(title="ReceptiveField", controls=controls, presets=presets, **view)

    def _switched(self, layers):
        """A stack as values of the controls."""
        setting = {}
        for n in range(1, self._most + 1):
            there = n <= len(layers)
            layer = layers[n - 1] if there else {"kernel_size": 3}
            layer = layer if isinstance(layer, geometry.Layer) else geometry.Layer(**layer)
            setting |= {f"layer_{n}": there} if n > 1 else {}
            setting |= {
                f"kernel_{n}": layer.kernel_size, f"stride_{n}": layer.stride,
                f"padding_{n}": layer.padding, f"dilation_{n}": layer.dilation,
            }
        return setting

    def _scene(self, input, **setting):
        layers = [
            geometry.Layer(
                setting[f"kernel_{n}"], setting[f"stride_{n}"], setting[f"padding_{n}"],
                setting[f"dilation_{n}"],
            )
            for n in range(1, self._most + 1) if setting.get(f"layer_{n}", True)
        ]
        return scenes.receptive_field(layers, input)


_SLIDERS = (("kernel", 1, 5), ("stride", 1, 3), ("padding", 0, 2), ("dilation", 1, 3))
