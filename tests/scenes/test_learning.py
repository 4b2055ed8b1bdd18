"""Descent, schedules, dropout, depth, augmentation: against PyTorch and arithmetic by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz import datasets, nn, ops, scenes


def torch_way(name, steps, **options):
    """The places that PyTorch's optimiser goes through."""
    torch = pytest.importorskip("torch")
    inputs, targets = (torch.tensor(a, dtype=float) for a in (scenes.VALLEY_INPUTS, scenes.VALLEY_TARGETS))
    w = torch.tensor(scenes.VALLEY_START, dtype=float, requires_grad=True)
    optimizer = getattr(torch.optim, name)([w], **options)
    places = [w.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        (0.5 * (inputs @ w - targets) ** 2).mean().backward()
        optimizer.step()
        places.append(w.detach().clone())
    return torch.stack(places).T.numpy()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"lr": 0.2}, ("SGD", {"lr": 0.2})),
        ({"optimizer": "momentum", "momentum": 0.7, "lr": 0.1}, ("SGD", {"lr": 0.1, "momentum": 0.7})),
        ({"optimizer": "Adam", "lr": 0.5}, ("Adam", {"lr": 0.5})),
        ({"lr": 0.1, "weight_decay": 0.5}, ("SGD", {"lr": 0.1, "weight_decay": 0.5})),
    ],
    ids=str,
)
def test_the_way_down_is_that_of_pytorch(ours, theirs):
    scene = scenes.descent(**ours, steps=7)
    np.testing.assert_allclose(scene.grid("w").values, torch_way(theirs[0], 7, **theirs[1]), atol=1e-9)


@pytest.mark.parametrize(("lr", "falls"), [(0.02, True), (0.2, True), (0.22, True), (0.23, False), (1, False)])
def test_a_rate_above_two_by_the_steepest_curvature_climbs(lr, falls):
    losses = scenes.descent(lr=lr, steps=24).grid("loss").values[0]
    assert (losses[-1] < losses[0]) == falls == (lr < 2 / 9)


def test_the_map_is_the_loss_over_the_training_set_and_the_way_is_drawn_on_it():
    scene = scenes.descent(lr=0.1, steps=2)
    grid = scene.grid("loss of every pair")
    place = (3 - grid.origin[0], -9 - grid.origin[1])
    assert grid.values[place] == scene.grid("loss").values[0, 0] == 153
    (ring,) = [cell for cell, kind in scene.steps[0].marks if kind == "ring"]
    assert grid.index(*ring[1:]) == (0, 6) and grid.values[ring[1:]] == 0
    assert scene.steps[0].links == ((("loss of every pair", *place), ("loss of every pair", 4, 2)),)
    assert scene.steps[1].result[1:] == (4, 4)


def test_with_one_sample_a_step_the_samples_take_turns():
    slopes = scenes.descent(lr=0.05, one_sample=True, steps=4).grid("dw").values.T
    for n, slope in enumerate(slopes):
        x = scenes.VALLEY_INPUTS[n % 2]
        assert slope[0] * x[1] == pytest.approx(slope[1] * x[0])


def test_what_lies_beyond_the_map_is_said_and_not_drawn():
    last = scenes.descent(lr=0.5).steps[-1]
    assert last.result is None and last.sentence.endswith("The place lies beyond the map.")


def test_looking_at_a_way_takes_no_seed_from_networks_made_later():
    nn.manual_seed(3)
    first = nn.Linear(3, 2).weight.data.copy()
    nn.manual_seed(3)
    scenes.descent(), scenes.rate_schedule(), scenes.signal_depth(layers=1)
    assert (nn.Linear(3, 2).weight.data == first).all()


def test_the_decay_pulls_the_weights_from_their_lowest_loss():
    far = scenes.descent(lr=0.1, weight_decay=1, steps=24)
    assert far.grid("w").values[:, -1] == pytest.approx([0, 3], abs=0.1)
    assert "".join(text for text, _ in far.caption).endswith("6 / (1 + 1) = 3")


# PyTorch stops at 1e-8, and warns of steps of a schedule without any of an optimiser
@pytest.mark.filterwarnings("ignore:Detected call of")
@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(0, 4))
def test_the_rate_goes_down_where_pytorch_lowers_it(losses, patience):
    torch = pytest.importorskip("torch")
    for kind in scenes.SCHEDULES:
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
        optimizer.step()
        kinds = torch.optim.lr_scheduler
        schedule = (
            kinds.ReduceLROnPlateau(optimizer, patience=patience) if kind == "plateau"
            else kinds.StepLR(optimizer, patience + 1)
        )
        expected = []
        for loss in losses:
            schedule.step(*([loss] if kind == "plateau" else []))
            expected.append(optimizer.param_groups[0]["lr"])
        scene = scenes.rate_schedule(losses, kind, patience=patience, lr=0.5)
        np.testing.assert_allclose(scene.grid("learning rate").values[0], expected)
        went = [0.5, *expected]
        lowered = sum(after < before for before, after in zip(went, went[1:], strict=False))
        assert scene.question.answer == lowered


