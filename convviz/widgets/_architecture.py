"""What the architecture calculator shows, as HTML: totals beside what was printed, bars, layers."""

import itertools
import math
from html import escape

from convviz.models import Row

_SHARED = ("parameters", "parameters"), ("multiply-adds", "multiply_adds")
_SIDES = "computed", "published", "slides"
_HEADS = "layer", "output", "parameters", "multiply-adds", "memory", "field"


def grouped(rows):
    """The network's own parts, each a pair of a row and the rows it is the sum of.

    A part's output and receptive field are those of its last layer.
    """
    made = []
    for name, group in itertools.groupby(rows, key=lambda row: row.name.split(".")[0]):
        parts = list(group)
        sums = (sum(getattr(row, key) for row in parts) for _, key in _SHARED)
        last = parts[-1]
        whole = Row(name, f"{len(parts)} layers", last.shape, *sums, last.field)
        made.append((whole if len(parts) > 1 else last, parts))
    return made


def memory(rows):
    """Bytes of the outputs of some rows, as float32, for one sample."""
    return 4 * sum(math.prod(row.shape) for row in rows)


def totals(found):
    """What a summary comes to, for one sample: what → (number, as it is written)."""
    counts = {
        "parameters": found.parameters,
        "multiply-adds": found.multiply_adds // found.input_shape[0],
        "neurons": found.neurons,
    }
    told = {what: (number, f"{number:,}") for what, number in counts.items()}
    held, weights = memory(found.rows), 4 * found.parameters
    fields = [row.field for row in found.rows if row.field]
    told |= {"activation memory": (held, size(held)), "parameter memory": (weights, size(weights))}
    return told | ({"receptive field": (max(fields[-1]), times(fields[-1]))} if fields else {})


def report(found, figures, *, every=False, usual=True):
    """The whole page of a network.

    Parameters
    ----------
    found : models.Summary
    figures : sequence of published.Figure
    every : bool
        Whether the layers within a part are told one by one.
    usual : bool
        Whether input and width are those the figures were printed for.
    """
    pairs = [(row, [row]) for row in found.rows] if every else grouped(found.rows)
    strips = "".join(_strip(what, key, [row for row, _ in pairs]) for what, key in _SHARED)
    above = _totals(found, figures, usual)
    return f'{above}<div class="cv-strips">{strips}</div>{_layers(pairs)}'


def times(shape):
    """A shape as it is written: ``3×224×224``."""
    return "×".join(map(str, shape))


def size(count):
    """Bytes with three digits that count.

    >>> size(60008), size(7737760), size(12), size(1042053120)
    ('60.0 kB', '7.74 MB', '12 bytes', '1.04 GB')
    """
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= unit:
            value = count / unit
            return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f} {name}"
    return f"{count} bytes"


def _totals(found, figures, usual):
    whats = [*(told := totals(found))]
    whats += [what for what in dict.fromkeys(figure.what for figure in figures) if what not in told]
    body = "".join(_total(what, told.get(what), figures, usual) for what in whats)
    sides = "".join(f'<th scope="col">{side}</th>' for side in _SIDES)
    return (
        '<table class="cv-totals"><thead><tr><th scope="col">for one input of '
        f"{times(found.input_shape[1:])}</th>{sides}</tr></thead><tbody>{body}</tbody></table>"
    )


def _total(what, told, figures, usual):
    number, text = told or (None, "not from the layers")
    sides = [], []
    for figure in figures:
        if figure.what == what:
            of_slides = figure.source == "slides"
            sides[of_slides].append(_printed(figure, number if usual else None))
    texts = [f"<b>{text}</b>", *("<br>".join(side) for side in sides)]
    cells = "".join(
        f'<td data-side="{side}"{"" if told else " data-none"}>{told or "–"}</td>'
        for side, told in zip(_SIDES, texts, strict=True)
    )
    return f'<tr><th scope="row">{what}</th>{cells}</tr>'


def _printed(figure, computed):
    """A printed figure: its source, and how far what is computed here is from it."""
    notes = [] if figure.source == "slides" else [figure.source]
    notes += [figure.note] if figure.note else []
    notes += [compared(figure, computed)] if computed is not None else []
    return f"<b>{written(figure)}</b> <small>{escape('; '.join(notes))}</small>"


def written(figure):
    """The number as it was printed.

    >>> from convviz.models.published import Figure
    >>> written(Figure("parameters", 5e6, "", most=7e6)), written(Figure("top-5 error", 18.2, ""))
    ('5 to 7 million', '18.2 %')
    """
    if figure.what == "top-5 error":
        return f"{figure.value:g} %"
    for unit, name in ((1e9, "billion"), (1e6, "million")):
        # Who counted to the last digit wrote them all.
        if figure.value >= unit and figure.value % (unit / 1e4) == 0:
            upper = f" to {figure.most / unit:g}" if figure.most else ""
            return f"{figure.value / unit:g}{upper} {name}"
    return f"{figure.value:,}"


def compared(figure, computed):
    """How far a computed number is from a printed one, in words."""
    if figure.value == computed:
        return "the same here"
    if figure.most and figure.value <= computed <= figure.most:
        return "so it is here"
    share = 100 * (computed / figure.value - 1)
    return f"{abs(share):.1f} % {'more' if share > 0 else 'less'} here"


def _strip(what, key, rows):
    """A bar cut into the shares of the rows, the wide ones with their names."""
    whole = sum(getattr(row, key) for row in rows)
    parts = [(row.name, 100 * getattr(row, key) / whole) for row in rows if whole]
    told = ", ".join(f"{name} {share:.0f} %" for name, share in parts if share >= 1)
    spans = "".join(
        f'<span style="width:{share:.2f}%" title="{escape(name)} {share:.1f} %">'
        f"{f'{escape(name)} {share:.0f} %' if share >= 9 else ''}</span>"
        for name, share in parts if share
    )
    label = escape(f"where the {what} are: {told or 'there are none'}")
    return (
        f'<div class="cv-strip cv-strip-{what}"><span>{what}</span>'
        f'<div role="img" aria-label="{label}">{spans}</div></div>'
    )


def _layers(pairs):
    most = {key: max(getattr(row, key) for row, _ in pairs) or 1 for _, key in _SHARED}
    lines = [_line(row, most, memory(parts)) for row, parts in pairs]
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    return (
        '<div class="cv-rows" tabindex="0" role="region" aria-label="the layers" '
        'data-lm-suppress-shortcuts="true"><table class="cv-layers"><thead>'
        f"<tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _line(row, most, held):
    counts = "".join(
        f'<td class="cv-bar cv-bar-{what}" style="--cv-share:{100 * value / most[key]:.1f}%">'
        f"{value:,}</td>"
        for what, key in _SHARED
        for value in [getattr(row, key)]
    )
    field = "all" if row.field is None else times(row.field)
    return (
        f'<tr><th scope="row">{escape(row.name)} <small>{escape(row.layer)}</small></th>'
        f"<td>{times(row.shape)}</td>{counts}<td>{size(held)}</td><td>{field}</td></tr>"
    )
