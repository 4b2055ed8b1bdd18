"""Checks of what an output owes to the pixels: ReLU's ways back, saliency, occlusion."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._mistakes import around
from convviz.checks._result import Case, Variant, run

#: Ways back through a ReLU: the derivative; that of Zeiler and Fergus (2014); that of Springenberg
#: and others (2015).
METHODS = ("gradient", "deconvnet", "guided")


def relu_back(dy, z, method):
    """What a ReLU passes back, by the name of the method."""
    forward, back = z > 0, dy > 0
    open_at = {"gradient": forward, "deconvnet": back, "guided": forward & back}[method]
    return np.where(open_at, dy, 0)


_back_before, _back_after = around(relu_back)


def _instead(**names):
    """The mistake of another method in the place of one."""
    return _back_before(lambda dy, z, method: (dy, z, names.get(method, method)))


_BACK_VARIANTS = [
    Variant("is guided the same as deconvnet? It looks at z, too", _instead(guided="deconvnet")),
    Variant("is guided the same as the gradient? It looks at dy, too", _instead(guided="gradient")),
    Variant(
        "does deconvnet look at z, too? At dy alone", _instead(deconvnet="guided")
    ),
    Variant(
        "are gradient and deconvnet exchanged? The gradient looks at z, deconvnet at dy",
        _instead(gradient="deconvnet", deconvnet="gradient"),
    ),
    Variant("is it the gradient, whatever the method?",
            _instead(deconvnet="gradient", guided="gradient")),
    Variant(
        "is the gradient cut at 0? It passes on what is negative, too", _instead(gradient="guided")
    ),
    Variant(
        "is z itself passed back? It only says where; dy is passed",
        lambda dy, z, method: np.where(relu_back(dy, z, method) != 0, z, 0),
    ),
    Variant(
        "does a sum of 0 let dy pass? Only one above 0",
        lambda dy, z, method: relu_back(dy, np.where(z == 0, 1, z), method),
    ),
    Variant(
        "is one condition enough for guided? Both must hold",
        lambda dy, z, method: (
            np.where((z > 0) | (dy > 0), dy, 0) if method == "guided" else relu_back(dy, z, method)
        ),
    ),
    Variant("are the signs lost?", _back_after(np.abs)),
]


def check_relu_back(function):
    """Check ``relu_back(dy, z, method)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_relu_back(lambda dy, z, method: np.where(z > 0, dy, 0))
    ✗ relu_back: 4 of 9 cases
      deconvnet, [2, −1, 5, −3] where z is [1, 1, −1, −2]: position 1: expected 0, got −1: is it \
the gradient, whatever the method?
    """
    given = [
        (np.array([2, -1, 5, -3.0]), np.array([1, 1, -1, -2.0])),
        (np.array([1, -2, 3.0]), np.array([0, 0, 4.0])),
        (pattern(2, 3, 3), pattern(2, 3, 3)[::-1] - 0.5),
    ]
    cases = []
    for method in METHODS:
        for dy, z in given:
            words = f"{_numbers.row(dy.tolist())} where z is {_numbers.row(z.tolist())}" \
                if dy.ndim == 1 else f"two maps of {_numbers.size(dy.shape[1:])}"
            cases.append(Case(f"{method}, {words}", (dy, z, method), relu_back(dy, z, method)))
    return run("relu_back", function, cases, _BACK_VARIANTS)


def _derivative(x, w, b, v, label, *, mask=True):
    z = w @ x.ravel() + b
    dz = np.where(z > 0, v[label], 0) if mask else v[label]
    return (dz @ w).reshape(x.shape)


def saliency(x, w, b, v, label):
    """The size of a score's derivative at every pixel, the largest of its channels."""
    return np.abs(_derivative(x, w, b, v, label)).max(axis=0)


def _strongest(x, w, b, v, label):
    return saliency(x, w, b, v, int(np.argmax(v @ np.maximum(w @ x.ravel() + b, 0))))


