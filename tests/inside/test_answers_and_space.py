"""Confusion with the images behind it, neighbours and points: against scikit-learn and by loops."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics import confusion_matrix

from convviz import inside, nn

DRAWS = np.random.default_rng(5)
SCORES = DRAWS.normal(size=(200, 4))
LABELS = DRAWS.integers(0, 4, 200)


def test_counts_are_scikit_learns_and_every_image_is_behind_one():
    found = inside.confusion(nn.Flatten(), SCORES, LABELS)
    answers = SCORES.argmax(axis=1)
    np.testing.assert_array_equal(found.counts, confusion_matrix(LABELS, answers))
    behind = [found.images(*cell) for cell in np.ndindex(4, 4)]
    assert [len(some) for some in behind] == found.counts.ravel().tolist()
    assert sorted(np.concatenate(behind)) == list(range(200))
    assert all(LABELS[n] == 1 and answers[n] == 2 for n in found.images(1, 2))
    assert found.accuracy == (answers == LABELS).mean()


def test_the_worst_are_the_largest_counts_off_the_diagonal():
    found = inside.confusion(nn.Flatten(), SCORES, LABELS)
    off = sorted((n for (a, b), n in np.ndenumerate(found.counts) if a != b), reverse=True)
    assert [n for *_, n in found.worst(6)] == off[:6]
    assert all(found.counts[a, b] == n for a, b, n in found.worst())
    assert inside.confusion(nn.Flatten(), np.eye(3), np.arange(3)).worst() == []


def test_neighbours_are_those_of_a_loop_over_all_distances(net, images):
    found = inside.nearest_neighbours(net, images, images[2:4], "conv2", count=6)
    features = inside.feature_maps(net, images, "conv2").reshape(6, -1)
    for n, row in enumerate(features[2:4]):
        far = [float(np.linalg.norm(other - row)) for other in features]
        assert found.images[n].tolist() == sorted(range(6), key=far.__getitem__)
        np.testing.assert_allclose(found.distances[n], sorted(far))
    assert found.images[:, 0].tolist() == [2, 3]


def test_points_are_scikit_learns_principal_components_up_to_a_sign():
    features = DRAWS.normal(size=(40, 3, 2)) * [[5, 1], [2, 0.5], [1, 0.1]]
    found = inside.embedding(features)
    expected = PCA(2).fit_transform(features.reshape(40, 6))
    for axis in range(2):
        sign = np.sign(found[:, axis] @ expected[:, axis])
        np.testing.assert_allclose(found[:, axis], sign * expected[:, axis], atol=1e-10)
    turned = inside.embedding(-features)
    np.testing.assert_allclose(turned, -found, atol=1e-10)


def test_tsne_keeps_three_clusters_apart():
    centres = np.repeat(10 * np.eye(3), 12, axis=0)
    points = inside.embedding(centres + 0.1 * DRAWS.normal(size=(36, 3)), method="tsne")
    groups = points.reshape(3, 12, 2)
    middles = groups.mean(axis=1)
    spread = np.linalg.norm(groups - middles[:, None], axis=2).max()
    apart = min(np.linalg.norm(middles[a] - middles[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert apart > spread


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda net, x: inside.confusion(net, x, [0, 1]), "labels must be 6 whole numbers"),
        (lambda net, x: inside.confusion(net, x, [0, 1, 2, 3, 4, 5]), "0 to 4, got 0 to 5"),
        (lambda net, x: inside.confusion(nn.ReLU(), x, [0] * 6), "a score for each class"),
        (lambda net, x: inside.confusion(net, x, [0] * 6).images(5, 0), "label=5 is none of the 5 classes"),
        (lambda net, x: inside.nearest_neighbours(net, x, x, "fc", count=7), "more than the 6 images"),
        (lambda net, x: inside.embedding(x, method="umap"), "method='umap' is none of pca, tsne"),
        (lambda net, x: inside.embedding(x[:2]), "3 rows and 2 columns or more"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(net, images, ask, words):
    with pytest.raises((TypeError, ValueError), match=words):
        ask(net, images)
