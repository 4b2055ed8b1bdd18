"""A network of two layers that slides along time: a word later gives the same answer later."""

import numpy as np

from convviz import geometry
from convviz.scenes import _check, _code
from convviz.scenes._layer import clauses
from convviz.scenes._text import number, plural, shape_text, span
from convviz.scenes.scene import Grid, Question, Scene, Step

#: A unit for a low tone before a middle one, and one for a middle tone before a high one.
TONE_FILTERS = np.array([[[1, -1], [-1, 1], [-1, -1]], [[-1, -1], [1, -1], [-1, 1]]])
#: The first unit, then the second.
WORD_FILTER = np.array([[[1, 0], [0, 1]]])
SOUND, HIDDEN, OUTPUT = "sound", "hidden", "output"
_MOST_UNITS = 6


def tones(stride=1, frames=12):
    """A word of three tones, low, middle and high, as a network with that stride is to hear it.

    >>> tones(2)[:, 2:6].tolist()
    [[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]]
    """
    sound = np.zeros((3, frames), np.int64)
    rows = [0, *[1] * stride, 2]
    sound[rows, range(2, 2 + len(rows))] = 1
    return sound


@_check.without_warnings
def time_delay(sound, first, second, *, shift=0, stride=1, filled=False):
    """The scene of a time-delay network (Waibel and others, 1989) on its way along a sound.

    Parameters
    ----------
    sound : array_like
        Shape ``(features, frames)``, at most 24 each way.
    first : array_like
        Shape ``(units, features, frames)``: what each hidden unit reads of so many frames, before
        a ReLU. At most 6 units.
    second : array_like
        Shape ``(classes, units, frames)``. At most 6 classes.
    shift : int
        By how many frames the sound comes later; what leaves it is lost, and silence comes in.
    stride : int
        Of the first layer: frames from one place to the next.
    filled : bool
        Whether the network runs `stride` times, each time on the sound begun one frame later, and
        the outputs are put between each other: one for every frame.

    Returns
    -------
    Scene
        One step for each place: the frames that its output sees, and the hidden numbers it reads.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> time_delay(tones(), TONE_FILTERS, WORD_FILTER)
    TimeDelay: 3×12, field 3, stride 1 → 10 places, largest 4 at place 2, 10 steps
    >>> time_delay(tones(2), TONE_FILTERS, WORD_FILTER, stride=2, shift=1, filled=True)
    TimeDelay: 3×12, field 4, stride 2, filled → 9 places, largest 4 at place 3, 9 steps
    """
    network = _Network(sound, first, second, shift, stride, filled)
    places = network.output.shape[1]
    best = int(np.nan_to_num(network.output.max(axis=0)).argmax())
    top = number(network.output[:, best].max())
    steps = tuple(_steps(network))
    summary = (
        f"{shape_text(network.sound.shape)}, field {network.field}, stride {network.stride}"
        f"{', filled' if network.filled else ''} → {plural(places, 'place')}, "
        f"largest {top} at place {best}, {plural(len(steps), 'step')}"
    )
    grids = _grids(network)
    return Scene(
        "TimeDelay", summary, grids, ("∗",), steps, _caption(network), poster=network.when(best),
        code=_lines(network),
        question=Question(
            "Counted from 0, at which place is the output largest?", "number", best,
            f"The word begins at frame {network.frame(best)}: there the output is {top}.",
            hides=(HIDDEN, OUTPUT),
        ) if _is_clear(network.output) else None,
    )  # fmt: skip


def _is_clear(output):
    """Whether one place is the best."""
    tops = output.max(axis=0)
    return bool(np.isfinite(tops).all()) and int((tops == tops.max()).sum()) == 1


class _Network:
    """The arrays, their sizes, and which numbers each place reads."""

    def __init__(self, sound, first, second, shift, stride, filled):
        sound = _check.numbers("sound", sound, 2)
        self.first, self.second = _check.numbers("first", first, 3), _check.numbers("second", second, 3)
        self.filled = _check.flag("filled", filled)
        self.stride = geometry.integer("stride", stride, 1, "use 1 for every frame")
        self.shift = geometry.integer("shift", shift, 0, "a sound comes later, not earlier")
        self._check(sound)
        self.sound = np.zeros_like(sound)
        self.sound[:, self.shift :] = sound[:, : sound.shape[1] - self.shift]
        runs = [self._run(begin) for begin in range(self.stride if self.filled else 1)]
        self.hidden, self.output = (_woven(parts) for parts in zip(*runs, strict=True))

    def _check(self, sound):
        _check.showable("sound", sound.shape, "take a part of it")
        for name, weights, reads, what in (
            ("first", self.first, len(sound), "features of the sound"),
            ("second", self.second, len(self.first), "units of the first layer"),
        ):
            if weights.shape[1] != reads or len(weights) > _MOST_UNITS:
                raise ValueError(
                    f"{name} has shape {weights.shape}: use (at most {_MOST_UNITS}, {reads}, "
                    f"frames), for the {plural(reads, 'row')} of {what}"
                )
        last = self.stride - 1 if self.filled else 0
        if self.field + last > sound.shape[1]:
            raise ValueError(
                f"an output sees {self.field} frames{f', begun up to {last} later' if last else ''}"
                f", the sound has {sound.shape[1]}: use a longer sound, or a smaller stride"
            )
        if self.shift >= sound.shape[1]:
            raise ValueError(
                f"shift={self.shift} moves all {sound.shape[1]} frames out of sight: use a smaller one"
            )

    @property
    def field(self):
        """How many frames an output sees."""
        return self.first.shape[2] + (self.second.shape[2] - 1) * self.stride

    def _run(self, begin):
        """Hidden and output numbers for the sound from a frame on."""
        hidden = np.maximum(_slid(self.sound[:, begin:], self.first, self.stride), 0)
        return hidden, _slid(hidden, self.second, 1)

    @property
    def apart(self):
        """How many columns the taps of the second layer lie apart, in what is shown."""
        return self.stride if self.filled else 1

    def frame(self, place):
        """The first frame that a place sees."""
        return place if self.filled else place * self.stride

    def columns(self, place):
        """The hidden columns that a place reads."""
        return [place + tap * self.apart for tap in range(self.second.shape[2])]

    def order(self):
        """The places in the order of the runs."""
        count = self.output.shape[1]
        return [place for begin in range(self.apart) for place in range(begin, count, self.apart)]

    def when(self, place):
        """The step of a place."""
        return self.order().index(place)


