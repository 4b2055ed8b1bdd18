"""Call a student's function, whatever it does, and tell what happened in the student's terms."""

import copy
import dataclasses
import inspect
import linecache
import traceback

import numpy as np


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of one call.

    Attributes
    ----------
    kind : str
        ``"value"``, ``"none"`` (nothing was returned), ``"stub"`` (NotImplementedError: not
        attempted yet) or ``"error"``.
    value : object
        What was returned.
    error : BaseException or None
        What was raised.
    line_number, line : int, str
        Where, in the student's own code; None and "" when the error is not in it.
    changed : tuple of str
        The arguments that are no longer what they were.
    """

    kind: str
    value: object = None
    error: BaseException | None = None
    line_number: int | None = None
    line: str = ""
    changed: tuple[str, ...] = ()


def student(function, *args, **options):
    """Call `function` on copies of the arguments; nothing it raises gets out, save Ctrl-C.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> student(abs, -2).value
    2
    >>> student(len, 5).kind
    'error'
    """
    args_given, options_given = copy.deepcopy((args, options))
    try:
        value = function(*args_given, **options_given)
    except NotImplementedError:
        return Outcome("stub")
    except (Exception, SystemExit, GeneratorExit) as error:
        number, line = own_line(error, function)
        return Outcome("error", error=error, line_number=number, line=line)
    if value is None:
        return Outcome("none", changed=_changed(function, args, args_given))
    return Outcome("value", value=value, changed=_changed(function, args, args_given))


def own_line(error, function):
    """Return the number and the text of the last line of `function`'s own cell in a traceback.

    Errors inside NumPy are traced back to the student's line that called it. Without such a line
    (the call itself does not fit the function) the answer is ``(None, "")``.
    """
    try:
        code = getattr(inspect.unwrap(function), "__code__", None)
    except ValueError:  # wrappers that wrap each other
        code = None
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if code is not None and frame.filename == code.co_filename
    ]
    if not frames:
        return None, ""
    number = frames[-1].lineno
    return number, linecache.getline(frames[-1].filename, number).strip()


def _changed(function, before, after):
    """Names of the positional arguments that the call has changed."""
    places = [at for at, pair in enumerate(zip(before, after, strict=True)) if not _equal(*pair)]
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return tuple(names[at] if at < len(names) else f"argument {at}" for at in places)


def _equal(before, after):
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and before.dtype == after.dtype
            and np.array_equal(before, after, equal_nan=before.dtype.kind == "f")
        )
    if isinstance(before, (list, tuple)) and type(before) is type(after):
        return len(before) == len(after) and all(map(_equal, before, after))
    return bool(before == after)
