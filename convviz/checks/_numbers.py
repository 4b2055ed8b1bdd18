"""Numbers, places and sizes as the checks print them."""

import math

MINUS = "−"


def number(value):
    """A number as short as it can be, with a real minus sign.

    >>> number(-7.0), number(0.1 + 0.2), number(float("nan")), number(True)
    ('−7', '0.3', 'NaN', 'True')
    """
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return str(value).replace("-", MINUS)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "infinity" if value > 0 else f"{MINUS}infinity"
    text = str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"
    return ("0" if text == "-0" else text).replace("-", MINUS)


def pair(expected, actual):
    """Two numbers that differ, with as many digits as show it.

    >>> pair(0.5, 0.50000001)
    ('0.5', '0.50000001')
    """
    first, second = number(expected), number(actual)
    if first == second:
        first, second = (repr(value).replace("-", MINUS) for value in (expected, actual))
    return first, second


def row(values):
    """A list of numbers.

    >>> row([-1, 0.5])
    '[−1, 0.5]'
    """
    return f"[{', '.join(number(value) for value in values)}]"


def place(index):
    """Where in an array: a position, a row and a column, or an index; "" for a single number.

    >>> place(()), place((3,)), place((1, 2))
    ('', 'position 3', 'row 1, column 2')
    """
    if len(index) == 2:
        return f"row {index[0]}, column {index[1]}"
    if len(index) == 1:
        return f"position {index[0]}"
    return f"index {index}" if index else ""


def size(shape):
    """A shape as lectures write it.

    >>> size((5, 4))
    '5×4'
    """
    return "×".join(str(length) for length in shape)


def count(number_of, noun):
    """A count with its noun.

    >>> count(1, "case"), count(0, "case")
    ('1 case', '0 cases')
    """
    return f"{number_of} {noun}{'' if number_of == 1 else 's'}"
