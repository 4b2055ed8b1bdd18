"""Small pictures with names, in groups: what looks into a network are made of."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True, eq=False)
class Tile:
    """A small picture, or words alone.

    Attributes
    ----------
    values : array (rows, columns) or None
    caption : str
        The words below it, or in its place.
    label : str
        What it is, for who does not see it.
    pick : dict
        The controls that a click on it sets; empty where it is only looked at.
    chosen : bool
        Whether it is the one that the rest is about.
    frames : tuple of (top, left, bottom, right)
        Boxes drawn on it, the last two numbers included.
    spots : tuple of (top, left, bottom, right, dict)
        Boxes in it that can be clicked each, with the controls that this sets.
    """

    values: np.ndarray | None
    caption: str = ""
    label: str = ""
    pick: dict | None = None
    chosen: bool = False
    frames: tuple = ()
    spots: tuple = ()


@dataclass(frozen=True, eq=False)
class Tiles:
    """Tiles side by side, under one name.

    Attributes
    ----------
    name, note : str
    tiles : tuple of Tile
    dot : int
        How many pixels of the paper one number takes.
    signed, shared : bool
        Whether zero stands in the middle of the scale; whether there is one scale for all tiles.
    columns : int
        How many in a line; as many as there is room for when 0.
    """

    name: str
    note: str
    tiles: tuple[Tile, ...]
    dot: int = 4
    signed: bool = False
    shared: bool = True
    columns: int = 0

    @cached_property
    def levels(self):
        """The pixels of each tile as uint8, 1 to 255 from the least to the greatest number.

        >>> two = Tiles("", "", (Tile(np.array([[-1.0, 0.5]])), Tile(None, "words")), signed=True)
        >>> two.levels
        (array([[  1, 192]], dtype=uint8), None)
        """
        found = [None if it.values is None else np.nan_to_num(it.values) for it in self.tiles]
        numbers = [values for values in found if values is not None]
        shared = self._ends(np.concatenate([values.ravel() for values in numbers] or [[0.0]]))
        ends = (lambda values: shared) if self.shared else self._ends
        return tuple(
            None if values is None else _scaled(values, *ends(values)) for values in found
        )

    def _ends(self, values):
        high = np.abs(values).max() if self.signed else values.max()
        return (-high if self.signed else values.min()), high


@dataclass(frozen=True, eq=False)
class Gallery:
    """Groups of tiles below each other, and what they say.

    Attributes
    ----------
    name, summary : str
        As of a `Scene`; the summary says what is shown, and no number that differs from machine to
        machine.
    groups : tuple of Tiles
    sentence : str
    """

    name: str
    summary: str
    groups: tuple[Tiles, ...]
    sentence: str

    def __repr__(self):
        return f"{self.name}: {self.summary}"


def _scaled(values, low, high):
    return np.rint(1 + 254 * (values - low) / (high - low or 1)).astype(np.uint8)
