"""The lines of code that compute what a scene shows: ours, and PyTorch's."""

import re

_TENSOR = {
    "zeros": "constant", "constant": "constant", "reflect": "reflect", "replicate": "replicate",
    "circular": "circular",
}


def options(**named):
    """Keyword arguments as they are written behind others: ``", stride=2, padding=1"``.

    >>> options(stride=2, padding=0)
    ', stride=2, padding=0'
    """
    return "".join(f", {name}={value!r}" for name, value in named.items())


def unusual(**named):
    """Those of stride, padding, dilation and so on that are not as they usually are.

    >>> unusual(stride=1, padding=2, dilation=1, padding_mode="zeros")
    {'padding': 2}
    """
    usual = {"stride": 1, "padding": 0, "dilation": 1, "padding_mode": "zeros", "output_padding": 0,
             "groups": 1}
    return {name: value for name, value in named.items() if value != usual.get(name)}


def array(names, shape):
    """Code for the array of that shape that the grids of these names make together.

    Grids of one row are copied as lines of numbers, and single cells as numbers.

    >>> array(["input"], (1, 1, 3, 3)), array(["bias 0", "bias 1"], (2,))
    ('input[None, None]', 'np.array([bias_0, bias_1], float)')
    >>> array(["channel 0", "channel 1"], (1, 2, 3, 3))
    'np.array([channel_0, channel_1]).reshape(1, 2, 3, 3)'
    """
    listed = [identifier(name) for name in names]
    if len(shape) == 1:
        return f"np.array([{', '.join(listed)}], float)"
    plain = shape[-2] > 1
    if plain and len(names) == 1:
        leading = ", ".join(["None"] * (len(shape) - 2))
        return listed[0] + (f"[{leading}]" if leading else "")
    dtype = "" if plain else ", float"
    return f"np.array([{', '.join(listed)}]{dtype}).reshape({', '.join(map(str, shape))})"


def strips(parts, shape):
    """Code for an array (A, B, rows, columns) from A pieces of code, each B planes side by side.

    >>> strips(["filter_0", "filter_1"], (2, 3, 4, 5))
    'np.array([filter_0, filter_1], float).reshape(2, 4, 3, 5).transpose(0, 2, 1, 3)'
    """
    many, planes, rows, columns = shape
    return (
        f"np.array([{', '.join(parts)}], float)"
        f".reshape({many}, {rows}, {planes}, {columns}).transpose(0, 2, 1, 3)"
    )


def identifier(name):
    """The name under which the player copies a grid.

    >>> identifier("filter 0, ch 1")
    'filter_0_ch_1'
    """
    return re.sub(r"\W+", "_", name, flags=re.ASCII)


def with_axes(lines, **shapes):
    """Lines of code for which arrays of one row, or of one number, are given their axes back.

    The player copies a grid of one row as a line of numbers, and a single cell as a number.

    Parameters
    ----------
    lines : sequence of (str, str)
        Labels and code.
    **shapes : tuple of int
        Of the arrays that the code takes by their names.

    >>> with_axes([("NumPy", "w.sum()")], w=(1, 2))
    (('NumPy', 'w = np.reshape(w, (1, 2))\\nw.sum()'),)
    >>> with_axes([("NumPy", "w.sum()")], w=(2, 2))
    (('NumPy', 'w.sum()'),)
    """
    first = "".join(
        f"{name} = np.reshape({name}, {tuple(shape)})\n"
        for name, shape in shapes.items() if shape[0] == 1
    )
    return tuple((label, first + text) for label, text in lines)


def sliding(source, weights, axes, *, mode="zeros", value=0, bias=False, relu=False):
    """Code for a filter that slides along each of these axes, as (label, text) pairs.

    Parameters
    ----------
    source, weights : str
        The names of two grids.
    axes : sequence of Axis
    mode, value
        What stands in the padding.
    bias, relu : bool
        Whether a grid ``bias`` is added, and whether a ReLU follows.
    """
    name = f"conv{len(axes)}d"
    steps = unusual(stride=axes[0].stride, dilation=axes[0].dilation)
    sides = tuple((axis.before, axis.after) for axis in axes)
    even = len({side for pair in sides for side in pair}) == 1
    padding = sides[0][0] if even else sides
    modes = unusual(padding=padding, padding_mode=mode) if padding else {}
    if mode == "constant" and modes:
        modes["padding_value"] = value
    after = "[0, 0]" + (" + bias" if bias else "")
    ours = f"ops.{name}({source}[None, None], {weights}[None, None]{options(**steps, **modes)}){after}"
    tensor = f"torch.tensor({source})[None, None]"
    if padding and even and mode == "zeros":
        steps["padding"] = padding
    elif padding:
        edges = tuple(side for pair in reversed(sides) for side in pair)
        how = options(mode=_TENSOR[mode], **({"value": value} if mode == "constant" else {}))
        tensor = f"F.pad({tensor}, {edges}{how})"
    theirs = f"F.{name}({tensor}, torch.tensor({weights})[None, None]{options(**steps)}){after}"
    if relu:
        ours, theirs = f"ops.relu({ours})", f"F.relu({theirs})"
    shapes = {source: [axis.size for axis in axes], weights: [axis.kernel for axis in axes]}
    return with_axes((("convviz", ours), ("PyTorch", theirs)), **shapes)
