"""Where a student's kernel runs: a box that reaches no file, no network and no other process.

``levels`` says which kinds of box there are and which one this machine can offer, ``box`` builds
one, ``enter`` is what runs first inside, ``provisioner`` starts a Jupyter kernel in it, ``watch``
looks at it from outside while it runs, and ``doctor`` tries whether it holds.
"""

from convviz.grading.sandbox.box import Box
from convviz.grading.sandbox.levels import (
    BUBBLEWRAP,
    LANDLOCK,
    LEVELS,
    NONE,
    PROMISES,
    NoSandbox,
    choose,
)
from convviz.grading.sandbox.limits import Limits

__all__ = [
    "BUBBLEWRAP",
    "LANDLOCK",
    "LEVELS",
    "NONE",
    "PROMISES",
    "Box",
    "Limits",
    "NoSandbox",
    "choose",
]
