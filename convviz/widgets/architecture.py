"""What a network comes to, layer by layer, while its input and its width change."""

import math
from functools import lru_cache

import anywidget
import traitlets

from convviz import models, nn
from convviz.models import published
from convviz.nn.seeds import aside
from convviz.widgets import _controls
from convviz.widgets._architecture import report, times, totals
from convviz.widgets._controls import Choice, Range, Switch
from convviz.widgets._source import PLAYER_CSS, REPORT_CSS, REPORT_JS

_OWN = "your own network"


class ArchitectureCalculator(anywidget.AnyWidget):
    """Shapes, parameters, multiply-adds, memory and receptive fields of a network's layers.

    Beside the totals stands what was published of the network and what slides in circulation
    print. Nothing is trained, and no weight is drawn.

    Parameters
    ----------
    model : str or nn.Module
        The name of a network of `convviz.models`, such as ``"alexnet"``, or one of your own.
    input_shape : tuple of int, optional
        With the batch, as for `models.summary`: ``(1, 3, 224, 224)``. All is told for one sample.
        The published one where it is left out; a network of your own needs it.
    width : int, optional
        Of networks that come in several: the channels of the first block.
    every : bool
        Whether the layers within a block are told one by one.

    Attributes
    ----------
    setting : dict
        Name → value of every control; assign a changed copy to move them from Python.

    Raises
    ------
    TypeError, ValueError
        If there is no such network, a number is off its slider, or a layer does not fit.

    Examples
    --------
    >>> ArchitectureCalculator()
    ArchitectureCalculator: LeNet-5, 1×32×32 → 10, 61,706 parameters, 416,520 multiply-adds
    >>> from convviz import nn
    >>> mine = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10))
    >>> ArchitectureCalculator(mine, (1, 1, 8, 8))
    ArchitectureCalculator: your own network, 1×8×8 → 10, 1,490 parameters, 2,736 multiply-adds
    """

    _esm = REPORT_JS
    _css = f"{PLAYER_CSS}\n{REPORT_CSS}"
    _title = traitlets.Unicode("ArchitectureCalculator").tag(sync=True)
    _shown = traitlets.Dict().tag(sync=True)
    setting = traitlets.Dict().tag(sync=True)

    def __init__(self, model="lenet5", input_shape=None, *, width=None, every=False):
        self._own = None
        if isinstance(model, nn.Module):
            self._own = _own_network(model, input_shape)
        elif not isinstance(model, str):
            raise TypeError(
                f"model must be a name such as 'alexnet' or a network of layers, got {model!r}"
            )
        network = self._own or published.find(model)
        start = {"model": network.name, "every": every} | _size_of(network, input_shape)
        start |= {} if width is None else {"width": width}
        self._answers, self._good = 0, {}
        # The first setting must fit: its errors are the caller's.
        self._good = self._full(start)
        self._found = self._summary(self._good)
        super().__init__(setting=self._good)
        self._show()

    def _network(self, name):
        return self._own if self._own and name == _OWN else published.find(name)

    def _controls(self, network):
        """The controls of a network: its input's size, and its width where it has one."""
        names = (*((_OWN,) if self._own else ()), *(one.name for one in published.NETWORKS))
        made = [Choice("model", names, network.name)]
        if network.sizes[0] < network.sizes[1]:
            made.append(Range("size", *network.sizes, network.size, label="input size"))
        if network.width:
            label, usual, low, high = network.width
            made.append(Range("width", low, high, usual, label=label))
        return [*made, Switch("every", label="every layer")]

    def _full(self, setting):
        """A whole setting from a part of one."""
        network = self._network(setting.get("model", self._good.get("model")))
        controls = self._controls(network)
        names = [one.name for one in controls]
        unknown = sorted(set(setting) - set(names))
        if unknown:
            raise ValueError(
                f"{network.name} has no control {unknown[0]!r}: it has {', '.join(names)}"
            )
        full = {one.name: one.value for one in controls} | setting | {"model": network.name}
        return {one.name: _controls.check(one, full[one.name]) for one in controls}

    @traitlets.validate("setting")
    def _check_setting(self, proposal):
        return self._full(proposal["value"])

    @traitlets.observe("setting")
    def _follow(self, change):
        if change["old"]:
            self._show()

    def _summary(self, setting):
        network = self._network(setting["model"])
        own = network is self._own
        net = network.build() if own else _built(network.name, setting.get("width"))
        sample = network.sample(setting.get("size", network.size))
        try:
            return models.summary(net, (1, *sample))
        except ValueError as error:
            usual = times(network.sample(network.size))
            error.args = (
                f"An input of {times(sample)} does not fit {network.name}, which is at home with "
                f"{usual}: {error}",
            )
            raise

    def _show(self):
        """Tell the page what it shows now; what does not fit leaves the last network standing."""
        trouble = ""
        try:
            self._found = self._summary(self.setting)
            self._good = self.setting
        except Exception as error:  # whatever went wrong, the reader is told where he looks
            trouble = str(error) or type(error).__name__
        self._answers += 1
        controls = self._controls(self._network(self.setting["model"]))
        self._shown = {
            "answer": self._answers, "setting": self.setting, "trouble": trouble,
            "sliders": [_controls.payload(one) for one in controls],
            "report": self._report(), "say": self._words(),
        }  # fmt: skip

    def _report(self):
        network = self._network(self._good["model"])
        usual = {"size": network.size} | ({"width": network.width[1]} if network.width else {})
        as_printed = all(self._good.get(name, value) == value for name, value in usual.items())
        return report(self._found, network.figures, every=self._good["every"], usual=as_printed)

    def _words(self):
        told, found = totals(self._found), self._found
        return (
            f"{self._good['model']}, {times(found.input_shape[1:])} → "
            f"{times(found.rows[-1].shape)}, {told['parameters'][1]} parameters, "
            f"{told['multiply-adds'][1]} multiply-adds"
        )

    def __repr__(self):
        return f"ArchitectureCalculator: {self._words()}"

    def _repr_mimebundle_(self, **kwargs):
        # The tables, for where no kernel runs.
        data, metadata = super()._repr_mimebundle_(**kwargs)
        still = f"<style>{REPORT_CSS}</style><div class='cv-report'><p>{self._words()}</p>"
        return data | {
            "text/plain": repr(self), "text/html": f"{still}{self._report()}</div>",
        }, metadata  # fmt: skip


