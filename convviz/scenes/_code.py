"""The lines of code that compute what a sliding filter shows: ours, and PyTorch's."""

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
    usual = {"stride": 1, "padding": 0, "dilation": 1, "padding_mode": "zeros", "output_padding": 0}
    return {name: value for name, value in named.items() if value != usual.get(name)}


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
    return (("convviz", ours), ("PyTorch", theirs))
