"""The colours of the roles on white paper (Okabe & Ito, 2008, darkened where text needs contrast)."""

import numpy as np

INK, QUIET, LINE, PAPER = "#1b1f24", "#57606a", "#d0d7de", "#ffffff"
ROLE = {
    "input": "#0068a8",
    "filter": "#b54a00",
    "output": "#007a58",
    "gradient": "#9b3f7d",
    "neutral": INK,
    "": INK,
}
WINDOW = "#d55e00"
_NEGATIVE, _POSITIVE, _WHITE = (np.array(c) for c in ((0, 90, 178), (200, 96, 0), (255, 255, 255)))


def mixed(colour, share, under=PAPER):
    """A colour laid over another: share 0 is the other one, 1 the colour itself.

    >>> mixed("#000000", 0.2), mixed("#000000", 0.5, under="#808080")
    ('#cccccc', '#404040')
    """
    over, under = (np.array([int(one[n : n + 2], 16) for n in (1, 3, 5)]) for one in (colour, under))
    return _hex(under + (over - under) * share)


def signed(level):
    """The background of a signed value, level −100…100, white at zero."""
    end = _NEGATIVE if level < 0 else _POSITIVE
    return _hex(_WHITE + (end - _WHITE) * abs(level) * 0.0052)


def grey(level):
    """The background of a grey value, level 0…100."""
    return _hex(np.full(3, 2.55 * level))


def diverging_palette():
    """256 colours from full negative through white to full positive."""
    share = np.linspace(-1, 1, 256)[:, None]
    ends = np.where(share < 0, _NEGATIVE, _POSITIVE)
    return np.rint(_WHITE + (ends - _WHITE) * np.abs(share)).astype(np.uint8)


def grey_palette():
    """256 greys, black first."""
    return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)


def _hex(rgb):
    return "#" + "".join(f"{int(round(float(part))):02x}" for part in rgb)
