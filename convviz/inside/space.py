"""Images as points: which lie near each other for the network."""

from typing import NamedTuple

import numpy as np

from convviz import geometry
from convviz.inside._probe import Probe

_METHODS = "pca", "tsne"


class Neighbours(NamedTuple):
    """The images nearest to each of some, the nearest first.

    Attributes
    ----------
    images : array of int (queries, count)
    distances : array (queries, count)
    """

    images: np.ndarray
    distances: np.ndarray


def nearest_neighbours(net, images, queries, layer, *, count=5):
    """Return which images are nearest to others, as a layer sees them.

    Distance is that between the layer's outputs, laid in a row (Krizhevsky, Sutskever and Hinton
    2012 show such for AlexNet's last hidden layer).

    Parameters
    ----------
    net : nn.Module
    images, queries : array (N, C, H, W), array (Q, C, H, W)
        Where to look, and for what.
    layer : str
    count : int

    Returns
    -------
    Neighbours

    Raises
    ------
    ValueError
        When there is no such layer, or there are fewer images than asked for.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> points = np.float32([[0, 0], [3, 0], [0, 1]])
    >>> found = nearest_neighbours(nn.Sequential(nn.Flatten()), points, points[:1], "0", count=2)
    >>> found.images.tolist(), found.distances.tolist()
    ([[0, 2]], [[0.0, 1.0]])
    """
    probe = Probe(net, layer)
    known, asked = (_rows(probe.outputs(some)) for some in (images, queries))
    count = geometry.integer("count", count, 1, "ask for one neighbour or more")
    if count > len(known):
        raise ValueError(f"count={count} is more than the {len(known)} images: ask for fewer")
    found = np.empty((len(asked), count), int)
    distances = np.empty((len(asked), count))
    for n, row in enumerate(asked):
        far = np.sqrt(((known - row) ** 2).sum(axis=1))
        found[n] = np.argsort(far, kind="stable")[:count]
        distances[n] = far[found[n]]
    return Neighbours(found, distances)


def embedding(features, *, method="pca", seed=0):
    """Return points in the plane that lie to each other about as the features do.

    Parameters
    ----------
    features : array (N, ...)
        For example ``feature_maps(net, images, "relu4")``; laid in a row.
    method : str
        ``"pca"``: the two directions in which features differ most (Pearson 1901). ``"tsne"``:
        neighbours stay neighbours, distances say little (van der Maaten and Hinton 2008, by
        scikit-learn; not the same on every machine).
    seed : int
        Of t-SNE.

    Returns
    -------
    array (N, 2)
        Around 0. Of PCA, the first axis has the larger spread, and the feature that counts most
        for an axis counts with a plus.

    Raises
    ------
    ValueError
        When there is no such method, or there are fewer than 3 points or 2 features.

    Examples
    --------
    >>> import numpy as np
    >>> embedding(np.array([[1, 2, 0], [-1, 2, 0], [0, 2, 0.5], [0, 2, -0.5]])).round(2).tolist()
    [[1.0, 0.0], [-1.0, 0.0], [0.0, 0.5], [0.0, -0.5]]
    """
    points = _rows(features)
    if method not in _METHODS:
        raise ValueError(f"method={method!r} is none of {', '.join(_METHODS)}")
    if len(points) < 3 or points.shape[1] < 2:
        raise ValueError(
            f"features must have 3 rows and 2 columns or more, got {points.shape}: "
            "one row for each image"
        )
    points = points - points.mean(axis=0)
    return _tsne(points, seed) if method == "tsne" else _pca(points)


def _pca(points):
    _, _, axes = np.linalg.svd(points, full_matrices=False)
    axes = axes[:2]
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.where(axes[[0, 1], largest] < 0, -1, 1)[:, None]
    return points @ axes.T + 0.0


def _tsne(points, seed):
    from sklearn.manifold import TSNE

    perplexity = min(30.0, (len(points) - 1) / 3)
    found = TSNE(init="pca", perplexity=perplexity, random_state=seed).fit_transform(points)
    return found.astype(float) - found.mean(axis=0)


def _rows(features):
    """Features laid in a row each, in double precision."""
    features = np.asarray(features, float)
    return features.reshape(len(features), -1)