@given(st.integers(0, 50), st.integers(0, 9))
def test_dropout_multiplies_what_it_keeps_and_stops_the_rest_both_ways(seed, tenths):
    image, dy = np.arange(1, 13).reshape(3, 4), np.arange(12).reshape(3, 4) - 5
    scene = scenes.dropout(image, dy, p=tenths / 10, seed=seed)
    kept = scene.grid("draw").values >= tenths / 10
    for name, of in (("output", image), ("dx", dy)):
        np.testing.assert_allclose(scene.grid(name).values, of * kept / (1 - tenths / 10))
    dropped = {cell[1:] for step in scene.steps for cell, mark in step.marks if mark == "zero"}
    assert dropped == {tuple(place) for place in np.argwhere(~kept).tolist()}


def test_on_average_dropout_keeps_the_mean():
    means = [scenes.dropout(seed=seed).grid("output").values.mean() for seed in range(300)]
    assert np.mean(means) == pytest.approx(4, abs=0.2)


def test_the_code_of_dropout_draws_the_same():
    scene, space = scenes.dropout(seed=4), {"np": np, "ops": ops}
    space |= {name: scene.grid(name).values.astype(float) for name in ("input", "dy")}
    exec(scene.code[0][1], space)
    np.testing.assert_array_equal(space["output"], scene.grid("output").values)
    np.testing.assert_array_equal(space["dx"], scene.grid("dx").values)


def test_he_keeps_the_size_of_relus_and_small_weights_lose_it_unless_normalised():
    sizes = {
        key: scenes.signal_depth(*key[:2], normalised=key[2]).grid("forward").values[0, -1]
        for key in (("ReLU", "He", False), ("ReLU", "deviation 0.01", False), ("ReLU", "deviation 1", True),
                    ("ReLU", "deviation 0.01", True))
    }
    assert 0.3 < sizes["ReLU", "He", False] < 3
    # each layer: 0.01·√(64/2)
    assert sizes["ReLU", "deviation 0.01", False] == pytest.approx((0.01 * 32**0.5) ** 8, rel=0.9)
    assert sizes["ReLU", "deviation 1", True] == pytest.approx(0.5**0.5, rel=0.05)
    assert sizes["ReLU", "deviation 0.01", True] == pytest.approx(0.5**0.5, rel=0.05)


def test_a_layer_of_sigmoids_passes_back_less_than_a_quarter_of_what_its_weights_would():
    back = {a: scenes.signal_depth(a, "He").grid("back").values[0] for a in ("ReLU", "sigmoid")}
    assert back["sigmoid"][0] < 1e-3 and 0.3 < back["ReLU"][0] < 3
    factors = back["sigmoid"][:-1] / back["sigmoid"][1:]
    assert factors.max() < 0.25 * 2**0.5 * 1.2


def test_a_bar_is_as_high_as_its_power_of_ten():
    scene = scenes.signal_depth("ReLU", "deviation 0.01", layers=3)
    sizes, written = scene.grid("forward").values[0], scene.written(len(scene.steps) - 1)
    for layer, size in enumerate(sizes):
        rows = [row for name, row, at in written if name == "size of the numbers" and at == layer]
        top = scene.grid("size of the numbers").index(min(rows), layer)[0]
        assert -top == round(np.log10(size))


def test_the_changed_picture_is_that_of_the_draw_with_what_is_switched_off_left_out():
    image = np.random.default_rng(0).integers(0, 255, (12, 9))
    draw = datasets.Augment().draw(np.random.default_rng(5))
    scene = scenes.augmentation(image, seed=5, changes=["shift", "flip"])
    only = datasets.Change(rows=draw.rows, columns=draw.columns, flip=draw.flip)
    np.testing.assert_array_equal(scene.grid("changed").values, only.apply(image.astype(float)))
    still = scenes.augmentation(image, seed=5, changes=[])
    np.testing.assert_array_equal(still.grid("changed").values, image)
    assert "as it is" in repr(still)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: scenes.descent("Adagrad"), ValueError, "optimizer='Adagrad' is not known: use one of SGD"),
        (lambda: scenes.descent(momentum=1), ValueError, "momentum=1 does not lead down.* from 0 on, below 1"),
        (lambda: scenes.descent(lr=-1), ValueError, "lr=-1 does not lead down"),
        (lambda: scenes.descent(steps=99), ValueError, "steps=99: use a whole number from 1 to 24"),
        (lambda: scenes.descent(start=[1]), ValueError, r"start=\[1\] is no pair of finite numbers"),
        (lambda: scenes.dropout(p=1), ValueError, "p=1.0 leaves nothing"),
        (lambda: scenes.rate_schedule(kind="cosine"), ValueError, "kind='cosine' is not known"),
        (lambda: scenes.rate_schedule(range(30)), ValueError, r"losses has shape \(30,\)"),
        (lambda: scenes.signal_depth("gelu"), ValueError, "activation='gelu' is not known"),
        (lambda: scenes.signal_depth(layers=30), ValueError, "layers=30 are too many to be shown: use at"),
        (lambda: scenes.augmentation(changes=["blur"]), ValueError, "changes='blur' is not known"),
        (lambda: scenes.augmentation([[1]]), ValueError, "pictures of 2 to 128 pixels"),
        (lambda: scenes.augmentation([[1, np.nan], [1, 1]]), ValueError, "image holds NaN or infinity"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_remedy(make, error, words):
    with pytest.raises(error, match=words):
        make()
