"""From links to nodes: what runs as one, with its shapes and the places of its parameters."""

from dataclasses import dataclass

import numpy as np

from convviz.ops import links as _links


@dataclass
class Node:
    """An operation with parameters or windows, and the ReLU that belongs to it.

    Attributes
    ----------
    link : a link
    before, after : tuple
        Shapes of a sample.
    weights, bias : int
        Where they begin among all parameters; -1 for no bias.
    relu : bool
        Whether a ReLU follows, or, for a max pooling, precedes: the largest of ReLUs is the ReLU
        of the largest.
    """

    link: object
    before: tuple
    after: tuple
    weights: int = -1
    bias: int = -1
    relu: bool = False

    @property
    def around(self):
        """The zeros that it wants around its input."""
        if isinstance(self.link, _links.Conv2d):
            return self.link.plan(self.before).padding
        return ((0, 0), (0, 0))


def nodes_of(links, shapes):
    """Return the nodes of a chain, and how many parameters they have together."""
    nodes, place, waiting = [], 0, False
    fusing = _links.Conv2d, _links.Linear, _links.MaxPool2d
    for number, (link, before, after) in enumerate(zip(links, shapes, shapes[1:], strict=False)):
        if isinstance(link, _links.Flatten):
            continue
        if isinstance(link, _links.ReLU):
            follower = links[number + 1] if number + 1 < len(links) else None
            if isinstance(follower, _links.MaxPool2d):
                waiting = True
                continue
            if nodes and isinstance(nodes[-1].link, fusing):
                nodes[-1].relu = True
                continue
        node = Node(link, before, after, relu=waiting)
        waiting = False
        found = link.parameter_shapes(before)
        if found:
            node.weights, place = place, place + int(np.prod(found[0]))
            if len(found) > 1:
                node.bias, place = place, place + found[1][0]
        nodes.append(node)
    return nodes, place
