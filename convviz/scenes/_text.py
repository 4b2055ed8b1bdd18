"""How numbers and ranges are written on the stage."""

import math
from functools import lru_cache

MINUS = "−"


def number(value):
    """A number as short as it can be read: whole numbers whole, others to two decimals.

    >>> number(-7.0), number(0.125), number(-0.001), number(float("inf"))
    ('−7', '0.13', '−1.0e−3', '∞')
    """
    return _written(float(value))


def numbers(values):
    """Many numbers, each as :func:`number` writes it.

    >>> numbers([0.5, -3])
    ['0.5', '−3']
    """
    return [*map(_written, map(float, values))]


# The scenes of a widget show the same few numbers thousands of times.
@lru_cache(maxsize=4096)
def _written(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    if value == round(value) and abs(value) < 1e6:
        text = str(int(value))
    elif abs(value) >= 1e6 or abs(value) < 0.005:
        text = f"{value:.1e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
    else:
        # Half away from zero, as pupils round, on the decimal text and not on the binary value.
        text = f"{math.copysign(math.floor(abs(value) * 100 + 0.5 + 1e-9) / 100, value):.2f}"
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def in_sum(text):
    """The text of a number behind a sign: negative ones in parentheses.

    >>> in_sum("−1"), in_sum("2")
    ('(−1)', '2')
    """
    return f"({text})" if text.startswith(MINUS) else text


def signed_factor(value):
    """A number as it stands behind a dot: negative ones in parentheses.

    >>> signed_factor(-1), signed_factor(2)
    ('(−1)', '2')
    """
    return in_sum(number(value))


def shape_text(shape):
    """A shape with the multiplication sign.

    >>> shape_text((7, 5))
    '7×5'
    """
    return "×".join(str(n) for n in shape)


def span(indices, noun):
    """A run of indices in words: ``rows 1–3``, ``rows 0, 2, 4``, ``row 2``.

    >>> span([1, 2, 3], "row"), span([0, 2, 4], "row"), span([2], "row"), span([-1, 0], "row")
    ('rows 1–3', 'rows 0, 2, 4', 'row 2', 'rows −1 and 0')
    """
    indices = list(indices)
    texts = [number(i) for i in indices]
    if len(indices) == 1:
        return f"{noun} {texts[0]}"
    # With a negative end a dash would read as a minus sign.
    if len(indices) == 2:
        return f"{noun}s {texts[0]} and {texts[1]}"
    if indices == list(range(indices[0], indices[-1] + 1)):
        dash = " to " if indices[0] < 0 else "–"
        return f"{noun}s {texts[0]}{dash}{texts[-1]}"
    return f"{noun}s {', '.join(texts)}"


def a_number(value):
    """A number behind its article.

    >>> a_number(7), a_number(8), a_number(11)
    ('a 7', 'an 8', 'an 11')
    """
    text = number(value)
    return f"an {text}" if text.startswith("8") or text in ("11", "18") else f"a {text}"


def plural(count, noun):
    """A count with its noun.

    >>> plural(1, "step"), plural(25, "step")
    ('1 step', '25 steps')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