def _of_the_share(x, w, b, v, label):
    scores = v @ np.maximum(w @ x.ravel() + b, 0)
    shares = np.exp(scores - scores.max())
    shares = shares / shares.sum()
    slope = shares[label] * (np.eye(len(v))[label] - shares)
    return np.abs(sum(s * _derivative(x, w, b, v, n) for n, s in enumerate(slope))).max(axis=0)


_SALIENCY_VARIANTS = [
    Variant(
        "are the signs kept? The size of the derivative is asked",
        lambda *a: _derivative(*a).max(axis=0),
    ),
    Variant(
        "is the ReLU left out on the way back? It passes where z > 0",
        lambda *a: np.abs(_derivative(*a, mask=False)).max(axis=0),
    ),
    Variant(
        "are the pixels multiplied in? The derivative alone",
        lambda x, *a: np.abs(x * _derivative(x, *a)).max(axis=0),
    ),
    Variant("are the channels added up? The largest of them",
            lambda *a: np.abs(_derivative(*a)).sum(axis=0)),
    Variant("is it the mean of the channels? The largest",
            lambda *a: np.abs(_derivative(*a)).mean(axis=0)),
    Variant("is it the first channel alone? The largest of all",
            lambda *a: np.abs(_derivative(*a))[0]),
    Variant(
        "are signs taken off after the largest was chosen? Before",
        lambda *a: np.abs(_derivative(*a).max(axis=0)),
    ),
    Variant("is the strongest class taken? That of label", _strongest),
    Variant("is it the slope of the share, behind a softmax? Of the score", _of_the_share),
    Variant(
        "is the message cut at 0? That is guided backpropagation; the derivative is asked",
        lambda x, w, b, v, label: saliency(x, w, b, np.maximum(v, 0), label),
    ),
    Variant("are the channels still there? One number for each pixel",
            lambda *a: np.abs(_derivative(*a))),
]


def check_saliency(function):
    """Check ``saliency(x, w, b, v, label)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_saliency(lambda *given: _derivative(*given).max(axis=0))
    ✗ saliency: 0 of 4 cases
      1 channel of 1×2, class 1: row 0, column 0: expected 4, got −4: are the signs kept? The \
size of the derivative is asked
    """
    given = [
        (np.array([[[1.0, 2]]]), [[1, -1], [2, 1]], [0, -1], [[3, 1], [5, -2]], 1),
        (pattern(1, 2, 3), pattern(4, 6), pattern(4), pattern(3, 4), 2),
        (pattern(3, 2, 2), pattern(4, 12), pattern(4), pattern(2, 4), 0),
        (pattern(2, 3, 2) / 2, pattern(5, 12), pattern(5) + 1, pattern(4, 5) / 3, 3),
    ]
    cases = []
    for x, *arrays, label in given:
        arrays = [np.array(array, float) for array in arrays]
        words = f"{_numbers.count(len(x), 'channel')} of {_numbers.size(x.shape[1:])}, "
        expected = saliency(x, *arrays, label)
        cases.append(Case(f"{words}class {label}", (x, *arrays, label), expected))
    return run("saliency", function, cases, _SALIENCY_VARIANTS)


