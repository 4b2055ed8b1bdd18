"""Which classes a network takes for which, and the images behind each number."""

from dataclasses import dataclass

import numpy as np

from convviz.inside._probe import Probe


@dataclass(frozen=True, eq=False)
class Confusion:
    """The answers of a network to images of known classes.

    Attributes
    ----------
    counts : array (classes, classes)
        Row: the class; column: the answer. What is right stands on the diagonal.
    labels, answers : array (N,)
    """

    counts: np.ndarray
    labels: np.ndarray
    answers: np.ndarray

    @property
    def accuracy(self):
        """The share of right answers."""
        return float(np.trace(self.counts) / self.counts.sum())

    def images(self, label, answer):
        """Return which images are behind a number: those of class `label` taken for `answer`."""
        for name, value in (("label", label), ("answer", answer)):
            if not 0 <= value < len(self.counts):
                raise ValueError(
                    f"{name}={value!r} is none of the {len(self.counts)} classes: "
                    f"use 0 to {len(self.counts) - 1}"
                )
        return np.flatnonzero((self.labels == label) & (self.answers == answer))

    def worst(self, count=5):
        """Return the commonest confusions as (label, answer, how often), the commonest first."""
        wrong = self.counts * (1 - np.eye(len(self.counts), dtype=int))
        order = np.argsort(-wrong, axis=None, kind="stable")[:count]
        pairs = zip(*np.unravel_index(order, wrong.shape), strict=True)
        return [(int(a), int(b), int(wrong[a, b])) for a, b in pairs if wrong[a, b]]


def confusion(net, images, labels):
    """Return what a network takes images for, beside what they are.

    Parameters
    ----------
    net : nn.Module
        With a score for each class.
    images : array (N, C, H, W)
    labels : array of int (N,)

    Returns
    -------
    Confusion

    Raises
    ------
    ValueError
        When labels are no classes of the network, or not one for each image.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> scores = np.float32([[2, 1], [0, 1], [5, 1]])        # a network that hands them on
    >>> found = confusion(nn.Flatten(), scores, np.array([0, 1, 1]))
    >>> found.counts.tolist(), found.images(1, 0).tolist(), found.worst()
    ([[1, 0], [1, 1]], [2], [(1, 0, 1)])
    """
    scores, labels = Probe(net).outputs(images), np.asarray(labels)
    if scores.ndim != 2:
        raise ValueError(
            f"net must answer with a score for each class, got outputs of {scores.shape[1:]}"
        )
    classes = scores.shape[1]
    if labels.dtype.kind not in "iu" or labels.shape != (len(scores),):
        raise ValueError(
            f"labels must be {len(scores)} whole numbers, a class for each image, "
            f"got {labels.dtype} of shape {labels.shape}"
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"labels must be classes of the network, 0 to {classes - 1}, "
            f"got {labels.min()} to {labels.max()}"
        )
    answers = scores.argmax(axis=1)
    counts = np.bincount(labels * classes + answers, minlength=classes**2)
    return Confusion(counts.reshape(classes, classes), labels, answers)
