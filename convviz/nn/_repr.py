"""How a layer names what is not as usual: ``stride 2, padding 1``."""


def unusual(layer, **usual):
    """The options of a layer that differ from the usual ones, each after a comma.

    >>> from types import SimpleNamespace
    >>> layer = SimpleNamespace(stride=(2, 2), padding=(0, 1), groups=1)
    >>> unusual(layer, stride=1, padding=0, groups=1)
    ', stride 2, padding 0×1'
    """
    said = ""
    for name, value in usual.items():
        mine = getattr(layer, name)
        if isinstance(mine, tuple) and len(set(mine)) == 1:
            mine = mine[0]
        if mine != value:
            said += f", {name.replace('_', ' ')}"
            if mine is not True:
                said += f" {'×'.join(map(str, mine)) if isinstance(mine, tuple) else mine}"
    return said
