"""What a homework calls to check itself: one function a question, an answer in words.

Each check calls the student's function on a handful of cases. Where a result is wrong, it says
what differs where, and, when the result is that of a well-known mistake, which one. Whatever the
student's function does, a check does not raise.

>>> from convviz import checks
>>> checks.check_relu(lambda z: abs(z))
✗ relu: 2 of 7 cases
  [−2, −1, 0, 1, 2]: position 0: expected 0, got 2: is this the absolute value?
"""

from convviz.checks._arithmetic import (
    check_inputs_read,
    check_output_size,
    check_stride_and_dilation,
)
from convviz.checks._backward import check_conv_db, check_conv_dw, check_feeds
from convviz.checks._backward_input import check_conv_dx, check_dx_by_convolution, check_spread
from convviz.checks._counting import check_network, check_parameters
from convviz.checks._dense import check_conv_matrix, check_dense_to_filters, check_layer_to_dense
from convviz.checks._depthwise import check_depthwise, check_separable
from convviz.checks._detector import check_detector
from convviz.checks._dilated import check_dilated_conv, check_receptive_field
from convviz.checks._fields import check_effective_size, check_receptive_fields, check_seen
from convviz.checks._gradients import check_numerical_gradient, check_relative_error
from convviz.checks._learning import check_momentum_step, check_score_gradient
from convviz.checks._lenet import LENET_SHAPES, lenet_scores, lenet_slopes
from convviz.checks._lenet_counts import check_lenet_parameters
from convviz.checks._lenet_trained import check_first_weights, check_train
from convviz.checks._lenet_turn import check_turn_gradients, check_turn_scores
from convviz.checks._line import check_correlate1d, check_relu
from convviz.checks._looking import check_occlusion, check_relu_back, check_saliency
from convviz.checks._norm import check_in_use, check_normalise, check_normalise_maps
from convviz.checks._norm_back import (
    check_batch_norm_dx,
    check_learned_gradients,
    check_mean_gradient,
    check_variance_gradient,
)
from convviz.checks._norm_hand import check_norm_numbers
from convviz.checks._plane import check_correlate2d
from convviz.checks._pointwise import check_pointwise
from convviz.checks._pooling import check_average_pool, check_max_pool
from convviz.checks._pooling_back import check_average_pool_backward, check_max_pool_backward
from convviz.checks._pooling_hand import check_on_paper, check_slopes
from convviz.checks._pooling_volume import check_pool_volume
from convviz.checks._result import Check
from convviz.checks._same import Comparison, same
from convviz.checks._savings import check_costs, check_factors
from convviz.checks._transposed import check_conv_transpose, check_overlaps, check_transposed_size
from convviz.checks._units import check_maximise, check_strongest_patches
from convviz.checks._volume import check_conv_layer, check_one_map
from convviz.checks._winners import check_winners

__all__ = [
    "Check",
    "Comparison",
    "LENET_SHAPES",
    "check_average_pool",
    "check_average_pool_backward",
    "check_batch_norm_dx",
    "check_conv_db",
    "check_conv_dw",
    "check_conv_dx",
    "check_conv_layer",
    "check_conv_matrix",
    "check_conv_transpose",
    "check_correlate1d",
    "check_correlate2d",
    "check_costs",
    "check_dense_to_filters",
    "check_depthwise",
    "check_detector",
    "check_dilated_conv",
    "check_dx_by_convolution",
    "check_effective_size",
    "check_factors",
    "check_feeds",
    "check_first_weights",
    "check_in_use",
    "check_inputs_read",
    "check_layer_to_dense",
    "check_learned_gradients",
    "check_lenet_parameters",
    "check_max_pool",
    "check_max_pool_backward",
    "check_maximise",
    "check_mean_gradient",
    "check_momentum_step",
    "check_network",
    "check_norm_numbers",
    "check_normalise",
    "check_normalise_maps",
    "check_numerical_gradient",
    "check_occlusion",
    "check_on_paper",
    "check_one_map",
    "check_output_size",
    "check_overlaps",
    "check_parameters",
    "check_pointwise",
    "check_pool_volume",
    "check_receptive_field",
    "check_receptive_fields",
    "check_relative_error",
    "check_relu",
    "check_relu_back",
    "check_saliency",
    "check_score_gradient",
    "check_seen",
    "check_separable",
    "check_slopes",
    "check_spread",
    "check_stride_and_dilation",
    "check_strongest_patches",
    "check_train",
    "check_transposed_size",
    "check_turn_gradients",
    "check_turn_scores",
    "check_variance_gradient",
    "check_winners",
    "lenet_scores",
    "lenet_slopes",
    "same",
]
