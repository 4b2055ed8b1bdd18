"""The arithmetic of a convolution's backward pass, along one axis."""

from dataclasses import dataclass

import numpy as np

from convviz.scenes._sliding import Axis


@dataclass(frozen=True)
class Back:
    """The arithmetic of the backward pass along one axis."""

    forward: Axis
    stretched: int
    rest: int

    @classmethod
    def of(cls, forward):
        stretched = (forward.output - 1) * forward.stride + 1
        rest = forward.padded - (stretched + forward.kernel - 1)
        return cls(forward, stretched, rest)

    @property
    def around(self):
        """Zeros on both sides of the stretched derivative (the pixels left over want more)."""
        return self.forward.kernel - 1

    @property
    def padded(self):
        return self.stretched + 2 * self.around + self.rest

    def flags(self):
        """For each position of the padded line: is it a number of dy, and does it lie inside?"""
        numbers, inside = np.zeros(self.padded, bool), np.zeros(self.padded, bool)
        inside[self.around : self.around + self.stretched] = True
        numbers[self.around : self.around + self.stretched : self.forward.stride] = True
        return numbers, inside

    def kept(self):
        """For each position of the derivative: does it belong to the input, not to its padding?"""
        flags = np.zeros(self.forward.padded, bool)
        flags[self.forward.before : self.forward.before + self.forward.size] = True
        return flags


def richest(axes):
    """The cell of dx with the most products, near the middle."""
    reached = []
    for axis in axes:
        numbers, _ = axis.flags()
        counts = [numbers[n : n + axis.forward.kernel].sum() for n in range(axis.forward.padded)]
        middle = len(counts) // 2
        reached.append(max(range(len(counts)), key=lambda n: (counts[n], -abs(n - middle))))
    return reached[0] * axes[1].forward.padded + reached[1]
