"""Arrays in, arrays out: each operation of a network with its backward pass.

The names, layouts and meanings are those of ``torch.nn.functional``: inputs ``(N, C, H, W)``,
weights ``(C_out, C_in/groups, kH, kW)``, "convolution" without flipping the kernel. ``float32``
stays ``float32`` and ``float64`` stays ``float64``. No argument is ever changed. NaN and infinity
are ordinary values and travel as in PyTorch.

A backward pass takes `dy`, the derivative of the loss with respect to the output, and returns the
derivatives with respect to what went in.

With the same number of threads, the same input gives the same result on every run, to the last
bit: work is cut into fixed shares, and no sum depends on which thread is done first. Another number
of threads may change the last digits of sums. What is drawn at random (`dropout`,
`stochastic_pool2d`) comes from the generator that is passed in, and from nowhere else.

Nobody waits for the compiler. The first operation is answered by NumPy, while a thread imports
Numba and compiles, or loads from disk, what has been asked for; see `convviz.ops._startup`. It
changes nothing about the sameness of results: small work gets the same bits from both, and which
of the larger work comes too early for the engine is counted, not timed. Two equal calls within a
program may differ in the last digit where one of them is early: `convviz.wait_until_compiled`
prevents that.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "activation": [
            "elu",
            "elu_backward",
            "leaky_relu",
            "leaky_relu_backward",
            "relu",
            "relu_backward",
            "sigmoid",
            "sigmoid_backward",
            "tanh",
            "tanh_backward",
        ],
        "chain": ["Chain"],
        "affine": [
            "linear",
            "linear_backward",
        ],
        "conv": ["conv1d", "conv1d_backward", "conv2d", "conv2d_backward"],
        "conv_separable": [
            "depthwise_separable_conv2d",
            "depthwise_separable_conv2d_backward",
            "flattened_conv2d",
            "flattened_conv2d_backward",
            "spatially_separable_conv2d",
            "spatially_separable_conv2d_backward",
        ],
        "conv_transpose": [
            "conv_transpose1d",
            "conv_transpose1d_backward",
            "conv_transpose2d",
            "conv_transpose2d_backward",
            "conv_transpose3d",
            "conv_transpose3d_backward",
        ],
        "conv_untied": [
            "locally_connected2d",
            "locally_connected2d_backward",
            "tiled_conv2d",
            "tiled_conv2d_backward",
        ],
        "conv_volume": ["conv3d", "conv3d_backward"],
        "dropping": [
            "dropout",
            "dropout_backward",
        ],
        "gradients": [
            "GradientCheck",
            "check_gradients",
        ],
        "loss": [
            "cross_entropy",
            "cross_entropy_backward",
            "mse_loss",
            "mse_loss_backward",
        ],
        "loss_binary": [
            "binary_cross_entropy",
            "binary_cross_entropy_backward",
            "binary_cross_entropy_with_logits",
            "binary_cross_entropy_with_logits_backward",
        ],
        "norm": [
            "BatchStatistics",
            "batch_norm",
            "batch_norm_backward",
        ],
        "pool": [
            "avg_pool1d",
            "avg_pool1d_backward",
            "avg_pool2d",
            "avg_pool2d_backward",
            "max_pool1d",
            "max_pool1d_backward",
            "max_pool2d",
            "max_pool2d_backward",
        ],
        "pool_adaptive": [
            "adaptive_avg_pool2d",
            "adaptive_avg_pool2d_backward",
            "adaptive_max_pool2d",
            "adaptive_max_pool2d_backward",
            "spatial_pyramid_pool",
            "spatial_pyramid_pool_backward",
        ],
        "pool_lp": [
            "lp_pool1d",
            "lp_pool1d_backward",
            "lp_pool2d",
            "lp_pool2d_backward",
        ],
        "pool_mixed": [
            "mixed_pool2d",
            "mixed_pool2d_backward",
            "stochastic_pool2d",
            "stochastic_pool2d_backward",
            "stochastic_pool2d_expected",
            "stochastic_pool2d_expected_backward",
        ],
        "pool_spectral": [
            "spectral_pool",
            "spectral_pool_backward",
        ],
        "pool_volume": [
            "avg_pool3d",
            "avg_pool3d_backward",
            "max_pool3d",
            "max_pool3d_backward",
        ],
        "response_norm": [
            "local_response_norm",
            "local_response_norm_backward",
        ],
        "softmaxes": [
            "log_softmax",
            "log_softmax_backward",
            "softmax",
            "softmax_backward",
        ],
        "unpool": [
            "max_unpool1d",
            "max_unpool1d_backward",
            "max_unpool2d",
            "max_unpool2d_backward",
            "max_unpool3d",
            "max_unpool3d_backward",
        ],
    },
)