def _hide(score, x, size, stride=1, fill=0.0, *, keep=False, again=True):
    """What is lost as a square hides part after part; the options are ways to go wrong."""
    whole, hidden = score(x.copy()), x.astype(float)
    rows, columns = ((length - size) // stride + 1 for length in x.shape)
    lost = np.zeros((rows, columns))
    for r, c in np.ndindex(rows, columns):
        hidden = x.astype(float) if again else hidden
        part = slice(r * stride, r * stride + size), slice(c * stride, c * stride + size)
        inside = hidden[part].copy()
        if keep:
            hidden[:] = fill
        hidden[part] = inside if keep else fill
        lost[r, c] = whole - score(hidden.copy())
    return lost


def occlusion(score, x, size, stride=1, fill=0.0):
    """How much of a score is lost as a square hides each part of a picture."""
    return _hide(score, x, size, stride, fill)


_hide_before, _hide_after = around(occlusion)


def _scores(score, x, size, stride=1, fill=0.0):
    return score(x) - occlusion(score, x, size, stride, fill)


def _padded(score, x, size, stride=1, fill=0.0):
    """A square around each pixel."""
    lost = np.zeros(x.shape)
    for r, c in np.ndindex(x.shape):
        hidden, half = x.astype(float), size // 2
        hidden[max(r - half, 0) : r + half + 1, max(c - half, 0) : c + half + 1] = fill
        lost[r, c] = score(x) - score(hidden)
    return lost


_HIDE_VARIANTS = [
    Variant(
        "do the squares before stay hidden? Take a fresh copy for each place",
        lambda *a, **o: _hide(*a, **o, again=False),
    ),
    Variant("is the sign turned? What is lost: the whole picture's score less the hidden one's",
            _hide_after(lambda lost: -lost)),
    Variant("is it the score itself? How much of it is lost", _scores),
    Variant(
        "is all hidden but the square? The other way round",
        lambda *a, **o: _hide(*a, **o, keep=True),
    ),
    Variant(
        "is the stride left out?",
        _hide_before(lambda score, x, size, stride, fill: (score, x, size, 1, fill)),
    ),
    Variant(
        "is the square's size the stride?",
        _hide_before(lambda score, x, size, stride, fill: (score, x, size, size, fill)),
    ),
    Variant(
        "is it always hidden by 0? By fill",
        _hide_before(lambda score, x, size, stride, fill: (score, x, size, stride, 0.0)),
    ),
    Variant(
        "is one pixel hidden? A square of size × size",
        lambda score, x, size, stride=1, fill=0.0: _hide(
            score, x, 1, stride, fill
        )[: (x.shape[0] - size) // stride + 1, : (x.shape[1] - size) // stride + 1],
    ),
    Variant("does a square lie around each pixel? Only squares that lie inside count", _padded),
    Variant(
        "are the last row and column missing? There are (length − size) // stride + 1 places",
        _hide_after(lambda lost: lost[:-1, :-1]),
    ),
    Variant("is it divided by the whole score?",
            lambda score, x, *a, **o: occlusion(score, x, *a, **o) / score(x)),
]


def _sum(x):
    return np.sum(x)


def _corner(x):
    """A score that falls with the pixels it does not like."""
    return np.sum(x * pattern(*x.shape)) + np.max(x) ** 2


def check_occlusion(function):
    """Check ``occlusion(score, x, size, stride=1, fill=0.0)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_occlusion(lambda *given, **more: -occlusion(*given, **more))
    ✗ occlusion: 0 of 5 cases
      sum of 2×3 pixels, size 2: row 0, column 0: expected 4, got −4: is the sign turned? What \
is lost: the whole picture's score less the hidden one's
    """
    given = [
        ("sum", _sum, np.array([[1, 2, 0], [0, 1, 3.0]]), 2, {}),
        ("a score", _corner, pattern(5, 4), 2, {}),
        ("a score", _corner, pattern(4, 5), 1, {"stride": 2}),
        ("a score", _corner, pattern(7, 8) / 2, 3, {"stride": 2}),
        ("sum", _sum, np.array([[1, 2, 0], [0, 1, 3.0]]), 2, {"fill": 1.0}),
    ]
    cases = []
    for words, score, x, size, more in given:
        words = f"{words} of {_numbers.size(x.shape)} pixels, size {size}"
        words = ", ".join([words, *(f"{name} {_numbers.number(n)}" for name, n in more.items())])
        expected = occlusion(score, x, size, **more)
        cases.append(Case(words, (score, x, size), expected, more))
    return run("occlusion", function, cases, _HIDE_VARIANTS)
