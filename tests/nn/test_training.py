"""Training repeats to the last bit, learns what PyTorch does, and tells what is wrong."""

import numpy as np
import pytest

from convviz import nn


def test_a_record_comes_for_every_step(make, training, data):
    run = training(make, val=data)
    records = list(run)
    assert [record.step for record in records] == list(range(1, 13))
    assert [record.epoch for record in records] == [1] * 4 + [2] * 4 + [3] * 4
    assert [record.val_loss is not None for record in records] == [False, False, False, True] * 3
    found = nn.evaluate(run.net, data)
    assert (records[-1].val_loss, records[-1].val_accuracy) == pytest.approx(found, rel=1e-5)
    assert records[-1].loss < records[0].loss and run.history == records


def test_it_learns(make, training, data):
    run = training(make, epochs=20)
    run.run()
    assert nn.evaluate(run.net, data).accuracy == 1
    np.testing.assert_array_equal(nn.predict(run.net, data[0]).argmax(axis=1), data[1])


def test_a_seed_makes_a_run_repeat_bit_for_bit(make, training, numbers):
    first, second, other = (training(make, seed=seed) for seed in (0, 0, 1))
    for run in (first, second, other):
        run.run()
    np.testing.assert_array_equal(numbers(first), numbers(second))
    assert [r.loss for r in first.history] == [r.loss for r in second.history]
    assert (numbers(first) != numbers(other)).any()


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda p: nn.SGD(p, 0.1),
        lambda p: nn.SGD(p, 0.1, 0.9, weight_decay=0.01, nesterov=True),
        lambda p: nn.Adam(p, 0.01),
    ],
)
@pytest.mark.parametrize("longest", [None, 0.1])
def test_a_chain_learns_what_the_layers_learn(optimizer, longest, training, numbers, network):
    chained = training(optimizer=optimizer, max_grad_norm=longest)
    # a layer that is no link keeps a network from being a chain
    single = training(lambda: nn.Sequential(*network("chain"), nn.Dropout(0)), optimizer,
                      max_grad_norm=longest)  # fmt: skip
    assert type(chained._step) is not type(single._step)
    for run in (chained, single):
        run.run()
    np.testing.assert_allclose(numbers(chained), numbers(single), atol=1e-4)
    for mine, other in zip(chained.history, single.history, strict=True):
        assert mine.accuracy == other.accuracy and mine.loss == pytest.approx(other.loss, rel=1e-3)


def test_a_run_is_that_of_pytorch(training, data):
    torch = pytest.importorskip("torch")
    run = training(optimizer=lambda p: nn.SGD(p, 0.1, 0.9, weight_decay=0.01))
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(36, 3),
    )  # fmt: skip
    state = run.net.state_dict()
    theirs.load_state_dict({name: torch.tensor(array) for name, array in state.items()})
    optimizer = torch.optim.SGD(theirs.parameters(), 0.1, 0.9, weight_decay=0.01)
    losses = []
    for epoch in range(3):
        order = np.random.default_rng([0, epoch]).permutation(50)
        for start in range(0, 50, 16):
            which = order[start : start + 16]
            scores = theirs(torch.tensor(data[0][which]))
            loss = torch.nn.functional.cross_entropy(scores, torch.tensor(data[1][which]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert [record.loss for record in run.run()] == pytest.approx(losses, rel=1e-4)


def test_the_learning_rate_may_be_changed_on_the_way(make, training, numbers):
    run = training(make)
    next(run)
    run.lr = 0
    before = numbers(run)
    run.optimizer.velocity[:] = 0
    record = next(run)
    assert record.lr == 0
    np.testing.assert_array_equal(numbers(run), before)
    with pytest.raises(ValueError, match="lr must be a finite number, 0 or more, got -1"):
        run.lr = -1


def test_a_schedule_is_asked_once_an_epoch(make, data, network):
    net = network(make)
    optimizer = nn.SGD(net.parameters(), 0.1)
    schedule = nn.StepLR(optimizer, 1, 0.5)
    run = nn.fit(net, data, optimizer=optimizer, schedule=schedule, epochs=3, batch_size=25,
                 progress=False)  # fmt: skip
    assert [record.lr for record in run] == [0.1, 0.1, 0.05, 0.05, 0.025, 0.025]


def test_images_are_changed_before_they_are_learned_and_the_same_way_each_time(training, numbers):
    seen = []

    def shifted(x, generator):
        seen.append(shift := int(generator.integers(0, 5)))
        return np.roll(x, shift, axis=3)

    first, second = training(augment=shifted), training(augment=shifted)
    first.run(), second.run()
    assert seen[:12] == seen[12:] and len({*seen}) > 1
    np.testing.assert_array_equal(numbers(first), numbers(second))


def test_a_loss_that_is_no_number_stops_with_advice(make, training, data, numbers, network):
    with pytest.raises(nn.Diverged, match=r"in step \d+, epoch \d+: lower the learning rate, now "):
        training(make, lambda p: nn.SGD(p, 1e20), epochs=50).run()
    net = network(make)
    x, labels = data[0].copy(), data[1]
    x[3, 0, 1, 1] = np.nan
    with pytest.raises(nn.Diverged, match="the batch itself has such numbers: look at the data"):
        nn.fit(net, (x, labels), optimizer=nn.SGD(net.parameters(), 0.1), progress=False).run()


def test_other_targets_have_other_losses(data):
    nn.manual_seed(0)
    net = nn.MultiHead(nn.Sequential(nn.Flatten(), nn.Linear(64, 8)), kind=nn.Linear(8, 3),
                       brightness=nn.Linear(8, 1))  # fmt: skip
    images, labels = data
    target = {"kind": labels, "brightness": images.mean(axis=(2, 3))}
    loss = nn.MultiLoss(kind=nn.CrossEntropyLoss(), brightness=nn.MSELoss())
    run = nn.fit(net, (images, target), optimizer=nn.Adam(net.parameters(), 0.01), loss=loss,
                 epochs=30, progress=False)  # fmt: skip
    records = run.run()
    assert records[-1].loss < 0.2 * records[0].loss and records[-1].accuracy > 0.9
    found = nn.predict(net, images)
    assert found["kind"].shape == (50, 3) and found["brightness"].shape == (50, 1)


def test_a_bar_shows_how_far_it_is(capsys, training):
    training(progress=True).run()
    assert "step" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x, labels: x, "train must be a pair (x, targets), got ndarray"),
        (lambda x, labels: (x.astype(np.uint8), labels), "train[0] must be"),
        (lambda x, labels: (x, labels[:9]), "got 50 samples and 9 targets"),
        (lambda x, labels: (x[:0], labels[:0]), "train must have one sample or more, got none"),
    ],
)
def test_bad_data_is_named(change, words, data, network):
    net = network("chain")
    with pytest.raises((TypeError, ValueError)) as caught:
        nn.fit(net, change(*data), optimizer=nn.SGD(net.parameters(), 0.1))
    assert words in str(caught.value)
