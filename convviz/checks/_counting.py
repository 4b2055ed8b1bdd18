"""Checks of what a layer has to learn and to compute: parameters, outputs, multiply-adds."""

from convviz import geometry
from convviz.checks import _numbers
from convviz.checks._hand import by_hand
from convviz.checks._result import Case, Variant, run


def _parameters(channels, filters, kernel_size, bias=True):
    return filters * (channels * kernel_size**2 + bool(bias))


def _variant(hint, formula):
    def function(channels, filters, kernel_size, bias=True):
        return formula(channels, filters, kernel_size, bool(bias))

    return Variant(hint, function)


_PARAMETER_VARIANTS = [
    _variant(
        "is there one bias for the whole layer? Every filter has its own",
        lambda c, n, k, b: n * c * k * k + b,
    ),
    _variant(
        "is a bias counted for every channel? A filter has one, however deep it is",
        lambda c, n, k, b: n * c * (k * k + b),
    ),
    _variant(
        "is a bias counted for every weight? A filter has one",
        lambda c, n, k, b: n * c * k * k * (1 + b),
    ),
    _variant("is the bias left out?", lambda c, n, k, b: n * c * k * k),
    _variant("is the bias counted although there is none?", lambda c, n, k, b: n * (c * k * k + 1)),
    _variant(
        "is the depth left out? A filter spans all channels", lambda c, n, k, b: n * (k * k + b)
    ),
    _variant(
        "is the kernel one row only? It has kernel_size · kernel_size weights in each channel",
        lambda c, n, k, b: n * (c * k + b),
    ),
    _variant(
        "is the depth taken for the size? A filter has three sides: channels, rows, columns",
        lambda c, n, k, b: n * (k**3 + b),
    ),
    _variant("is only one filter counted?", lambda c, n, k, b: c * k * k + b),
    _variant(
        "are channels and filters swapped? The bias belongs to the filter",
        lambda c, n, k, b: c * (n * k * k + b),
    ),
]


def check_parameters(function):
    """Check ``parameters(channels, filters, kernel_size, bias=True)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_parameters(lambda channels, filters, size, bias=True: filters * (size**2 + bias))
    ✗ parameters: 2 of 8 cases
      3 channels, 6 filters 5×5: expected 456, got 156: \
is the depth left out? A filter spans all channels
    """
    given = [(3, 6, 5), (1, 1, 3), (1, 4, 2), (2, 2, 1), (6, 16, 5), (8, 3, 3), (256, 256, 3)]
    cases = []
    for c, n, k in given:
        text = f"{_numbers.count(c, 'channel')}, {_numbers.count(n, 'filter')} {k}×{k}"
        cases.append(Case(text, (c, n, k), _parameters(c, n, k)))
    text = "4 channels, 5 filters 3×3, no bias"
    cases.append(Case(text, (4, 5, 3), _parameters(4, 5, 3, False), {"bias": False}))
    return run("parameters", function, cases, _PARAMETER_VARIANTS)


def check_network(answer, input_shape, layers):
    """Check outputs, parameters and multiply-adds of layers that follow each other.

    Parameters
    ----------
    answer : dict
        For each layer a dict with ``"outputs"``, ``"parameters"`` and ``"multiply-adds"``.
    input_shape : (channels, rows, columns)
    layers : dict of str to dict
        A convolutional layer has ``filters`` and ``kernel_size``, and may have ``stride`` and
        ``padding``; a dense one has ``neurons``.

    Returns
    -------
    Check
        A wrong number is named, never the right one.

    Examples
    --------
    >>> answer = {"conv": {"outputs": 4, "parameters": 20, "multiply-adds": 72}}
    >>> check_network(answer, (1, 4, 4), {"conv": {"filters": 2, "kernel_size": 3}})
    ✗ network: 2 of 3 numbers
      conv, outputs: 4 is not right: is that one map? There are 2
    """
    numbers, shape = {}, tuple(input_shape)
    for name, layer in layers.items():
        if "neurons" in layer:
            found = _dense(shape, **layer)
            shape = (layer["neurons"], 1, 1)
        else:
            found, shape = _convolutional(shape, **layer)
        numbers |= {(name, quantity): entry for quantity, entry in found.items()}
    return by_hand("network", answer, numbers)


def _convolutional(shape, filters, kernel_size, stride=1, padding=0):
    channels, height, width = shape
    rows, columns = (
        geometry.conv_output_size(size, kernel_size, stride=stride, padding=padding)
        for size in (height, width)
    )
    weights, places = channels * kernel_size**2, rows * columns
    unpadded = [(size - kernel_size) // stride + 1 for size in (height, width)]
    unmoved = [size + 2 * padding - kernel_size + 1 for size in (height, width)]
    outputs = [
        (places, f"is that one map? There are {filters}"),
        (filters * unpadded[0] * unpadded[1], "is the padding left out?"),
        (filters * unmoved[0] * unmoved[1], "is the stride left out?"),
        (filters * (rows + 1) * (columns + 1), "is the size rounded up? Round down"),
        (filters * channels * places, "a filter makes one map of all its channels"),
        (filters * height * width, "the maps are smaller than what the filters slide over"),
    ]
    parameters = [
        (filters * weights, "and the biases?"),
        (filters * weights + 1, "every filter has a bias of its own"),
        (filters * (kernel_size**2 + 1), "a filter spans all channels"),
        (weights + 1, "is that one filter?"),
        (filters * channels * (kernel_size**2 + 1), "a filter has one bias, however deep it is"),
        (filters * places * (weights + 1), "all places of a map share their weights"),
        (filters * places * weights, "all places of a map share their weights"),
    ]
    multiply_adds = [
        (filters * weights, "is that one window? There is one for each place of a map"),
        (places * weights, "is that one map?"),
        (filters * places * (weights + 1), "adding a bias is no multiply-add here"),
        (2 * filters * places * weights, "a product and its sum count as one"),
        (filters * places * kernel_size**2, "a filter multiplies in every channel"),
        (filters * height * width * weights, "count the places of the output, not of the input"),
    ]
    return _three(
        (filters * places, outputs),
        (filters * (weights + 1), parameters),
        (filters * places * weights, multiply_adds),
    ), (filters, rows, columns)


def _dense(shape, neurons):
    inputs = shape[0] * shape[1] * shape[2]
    parameters = [
        (neurons * inputs, "and the biases?"),
        (neurons * inputs + 1, "every neuron has a bias of its own"),
        (neurons * (shape[1] * shape[2] + 1), "a neuron is joined to the numbers of all maps"),
        (neurons * (shape[0] + 1), "a neuron is joined to every number of a map"),
        (inputs + 1, "is that one neuron?"),
    ]
    multiply_adds = [
        (neurons * (inputs + 1), "adding a bias is no multiply-add here"),
        (2 * neurons * inputs, "a product and its sum count as one"),
        (inputs, "is that one neuron?"),
    ]
    outputs = [(neurons * inputs, "are those the weights? A neuron has one output")]
    return _three(
        (neurons, outputs), (neurons * (inputs + 1), parameters), (neurons * inputs, multiply_adds)
    )


def _three(*entries):
    return dict(zip(("outputs", "parameters", "multiply-adds"), entries, strict=True))