@lru_cache(maxsize=8)
def _built(name, width):
    """A network of the literature, whose weights nobody will ask for."""
    network = published.find(name)
    with aside():
        return network.build() if width is None else network.build(width)


def _own_network(net, input_shape):
    """The student's network as those of the literature are kept."""
    if input_shape is None:
        raise ValueError(
            "a network of your own needs an input_shape with the batch first: for example "
            "input_shape=(1, 1, 32, 32)"
        )
    shape = models.summary(net, input_shape).input_shape[1:]
    if len(shape) == 1:
        return published.Network(_OWN, lambda: net, lambda size: shape, shape[0], (shape[0],) * 2)
    rows = shape[1]

    def sample(size):
        return shape[0], *(round(size * axis / rows) for axis in shape[1:])

    return published.Network(_OWN, lambda: net, sample, rows, (math.ceil(rows / 4), 2 * rows))


def _size_of(network, input_shape):
    """The size that makes the network's input this one, as a part of a setting."""
    low, high = network.sizes
    if input_shape is None or low == high:
        return {}
    for size in range(low, high + 1):
        if tuple(input_shape)[1:] == network.sample(size):
            return {"size": size}
    raise ValueError(
        f"input_shape={input_shape!r} is no input of {network.name}: use "
        f"{(1, *network.sample(network.size))}, or another size from {low} to {high}"
    )
