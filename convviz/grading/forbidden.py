"""Does an answer name what the question forbids? Found by reading: a hint, never a verdict."""

import ast


def names(source, forbidden):
    """Return the forbidden names an answer uses, sorted.

    Parameters
    ----------
    source : str
        The answer cell.
    forbidden : iterable of str
        Dotted names: ``"numpy.convolve"`` is met by itself and by whatever is below it, under any
        alias the cell imports it by, or by the usual ones (``np``).

    Examples
    --------
    >>> names("y = np.convolve(x, w)", ["numpy.convolve", "scipy"])
    ['numpy.convolve']
    >>> names("from scipy.signal import correlate as c", ["scipy"])
    ['scipy']
    >>> names("y = x[0]", ["scipy"])
    []
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # it does not run either
    aliases = {"np": "numpy"}
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                used.add(name.name)
                aliases[name.asname or name.name.split(".")[0]] = (
                    name.name if name.asname else name.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                used.add(f"{node.module}.{name.name}")
                aliases[name.asname or name.name] = f"{node.module}.{name.name}"
    used |= {_dotted(node, aliases) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return sorted(
        rule for rule in forbidden if any(f"{name}.".startswith(f"{rule}.") for name in used)
    )


def _dotted(node, aliases):
    """``np.fft.fft`` as "numpy.fft.fft"; "" when it does not start with a name."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([aliases.get(node.id, node.id), *reversed(parts)])
