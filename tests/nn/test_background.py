"""Training beside other work: it pauses, goes on and ends between two steps."""

import os
import signal
import threading

import numpy as np
import pytest

from convviz import nn


def test_a_run_in_the_background_is_the_same_run(make, training, numbers):
    first, second = training(make), training(make)
    first.run()
    second.start().wait(60)
    assert not second.running
    np.testing.assert_array_equal(numbers(first), numbers(second))


def test_the_background_pauses_between_steps_and_does_one_when_asked(training):
    done = threading.Event()
    run = training(epochs=2000)
    run.pause()
    run.start()
    assert run.paused and run.running and not run.history

    original = run._step

    def noted(x, target):
        found = original(x, target)
        done.set()
        return found

    run._step = noted
    for count in (1, 2):
        run.step()
        assert done.wait(30)
        done.clear()
        while len(run.history) < count:
            done.wait(0.001)
        assert len(run.history) == count
    with pytest.raises(RuntimeError, match="it runs already"):
        run.start()
    run.resume()
    assert done.wait(30)
    run.stop(30)
    assert not run.running and 2 < len(run.history) < 8000
    assert not run.net.training


def test_what_goes_wrong_in_the_background_is_told(training):
    run = training(optimizer=lambda p: nn.SGD(p, 1e20), epochs=50).start()
    with pytest.raises(nn.Diverged):
        run.wait(60)
    assert isinstance(run.failure, nn.Diverged)


def test_a_stop_keeps_what_was_learned(tmp_path, training, numbers):
    run = training(epochs=2000, checkpoint=tmp_path / "run.npz")
    next(run)
    run.start()
    run.stop(30)
    resumed = training(epochs=2000, checkpoint=tmp_path / "run.npz")
    assert len(resumed.history) == len(run.history)
    np.testing.assert_array_equal(numbers(resumed), numbers(run))


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to itself")
def test_an_interrupt_waits_for_the_step(make, monkeypatch, training, numbers):
    """Ctrl-C within a step: the step is whole, and the same as without."""
    whole, run = training(make), training(make)
    step = run._step

    def interrupted(x, target):
        os.kill(os.getpid(), signal.SIGINT)
        return step(x, target)

    next(whole), next(whole)
    next(run)
    run._step = interrupted
    with pytest.raises(KeyboardInterrupt):
        next(run)
    assert len(run.history) == 2
    np.testing.assert_array_equal(numbers(run), numbers(whole))
    run._step = step
    next(run), next(whole)
    np.testing.assert_array_equal(numbers(run), numbers(whole))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to itself")
def test_between_two_steps_an_interrupt_comes_at_once(make, training):
    seen = []
    with pytest.raises(KeyboardInterrupt):
        for record in training(make):
            seen.append(record.step)
            if record.step == 3:
                os.kill(os.getpid(), signal.SIGINT)
                seen.append("after")  # the handler runs before this line, or within it
    assert seen[:3] == [1, 2, 3] and len(seen) <= 4
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to itself")
def test_a_loop_of_steps_is_interrupted_between_them(make, training, numbers):
    whole, run = training(make), training(make)
    step = run._step

    def interrupted(x, target):
        if len(run.history) == 4:
            os.kill(os.getpid(), signal.SIGINT)
        return step(x, target)

    run._step = interrupted
    with pytest.raises(KeyboardInterrupt):
        run.run()
    assert len(run.history) == 5
    for _, _ in zip(range(5), whole, strict=False):
        pass
    np.testing.assert_array_equal(numbers(run), numbers(whole))


def test_a_loop_that_is_left_early_leaves_the_handler_as_it_was(training):
    run = training()
    for record in run:
        if record.step == 2:
            break
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert next(run).step == 3 and [record.step for record in run] == list(range(4, 13))


def test_a_pause_takes_back_steps_that_were_asked_for_and_not_begun(training):
    run = training(epochs=2000)
    for _ in range(3):
        run.step()
    run.pause()
    run.start()
    run.step()
    waiting = threading.Event()
    while len(run.history) < 1 or run._allowed:
        waiting.wait(0.001)
    run.stop()
    assert len(run.history) == 1
