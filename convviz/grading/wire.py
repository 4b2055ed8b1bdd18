"""Numbers on their way out of a student's kernel: JSON with base64, never pickle.

The kernel writes these records, so nothing in them is believed: `decode` checks every field before
it makes an array of them.
"""

import base64
import binascii
import math

import numpy as np

MIME = "application/vnd.convviz.result+json"
# 8 MB of float64: more than any question asks for, little enough to hold many of them.
MAX_ENTRIES = 1_000_000
_DTYPES = {"b": "|b1", "i": "<i8", "u": "<u8", "f": "<f8"}


class NotNumbers(ValueError):
    """The value is no number and no array of numbers."""


def encode(value):
    """Write a number or an array of numbers as plain JSON.

    Parameters
    ----------
    value : number, array or nested list of numbers
        Booleans are numbers here; complex numbers, text and objects are not.

    Returns
    -------
    dict
        ``dtype``, ``shape`` and the bytes in base64, in C order and little-endian.

    Raises
    ------
    NotNumbers
        When `value` is something else, a ragged list, or larger than `MAX_ENTRIES`.

    Examples
    --------
    >>> encode([1, 2])["dtype"], encode([1, 2])["shape"]
    ('<i8', [2])
    >>> decode(encode(2.5))
    array(2.5)
    """
    try:
        array = np.asarray(value)
    except Exception as error:  # whatever a student's own __array__ may raise
        raise NotNumbers(f"not an array of numbers: {type(error).__name__}") from None
    kind = array.dtype.kind
    if kind not in _DTYPES:
        raise NotNumbers(f"not numbers: an array of {array.dtype}")
    if array.size > MAX_ENTRIES:
        raise NotNumbers(f"too large: {array.size} numbers, at most {MAX_ENTRIES} are taken")
    data = array.astype(_DTYPES[kind]).tobytes()
    return {
        "dtype": _DTYPES[kind],
        "shape": list(array.shape),
        "data": base64.b64encode(data).decode("ascii"),
    }


def decode(record):
    """Make the array of a record that `encode` wrote, or that somebody forged.

    Raises
    ------
    NotNumbers
        When a field is missing, of the wrong type, or the bytes do not fit dtype and shape.
    """
    try:
        dtype, shape, data = record["dtype"], record["shape"], record["data"]
    except (TypeError, KeyError):
        raise NotNumbers("the record lacks dtype, shape or data") from None
    if dtype not in _DTYPES.values():
        raise NotNumbers(f"the record's dtype is {str(dtype)[:20]!r}")
    if not _is_shape(shape) or math.prod(shape) > MAX_ENTRIES or not isinstance(data, str):
        raise NotNumbers("the record's shape or data has the wrong form")
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise NotNumbers("the record's data is not base64") from None
    if len(raw) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise NotNumbers("the record's bytes do not fit its shape")
    return np.frombuffer(raw, dtype=dtype).reshape(shape)


def _is_shape(shape):
    return (
        isinstance(shape, list)
        and len(shape) <= 8
        and all(type(size) is int and 0 <= size <= MAX_ENTRIES for size in shape)
    )