def _slid(x, weights, stride):
    """A layer of filters along the columns of x."""
    windows = np.lib.stride_tricks.sliding_window_view(x, weights.shape[2], axis=1)[:, ::stride]
    return np.einsum("fpk,ufk->up", windows, weights)


def _woven(parts):
    """The columns of several arrays between each other."""
    woven = np.zeros((len(parts[0]), sum(part.shape[1] for part in parts)), parts[0].dtype)
    for begin, part in enumerate(parts):
        woven[:, begin :: len(parts)] = part
    return woven


def _grids(network):
    time = {"stack": "time runs to the right"}
    grids = [
        Grid(SOUND, "input", network.sound, editable=not network.shift, shade="signed", **time,
             note=f"features × frames{f', {network.shift} later' if network.shift else ''}"),
        Grid(HIDDEN, "neutral", network.hidden, hidden=True, shade="signed", **time,
             note=f"after ReLU, units × {'frames' if network.filled else 'places'}"),
        Grid(OUTPUT, "output", network.output, hidden=True, shade="signed", **time,
             note=plural(network.output.shape[1], "place")),
    ]  # fmt: skip
    for name, weights, what in (("unit", network.first, "sound"), ("output filter", network.second, "hidden")):
        for n, plane in enumerate(weights):
            grids.append(
                Grid(_named(name, n, len(weights)), "filter", plane, editable=True, note=f"reads {what}",
                     stack="the same at every place")
            )  # fmt: skip
    return tuple(grids)


def _named(name, n, count):
    return name if count == 1 else f"{name} {n}"


def _steps(network):
    known, classes = set(), len(network.second)
    for place in network.order():
        columns, frame = network.columns(place), network.frame(place)
        new = [column for column in columns if column not in known]
        known.update(new)
        best = int(np.nan_to_num(network.output[:, place]).argmax())
        rows = range(len(network.hidden))
        terms = [
            ((HIDDEN, unit, column), (_named("output filter", best, classes), unit, tap))
            for unit in rows for tap, column in enumerate(columns)
        ]  # fmt: skip
        formula = [part for term in terms for part in (" + ", term)][1:]
        run = f"Run {place % network.apart + 1} of {network.apart}: output" if network.apart > 1 else "Output"
        yield Step(
            f"{run} {place} sees {span(range(frame, frame + network.field), 'frame')}; "
            f"{_told(new, len(columns))}.",
            formula=(*formula, " = ", ((OUTPUT, best, place),)),
            result=(OUTPUT, best, place),
            writes=(
                *(((HIDDEN, unit, column), network.hidden[unit, column]) for column in new for unit in rows),
                *(((OUTPUT, k, place), network.output[k, place]) for k in range(classes)),
            ),
            windows=(
                (SOUND, 0, frame, len(network.sound) - 1, frame + network.field - 1),
                (HIDDEN, 0, columns[0], len(network.hidden) - 1, columns[-1]),
            ),
        )  # fmt: skip


def _told(new, count):
    if len(new) == count:
        return f"all {count} hidden columns are new" if count > 1 else "its hidden column is new"
    kept = count - len(new)
    return f"{len(new)} hidden {'column is' if len(new) == 1 else 'columns are'} new, {kept} known already"


def _costs(network):
    """Multiply-adds of the scan, and of the same windows cut out one by one."""
    column, place = network.first.size, network.second.size
    places = network.output.shape[1]
    scan = network.hidden.shape[1] * column + places * place
    return scan, places * (network.second.shape[2] * column + place)


def _caption(network):
    scan, cut = _costs(network)
    first, last = network.first.shape[2], network.second.shape[2]
    field = f"field = {first} + {last - 1}·{network.stride} = "
    return clauses(
        [(field, ""), (str(network.field), "output")],
        [("multiply-adds of the scan ", ""), (str(scan), "output")],
        [(f"of windows cut out one by one {cut}", "")],
    )


def _lines(network):
    first = [_named("unit", n, len(network.first)) for n in range(len(network.first))]
    second = [_named("output filter", n, len(network.second)) for n in range(len(network.second))]
    sound, one, two = (
        _code.array(names, shape)
        for names, shape in (
            (["sound"], (1, *network.sound.shape)), (first, network.first.shape),
            (second, network.second.shape),
        )
    )  # fmt: skip
    # what runs on shifted sounds find together, one run with dilated taps finds at once
    how = (
        ("", _code.options(**_code.unusual(dilation=network.stride)))
        if network.filled else (_code.options(**_code.unusual(stride=network.stride)), "")
    )  # fmt: skip
    ours = f"ops.conv1d(ops.relu(ops.conv1d({sound}, {one}{how[0]})), {two}{how[1]})[0]"
    tensors = [f"torch.tensor({array})" for array in (sound, one, two)]
    theirs = f"F.conv1d(F.relu(F.conv1d({tensors[0]}, {tensors[1]}{how[0]})), {tensors[2]}{how[1]})[0]"
    return (("convviz", ours), ("PyTorch", theirs))
