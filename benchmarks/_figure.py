"""How the time of a convolution grows: with the batch, the channels, the image and the threads."""

import torch
from matplotlib.figure import Figure

import convviz
from benchmarks import _pairs
from benchmarks._timing import interleaved

# (what is varied, its values, the rest of the convolution)
_PANELS = (
    ("batch", (1, 4, 16, 64, 256)),
    ("channels", (4, 8, 16, 32, 64)),
    ("size", (7, 14, 28, 56)),
    ("threads", (1, 2)),
)
_USUAL = {"batch": 16, "channels": 16, "size": 28, "threads": 1}
_COLOURS = {"PyTorch": "#D55E00", "convviz": "#0072B2"}


def draw(path, rounds):
    """Save the figure: forward and backward of a 3×3 convolution, medians in milliseconds."""
    figure = Figure(figsize=(10, 2.8), layout="constrained")
    panels = figure.subplots(1, len(_PANELS), sharey=True)
    for axes, (varied, values) in zip(panels, _PANELS, strict=True):
        times = [_times({**_USUAL, varied: value}, rounds) for value in values]
        for which, (name, colour) in enumerate(_COLOURS.items()):
            milliseconds = [pair[which] * 1e3 for pair in times]
            axes.plot(values, milliseconds, marker="os"[which], color=colour, label=name)
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xticks(values, map(str, values))
        axes.set_xlabel(varied)
        axes.minorticks_off()
        axes.grid(alpha=0.3)
    first = figure.axes[0]
    first.set_ylabel("forward + backward, ms")
    first.legend()
    # a ground of its own: a page may be dark
    figure.savefig(path, metadata={"Date": None}, facecolor="white")


def _times(setting, rounds):
    convviz.set_num_threads(setting["threads"])
    torch.set_num_threads(setting["threads"])
    size, channels = setting["size"], setting["channels"]
    pair = _pairs.convolution(setting["batch"], channels, (size, size), channels, 3, padding=1)
    found = interleaved(*pair, rounds=rounds)
    return found.theirs, found.ours
