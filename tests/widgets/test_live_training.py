"""A network that learns while it is watched: threads, pace, looks, and what is refused."""

import threading
import time

import numpy as np
import pytest

from convviz import models, nn, widgets
from convviz.scenes import Strip, training_curve
from convviz.widgets import _training_data

NAMES = {"convviz-training", "convviz-view"}


def alive():
    return {thread.name for thread in threading.enumerate()} & NAMES


def until(true, seconds=60):
    """Wait until something holds; whether it does."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


@pytest.fixture(scope="module")
def blocks():
    """Images with a bright left or right half, and which."""
    draws = np.random.default_rng(0)
    labels = draws.integers(0, 2, 80)
    images = draws.normal(0, 0.1, (80, 1, 8, 8)).astype(np.float32)
    for image, label in zip(images, labels, strict=True):
        image[0, :, 4 * label : 4 * label + 4] += 1
    return (images[:64], labels[:64]), (images[64:], labels[64:])


def small():
    nn.manual_seed(0)
    return nn.Sequential(
        conv=nn.Conv2d(1, 3, 3), tanh=nn.Tanh(), flatten=nn.Flatten(), out=nn.Linear(108, 2)
    )


@pytest.fixture
def view(blocks):
    """A view of a small network whose messages are kept in `heard`."""
    view = widgets.LiveTraining(small(), *blocks, lr=0.05, epochs=5, batch_size=16, speed=None)
    view.heard = []
    view.send = lambda content, buffers=None: view.heard.append((content, buffers))
    yield view
    view.close()
    assert not alive()


def last(view):
    return view.heard[-1][0]["look"]


def test_it_trains_in_the_background_to_its_last_epoch_and_both_threads_end(view):
    assert view.start() is view
    view.wait()
    assert until(lambda: not alive())
    look = last(view)
    assert (look["step"], look["running"], look["ended"]) == ("step 20 of 20, epoch 5", False, True)
    assert look["count"] == f"{wrong(view)} of 16 wrong" == "0 of 16 wrong"
    assert len(view.training.history) == 20


def wrong(view):
    images, labels = view.val
    return int((nn.predict(view.training.net, images).argmax(axis=1) != labels).sum())


def test_what_it_learns_is_what_training_alone_learns(blocks, view):
    view.start().wait()
    net = small()
    optimizer = nn.SGD(net.parameters(), lr=0.05, momentum=0.9)
    options = {"epochs": 5, "batch_size": 16, "seed": 0, "progress": False}
    alone = nn.fit(net, *blocks, optimizer=optimizer, **options).run()
    np.testing.assert_allclose(
        [record.loss for record in view.training.history], [record.loss for record in alone], rtol=1e-4
    )


def test_a_step_is_one_step_and_a_pause_lets_none_begin(view):
    for steps in (1, 2):
        view.step()
        assert until(lambda: len(view.training.history) == steps)
    assert until(lambda: last(view)["step"].startswith("step 2 "))
    view.speed = 100
    view.start()
    assert until(lambda: len(view.training.history) > 4)
    view.pause()
    time.sleep(0.1)  # the running step ends
    steps = len(view.training.history)
    time.sleep(0.3)
    assert len(view.training.history) == steps < 20
    assert not view.running


def test_the_learning_rate_is_changed_while_it_trains(view):
    view.step()
    assert until(lambda: len(view.training.history) == 1)
    view._on_message(view, {"kind": "rate", "value": "0.5"}, [])
    view.step()
    assert until(lambda: len(view.training.history) == 2)
    assert [record.lr for record in view.training.history] == [0.05, 0.5]
    assert last(view)["rates"][last(view)["rate"]] == "0.5"


def test_beginning_again_takes_the_first_weights_and_keeps_the_rate(view):
    first = view.training.net.state_dict()
    view.start().wait()
    view.lr = 0.02
    view.restart()
    assert view.training.history == [] and view.training.lr == 0.02
    for name, array in view.training.net.state_dict().items():
        np.testing.assert_array_equal(array, first[name])
    view.start().wait()
    view.start()  # after the last epoch: once more
    view.wait()
    assert len(view.training.history) == 20


def test_a_loss_that_is_no_number_is_told_in_its_place(view):
    view.lr = 1e39
    view.start()
    assert until(lambda: last(view)["trouble"])
    assert "lower the learning rate, now 1e+39" in last(view)["trouble"]
    assert until(lambda: not alive())
    view.lr = 0.05
    view.start().wait()
    assert len(view.training.history) == 20
    assert until(lambda: not last(view)["trouble"])


def test_closing_ends_the_threads_whatever_they_are_at(blocks):
    view = widgets.LiveTraining(small(), *blocks, epochs=1000, speed=None).start()
    assert until(lambda: view.training.history)
    assert alive() == NAMES
    view.close()
    assert not alive()
    view.close()
    with pytest.raises(RuntimeError, match="this view is closed: make another"):
        view.start()


def test_a_picture_that_is_closed_pauses_it(view):
    view.speed = 20
    view.start()
    view._on_message(view, {"kind": "gone"}, [])
    assert not view.running and view.training.paused


def test_the_pictures_are_the_networks_own_numbers(blocks, view):
    view.start().wait()
    view.sample = 3
    image, filters, maps = view.look().strips
    net, x = view.training.net, blocks[1][0][3:4]
    np.testing.assert_array_equal(image.values, x[0])
    np.testing.assert_array_equal(filters.values, net.conv.weight.data[:, 0])
    with nn.no_grad():
        expected = net.tanh(net.conv(x))
    np.testing.assert_allclose(maps.values, expected[0], rtol=1e-5, atol=1e-6)
    assert [maps.name, maps.note, maps.signed] == ["maps after tanh", "3 of 6×6", True]


def test_wrong_answers_are_shown_with_label_and_answer(blocks):
    (images, labels), (held, truth) = blocks
    view = widgets.LiveTraining(
        small(), (images, labels), (held, 1 - truth), epochs=5, batch_size=16, steps=20
    )
    found = view.look()
    view.close()
    assert found.count == "16 of 16 wrong"
    assert [(it.sample, it.label, it.answer) for it in found.wrong] == [
        (n, 1 - truth[n], truth[n]) for n in range(8)
    ]


def test_a_dense_networks_first_weights_are_shown_as_pictures(blocks):
    net = nn.Sequential(nn.Flatten(), hidden=nn.Linear(64, 5), relu=nn.ReLU(), out=nn.Linear(5, 2))
    view = widgets.LiveTraining(net, *blocks)
    _, filters = view.look().strips
    view.close()
    np.testing.assert_array_equal(filters.values, net.hidden.weight.data.reshape(5, 8, 8))
    assert filters.name == "filters of hidden"


def test_by_default_lenet_learns_the_digits_and_says_so_the_same_every_time():
    texts = set()
    for _ in range(2):
        view = widgets.LiveTraining()
        data, _ = view._repr_mimebundle_()
        texts.add(data["text/plain"])
        view.close()
    [text] = texts
    assert text == "LiveTraining: lenet5, 1437 digits, batches of 32, learning rate 0.02, step 0 of 900"
    # as SVG it would be compared with what another machine has learned
    assert "image/svg+xml" not in data and data["image/png"].startswith("iVBOR")
    assert [len(view.train[0]), len(view.val[0])] == [1437, 360]


X, Y = np.zeros((4, 1, 8, 8), np.float32), np.array([0, 1, 0, 1])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"train": (X, Y)}, "val must be given too: a pair"),
        ({"train": X, "val": (X, Y)}, "train must be a pair .images, classes., got ndarray"),
        ({"train": (X[:, 0], Y), "val": (X, Y)}, "N, channels, rows, columns.*images.:, None."),
        ({"train": (X.astype(int), Y), "val": (X, Y)}, "must be floats, got int64: divide by 255"),
        ({"train": (X, Y[:3]), "val": (X, Y)}, "must be 4 whole numbers, a class for each image"),
        ({"train": (X, Y), "val": (X[..., :7], Y)}, "val.0. must have images like those of train"),
        ({"train": (X, Y + 1), "val": (X, Y)}, "needs 3 outputs"),
        ({"net": "lenet5"}, "net must be an nn.Module, got str: for example models.lenet5"),
        ({"speed": 0}, "speed=0 is out of range.*or None"),
        ({"speed": "fast"}, "speed must be a number of steps a second"),
        ({"steps": 2.5}, "steps must be a whole number, got 2.5"),
        ({"steps": 10**6}, "steps=1000000 is out of range"),
        ({"lr": -1}, "lr"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(options, words):
    net = small() if "train" in options else models.lenet5()
    with pytest.raises((TypeError, ValueError), match=words):
        widgets.LiveTraining(**{"net": net} | options)


def test_a_wrong_message_is_told_in_its_place(view):
    view._on_message(view, {"kind": "sample", "value": 99}, [])
    assert "sample=99 is out of range: use a whole number from 0 to 15" in last(view)["trouble"]
    view._on_message(view, {"kind": "sample", "value": 1}, [])
    assert last(view)["trouble"] == "" and last(view)["sample"] == 1


def test_levels_lie_one_after_another_in_what_is_sent(view):
    look = view.look()
    told, levels = _training_data.packed(look)
    for strip, shown in zip(look.strips, told["strips"], strict=True):
        count = shown["rows"] * shown["columns"]
        got = np.frombuffer(levels, np.uint8)[shown["at"] :][:count]
        np.testing.assert_array_equal(got.reshape(shown["rows"], shown["columns"]), strip.levels())
    assert sum(it["rows"] * it["columns"] for it in told["strips"] + told["wrong"]) == len(levels)


def test_nine_pictures_stand_in_two_rows_with_a_line_between():
    levels = Strip("nine", "", np.arange(9.0)[:, None, None] * np.ones((2, 3))).levels()
    assert levels.shape == (5, 19)
    assert [levels[0, 0], levels[3, 12], levels[3, 16]] == [1, 255, 0]
    assert not levels[2].any() and not levels[:, 3].any()


def test_a_long_curve_keeps_its_mean_and_its_end():
    values = np.random.default_rng(0).uniform(0, 2, 12_000)
    curve = training_curve("loss", values, [(12_000, np.nan)], span=12_000)
    assert len(curve.line) == 80 and not len(curve.marks)
    np.testing.assert_allclose(curve.line[:, 1].mean() * float(curve.top), values.mean())
    assert curve.line[-1, 0] == 1


def test_running_statistics_are_looked_at_as_they_are_now(blocks):
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm(2), nn.Flatten(), nn.Linear(72, 2))
    view = widgets.LiveTraining(net, *blocks, epochs=2, steps=4)
    found = view.look().count
    view.close()
    images, labels = blocks[1]
    answers = nn.predict(net, images).argmax(axis=1)
    assert found == f"{(answers != labels).sum()} of 16 wrong"
    np.testing.assert_allclose(
        view._observer._copy.state_dict()["1.running_mean"], net.state_dict()["1.running_mean"]
    )
