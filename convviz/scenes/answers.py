"""Looks at many images: what is taken for what, what lies near what, how far a unit looks."""

import numpy as np

from convviz.scenes._text import a_number
from convviz.scenes.gallery import Gallery, Tile, Tiles
from convviz.scenes.inside import _dot, _grey

# images behind a cell that are shown; cells of a map of images along an axis, and pixels of each
_SHOWN, _CELLS, _THUMB = 24, 20, 16


def confusion_look(found, images, label, answer):
    """Return a confusion matrix, and the images behind one of its cells.

    Parameters
    ----------
    found : inside.Confusion
    images : array (N, C, H, W)
        Those it was made of.
    label, answer : int
        The cell.

    Returns
    -------
    Gallery
    """
    classes = len(found.counts)
    head = [Tile(None, "", "")] + [Tile(None, str(n), f"taken for {n}") for n in range(classes)]
    # the diagonal would take all of the scale
    off = np.where(np.eye(classes, dtype=bool), 0, found.counts)
    rows = [
        tile
        for n in range(classes)
        for tile in [Tile(None, str(n), f"class {n}")] + [
            Tile(
                np.array([[float(off[n, k])]]), str(found.counts[n, k]),
                f"{found.counts[n, k]} of class {n} taken for {k}", {"label": n, "answer": k},
                (n, k) == (label, answer),
            )
            for k in range(classes)
        ]
    ]  # fmt: skip
    matrix = Tiles(
        "confusion", "row: the class; column: the answer; press a number", (*head, *rows), 26,
        signed=True, columns=classes + 1,
    )  # fmt: skip
    behind = found.images(label, answer)
    tiles = tuple(Tile(_grey(images[n]), "", f"image {n}") for n in behind[:_SHOWN].tolist())
    name = f"class {label}, taken for {answer}"
    note = f"{len(behind)} images" + (f", {_SHOWN} of them shown" if len(behind) > _SHOWN else "")
    groups = (matrix, Tiles(name, note, tiles, _dot(tiles, 60) if tiles else 1))
    right = int(np.trace(found.counts))
    return Gallery(
        "ConfusionMatrix", f"{len(found.labels)} images, {classes} classes", groups,
        f"{right} of {len(found.labels)} answers are right; {len(behind)} images of class {label} "
        f"are taken for {answer}.",
    )  # fmt: skip


def space_look(points, neighbours, images, labels, picture, layer):
    """Return images at their places in the plane, and the neighbours of one.

    Parameters
    ----------
    points : array (N, 2)
        For example of `inside.embedding`.
    neighbours : inside.Neighbours
        Of the picture, itself first.
    images, labels : array (N, C, H, W), array (N,)
    picture : int
    layer : str
        Where the points and distances come from, for the words.

    Returns
    -------
    Gallery
    """
    near, far, own = neighbours.images[0].tolist(), neighbours.distances[0], labels[picture]
    canvas, spots = _collage(points, images, [picture, *near])
    frames = tuple(spot[:4] for spot in spots if spot[4]["picture"] == picture)
    plane = Tile(canvas, "", f"{len(spots)} images at their places", frames=frames, spots=spots)
    note = f"{len(spots)} of {len(images)} images where {layer} puts them: press one"
    tiles = tuple(
        Tile(
            _grey(images[n]), f"{labels[n]}, {distance:.2g}" if n != picture else f"{labels[n]}",
            f"image {n}, {a_number(labels[n])}, at distance {distance:.3g}", {"picture": n}, n == picture,
        )
        for n, distance in zip(near, far, strict=True)
    )  # fmt: skip
    groups = (
        Tiles("nearest", f"to picture {picture}, {a_number(own)}: class, distance", tiles, _dot(tiles, 60)),
        Tiles("embedding", note, (plane,), 1),
    )
    same = sum(labels[n] == own for n in near if n != picture)
    return Gallery(
        "FeatureSpace", f"{len(images)} images, {layer}, picture {picture}", groups,
        f"{same} of its {len(near) - 1} nearest neighbours are of its class, {own}.",
    )  # fmt: skip


def _collage(points, images, first):
    """Images at their places, each in the nearest cell if that is free, some before all others."""
    step = max(1, images.shape[-1] // _THUMB)
    side = min(_THUMB, images.shape[-1] // step)
    low, high = points.min(axis=0), points.max(axis=0)
    cells = np.rint((points - low) / np.where(high > low, high - low, 1) * (_CELLS - 1)).astype(int)
    canvas = np.zeros((_CELLS * side, _CELLS * side))
    taken = {}
    for n in [*first, *range(len(images))]:
        taken.setdefault((_CELLS - 1 - int(cells[n, 1]), int(cells[n, 0])), n)
    spots = []
    for (row, column), n in taken.items():
        top, left = row * side, column * side
        image = _grey(images[n])[: side * step, : side * step]
        small = image.reshape(side, step, side, step).mean(axis=(1, 3))
        canvas[top : top + side, left : left + side] = small
        spots.append((top, left, top + side - 1, left + side - 1, {"picture": n}))
    return canvas, tuple(spots)


def field_look(fields, shape, layer):
    """Return how much influence each pixel has on the middle unit of a layer, at several moments.

    Parameters
    ----------
    fields : dict of inside.EffectiveField
        By what each is of, such as ``"before training"``.
    shape : tuple of int
        Of the images.
    layer : str

    Returns
    -------
    Gallery
    """
    box = next(iter(fields.values())).box
    rows, columns = shape[-2:]
    ends = min(box.bottom, rows - 1), min(box.right, columns - 1)
    frame = max(box.top, 0), max(box.left, 0), *ends
    tiles = tuple(
        Tile(field.influence, f"{name}: {field.size:.1f}", f"influence {name}", frames=(frame,))
        for name, field in fields.items()
    )
    high, wide = box.shape
    note = "white is most; the frame is the theoretical field; below: side of the effective one"
    sizes = " and ".join(f"{field.size:.1f} {name}" for name, field in fields.items())
    return Gallery(
        "EffectiveField", f"{layer}, theoretical field {high}×{wide}",
        (Tiles("influence of each pixel", note, tiles, max(1, 240 // columns), shared=False),),
        f"The middle unit of {layer} can see {high}×{wide} pixels; those that count make a square "
        f"with a side of {sizes}.",
    )  # fmt: skip
