"""Layers on top of each other: what the scenes of stacks have in common."""

import re

from convviz import geometry


def stack_sizes(input_size, layers):
    """Sizes on the way through a stack, as :func:`convviz.geometry.stack_sizes` gives them.

    An error names the layer as the stage does: the input is below layer 1.

    Raises
    ------
    TypeError, ValueError
        If a layer is none, or does not fit what it reads.

    Examples
    --------
    >>> stack_sizes(32, [{"kernel_size": 3}, {"kernel_size": 5}])
    (32, 30, 26)
    """
    try:
        return geometry.stack_sizes(input_size, layers)
    except ValueError as error:
        said = re.sub(r"^layer (\d+)", lambda found: f"layer {int(found[1]) + 1}", str(error))
        raise ValueError(said) from None
