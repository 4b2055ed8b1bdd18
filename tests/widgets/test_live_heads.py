"""A network with several heads, trained while it is watched."""

import numpy as np
import pytest

from convviz import datasets, nn, widgets
from convviz.scenes import framed

NAMES = ["left", "right"]


@pytest.fixture(scope="module")
def shapes():
    found = datasets.shapes(48, 16)
    targets = {"label": found.labels % 2, "corners": found.corners, "size": found.boxes[:, :1]}
    whole = found.images[:, None], targets
    return [(whole[0][part], {head: array[part] for head, array in targets.items()})
            for part in (slice(32), slice(32, None))]


def small(**more):
    nn.manual_seed(0)
    trunk = nn.Sequential(conv=nn.Conv2d(1, 2, 5), relu=nn.ReLU(), flat=nn.Flatten())
    heads = {"label": nn.Linear(288, 2), "corners": nn.Linear(288, 8), "size": nn.Linear(288, 1)}
    return nn.MultiHead(trunk, **heads | more)


def test_it_learns_what_training_alone_learns_and_frames_what_it_finds(shapes):
    view = widgets.LiveTraining(small(), *shapes, names=NAMES, epochs=2, steps=2)
    net = small()
    loss = nn.MultiLoss(label=nn.CrossEntropyLoss(), corners=nn.MSELoss(), size=nn.MSELoss())
    sgd = nn.SGD(net.parameters(), lr=0.02, momentum=0.9)
    alone = nn.fit(net, *shapes, optimizer=sgd, loss=loss, epochs=2, progress=False).run()
    assert [it.loss for it in view.training.history] == [it.loss for it in alone]
    look, (images, truth) = view.look(), shapes[1]
    view.close()
    found = nn.predict(net, images)
    (strip,) = [it for it in look.strips if it.name.startswith("held out")]
    assert [strip.name, strip.note, strip.signed] == ["held out, corners", "the guess in blue", True]
    for n, shown in enumerate(strip.values):
        np.testing.assert_array_equal(
            shown, framed(images[n, 0], truth["corners"][n], found["corners"][n])
        )
    wrong = np.flatnonzero(found["label"].argmax(axis=1) != truth["label"])
    assert look.count == f"{len(wrong)} of 16 wrong"
    assert [it.picture.name for it in look.wrong] == [NAMES[1 - truth["label"][n]] for n in wrong[:8]]
    assert any(name in look.sentence for name in NAMES)


def test_a_guess_that_is_no_number_has_no_frame():
    shown = framed(np.zeros((4, 4)), [0, 0, 1, 1], [np.nan] * 8)
    assert shown.min() == 0 and (shown == 1).sum() == 6


@pytest.mark.parametrize(("change", "words"), [
    ({"size": np.zeros((31, 1))}, "must have an entry of numbers for each of 32 images"),
    ({"label": np.zeros(32)}, "must have a head of 32 whole numbers, a class for each image"),
    ({"other": np.zeros(32)}, "net, train and val must have the same heads, got corners, label, size;"),
])
def test_targets_that_do_not_go_with_the_heads_are_refused(shapes, change, words):
    (images, targets), held = shapes
    with pytest.raises(ValueError, match=words):
        widgets.LiveTraining(small(), (images, targets | change), held)
