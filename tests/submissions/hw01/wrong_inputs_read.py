def stride_ignored(output, kernel_size, stride=1, dilation=1):
    return [output + k * dilation for k in range(kernel_size)]


def dilation_ignored(output, kernel_size, stride=1, dilation=1):
    return [output * stride + k for k in range(kernel_size)]


def swapped(output, kernel_size, stride=1, dilation=1):
    return [output * dilation + k * stride for k in range(kernel_size)]


def dilation_moves_the_window(output, kernel_size, stride=1, dilation=1):
    return [(output * stride + k) * dilation for k in range(kernel_size)]


def stride_spreads_the_taps(output, kernel_size, stride=1, dilation=1):
    return [(output + k * dilation) * stride for k in range(kernel_size)]


def from_one(output, kernel_size, stride=1, dilation=1):
    return [output * stride + k * dilation + 1 for k in range(kernel_size)]


def whole_span(output, kernel_size, stride=1, dilation=1):
    start = output * stride
    return list(range(start, start + dilation * (kernel_size - 1) + 1))


def one_too_few(output, kernel_size, stride=1, dilation=1):
    return [output * stride + k * dilation for k in range(kernel_size - 1)]
