import numpy as np


def output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    reach = dilation * (kernel_size - 1) + 1
    return np.float32((input_size + 2 * padding - reach) // stride + 1)
