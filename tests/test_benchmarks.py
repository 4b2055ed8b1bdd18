"""The benchmarks run, and time the same work on both sides: nothing else would tell."""

import numpy as np
import pytest

from benchmarks import _peak


def test_the_peak_of_one_core_is_found():
    assert _peak.fused_multiply_adds(count=100, rounds=2) > 1e6


@pytest.mark.parametrize("kind", ["op_by_op", "as_chain"])
def test_both_sides_of_the_training_step_come_to_the_same(kind):
    pytest.importorskip("torch")
    from benchmarks import _lenet

    theirs, ours = getattr(_lenet, kind)(2)
    (loss, parameters), (our_loss, our_parameters) = theirs(), ours()
    np.testing.assert_allclose(our_loss, loss, rtol=1e-4)
    for theirs_now, ours_now in zip(parameters, our_parameters, strict=True):
        np.testing.assert_allclose(ours_now, theirs_now.detach().numpy(), rtol=1e-3, atol=1e-5)
