def of_the_slide(input_size, kernel_size, stride=1, padding=0):
    return input_size * stride + (kernel_size - 1) - 2 * padding


def one_step_too_many(input_size, kernel_size, stride=1, padding=0):
    return input_size * stride + kernel_size - 2 * padding


def side_by_side(input_size, kernel_size, stride=1, padding=0):
    return input_size * kernel_size - 2 * padding


def ordinary(input_size, kernel_size, stride=1, padding=0):
    return (input_size + 2 * padding - kernel_size) // stride + 1


def stride_ignored(input_size, kernel_size, stride=1, padding=0):
    return input_size + kernel_size - 1 - 2 * padding


def padding_ignored(input_size, kernel_size, stride=1, padding=0):
    return (input_size - 1) * stride + kernel_size


def padding_added(input_size, kernel_size, stride=1, padding=0):
    return (input_size - 1) * stride + kernel_size + 2 * padding


def padding_once(input_size, kernel_size, stride=1, padding=0):
    return (input_size - 1) * stride + kernel_size - padding
