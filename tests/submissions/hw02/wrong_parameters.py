def one_bias_for_the_layer(channels, filters, kernel_size, bias=True):
    return filters * channels * kernel_size * kernel_size + int(bias)


def bias_for_every_channel(channels, filters, kernel_size, bias=True):
    return filters * channels * (kernel_size**2 + (1 if bias else 0))


def bias_for_every_weight(channels, filters, kernel_size, bias=True):
    weights = filters * channels * kernel_size**2
    return 2 * weights if bias else weights


def bias_forgotten(channels, filters, kernel_size, bias=True):
    return filters * channels * kernel_size**2


def bias_always(channels, filters, kernel_size, bias=True):
    return filters * (channels * kernel_size**2 + 1)


def depth_forgotten(channels, filters, kernel_size, bias=True):
    return filters * (kernel_size**2 + bias)


def one_row_only(channels, filters, kernel_size, bias=True):
    return filters * (channels * kernel_size + bias)


def cube(channels, filters, kernel_size, bias=True):
    return filters * (kernel_size**3 + bias)


def one_filter(channels, filters, kernel_size, bias=True):
    return channels * kernel_size**2 + bias


def swapped(channels, filters, kernel_size, bias=True):
    return channels * (filters * kernel_size**2 + bias)


def nothing_returned(channels, filters, kernel_size, bias=True):
    print(filters * (channels * kernel_size**2 + bias))
