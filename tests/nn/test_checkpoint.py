"""A run goes on from its file, and no file of anybody is lost."""

import os

import numpy as np
import pytest

from convviz import nn


@pytest.mark.parametrize("stop", [1, 4, 6])
def test_a_run_goes_on_as_if_nothing_had_happened(make, tmp_path, stop, training, numbers):
    whole = training(make)
    whole.run()
    path = tmp_path / "run.npz"
    begun = training(make, checkpoint=path)
    for _ in range(stop):
        next(begun)
    begun.save(path)
    resumed = training(make, checkpoint=path)
    resumed.run()
    np.testing.assert_array_equal(numbers(resumed), numbers(whole))
    for mine, other in zip(resumed.history, whole.history, strict=True):
        assert mine._replace(seconds=0) == other._replace(seconds=0)
    assert os.listdir(tmp_path) == ["run.npz"]


def test_a_schedule_goes_on_too(tmp_path, data, network):
    def run():
        net = network("chain")
        optimizer = nn.SGD(net.parameters(), 0.1)
        schedule = nn.ReduceLROnPlateau(optimizer, patience=0, threshold=0.999)
        return nn.fit(net, data, optimizer=optimizer, schedule=schedule, epochs=4, batch_size=50,
                      checkpoint=tmp_path / "run.npz", progress=False)  # fmt: skip

    first = run()
    rates = [next(first).lr, next(first).lr]
    rates += [record.lr for record in run()]
    assert rates == pytest.approx([0.1, 0.1, 0.01, 0.001])


def test_another_run_does_not_overwrite_a_checkpoint(tmp_path, training, network):
    path = tmp_path / "run.npz"
    training(checkpoint=path).run()
    before = path.read_bytes()
    for options, words in [
        ({"batch_size": 10}, "made with batch_size=16, and this run has 10"),
        ({"seed": 3}, "made with seed=0, and this run has 3"),
        ({"make": "layers"}, "state must have the names of this network"),
        ({"optimizer": nn.Adam}, "state must be that of Adam"),
    ]:
        with pytest.raises(ValueError, match=words):
            training(checkpoint=path, **options).run()
    path.write_bytes(b"my thesis")
    with pytest.raises(ValueError, match=r"run\.npz is no checkpoint of convviz"):
        training(checkpoint=path)
    assert path.read_bytes() == b"my thesis" and before


def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    nn.save(path, nn.Linear(2, 2))
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space left"):
        nn.save(path, nn.Linear(2, 2))
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["net.npz"]


def test_a_network_is_saved_and_loaded_without_its_optimizer(tmp_path, data, network):
    path, net = tmp_path / "net.npz", network("layers")
    nn.save(path, net, state={"note": "first"})
    other = network("layers")
    assert nn.load(path, other) == {"note": "first"}
    np.testing.assert_array_equal(net.eval()(data[0]), other.eval()(data[0]))
    with pytest.raises(ValueError, match="holds no optimiser"):
        nn.load(path, other, optimizer=nn.SGD(other.parameters(), 0.1))
    with pytest.raises(FileNotFoundError):
        nn.load(tmp_path / "none.npz", other)
