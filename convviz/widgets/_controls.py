"""The few controls a player has: whole-number sliders, choices, switches."""

import itertools
import math
import operator
from dataclasses import dataclass

import numpy as np


#: A slider reaches no further: every place of it may be built and sent.
_FURTHEST = 255


@dataclass(frozen=True)
class Range:
    """A slider over whole numbers from `low` to `high`; hidden while the switch `needs` is off."""

    name: str
    low: int
    high: int
    value: int
    label: str | None = None
    needs: str | None = None

    @classmethod
    def reaching(cls, name, low, high, value, label=None):
        """A slider that reaches as far as its first value, up to 255, where that is beyond `high`."""
        number = whole(value)
        furthest = high if number is None else max(high, min(number, _FURTHEST))
        return cls(name, low, furthest, value, label)

    def values(self):
        """Every value the control can take."""
        return range(self.low, self.high + 1)


@dataclass(frozen=True)
class Choice:
    """One of several words."""

    name: str
    options: tuple[str, ...]
    value: str
    label: str | None = None

    def values(self):
        """Every value the control can take."""
        return self.options


@dataclass(frozen=True)
class Switch:
    """On or off."""

    name: str
    value: bool = False
    label: str | None = None

    def values(self):
        """Every value the control can take."""
        return (False, True)


def check(control, value):
    """The value if the control can take it, as a plain int, str or bool.

    Raises
    ------
    ValueError
        Naming the control, the value, and what it can take.
    """
    if isinstance(control, Range):
        number = whole(value)
        if number is None or not control.low <= number <= control.high:
            raise ValueError(
                f"{control.name}={value!r} is outside this widget's slider: "
                f"use a whole number from {control.low} to {control.high}"
            )
        return number
    if isinstance(value, np.bool_):
        value = bool(value)
    if not isinstance(value, bool | str) or value not in control.values():
        allowed = ", ".join(str(v) for v in control.values())
        raise ValueError(f"{control.name}={value!r} is not offered here: use one of {allowed}")
    return value


def whole(value):
    """A whole number of any library as an int; None for everything else, truth values too."""
    try:
        return None if isinstance(value, bool | np.bool_) else operator.index(value)
    except TypeError:
        return None


def applied(controls, setting):
    """The setting with every control that is out of use at its lowest: it changes no scene."""
    idle = {c.name: c.low for c in controls if isinstance(c, Range) and c.needs and not setting[c.needs]}
    return {**setting, **idle}


def key(controls, setting):
    """A setting as the short text under which its scene is stored: ``"3,0,1"``.

    Controls that are out of use stand at their lowest there: one scene has one key.
    """
    setting = applied(controls, setting)
    places = (
        setting[c.name] if isinstance(c, Range) else list(c.values()).index(setting[c.name])
        for c in controls
    )
    return ",".join(str(int(place)) for place in places)


def payload(control):
    """The control as the player reads it."""
    label = control.label or control.name
    if isinstance(control, Range):
        return {"kind": "range", "name": control.name, "label": label, "low": control.low,
                "high": control.high, "needs": control.needs}
    if isinstance(control, Choice):
        return {"kind": "choice", "name": control.name, "label": label,
                "options": list(control.options)}
    return {"kind": "switch", "name": control.name, "label": label}


def neighbours(controls, setting):
    """The settings one move of one control away."""
    for control in controls:
        values = list(control.values())
        place = values.index(setting[control.name])
        near = values if not isinstance(control, Range) else values[max(place - 1, 0) : place + 2]
        for value in near:
            if value != setting[control.name]:
                yield {**setting, control.name: value}


def star(controls, setting):
    """The settings that differ from this one in a single control."""
    for control in controls:
        for value in control.values():
            if value != setting[control.name]:
                yield {**setting, control.name: value}


def likely(controls, setting, presets, most):
    """The settings to send before anyone asks for them, most likely first.

    The setting shown, every single move from it, the presets, and every combination of the controls
    with few values, as long as there are at most `most` of them.
    """
    few, many = [], sorted(controls, key=lambda c: len(c.values()))
    while many and math.prod(len(c.values()) for c in [*few, many[0]]) <= most:
        few.append(many.pop(0))
    names = [c.name for c in few]
    combinations = itertools.product(*(c.values() for c in few))
    return [
        setting,
        *star(controls, setting),
        *presets,
        *({**setting, **dict(zip(names, values, strict=True))} for values in combinations),
    ]
