"""``convviz warm`` compiles what an ordinary use needs."""

from convviz import cli


def test_every_kernel_of_convolution_and_pooling_is_compiled_for_both_dtypes(capsys):
    from convviz.ops._kernels import conv, elementwise, pool, positions, samples, tiles

    assert cli.main(["warm"]) == 0
    assert "compiled and kept" in capsys.readouterr().out
    for kernel in (
        conv.forward, conv.backward_input, conv.backward_weight, positions.convolve,
        positions.weights, samples.convolve, samples.weights, tiles.pack, pool.max_forward,
        pool.max_of_pairs, pool.max_backward, pool.avg_forward, pool.avg_backward,
        elementwise.relu_backward,
    ):  # fmt: skip
        dtypes = {str(argument.dtype) for signature in kernel.signatures for argument in signature
                  if getattr(argument, "dtype", None) is not None}  # fmt: skip
        assert {"float32", "float64"} <= dtypes, kernel
