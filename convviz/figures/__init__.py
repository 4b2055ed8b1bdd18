"""Scenes as still pictures and as files: SVG, PNG, GIF, MP4."""

import numbers
from pathlib import Path

from convviz.figures._gallery import lay_out as lay_out_gallery
from convviz.figures._layout import lay_out
from convviz.figures._svg import to_svg
from convviz.figures._training import lay_out as lay_out_training
from convviz.figures._training import palette
from convviz.scenes import Gallery, Scene, TrainingLook

__all__ = ["palette", "png", "save", "size", "svg"]


def svg(scene, step=None, *, until=None):
    """The scene as SVG text.

    Parameters
    ----------
    scene : Scene, TrainingLook or Gallery
        The latter two have no steps.
    step : int, optional
        The step that is lit, from 0; one that stands for the scene when None.
    until : int, optional
        The last step whose results are written in; all of them when None.

    Returns
    -------
    str
        The same text for the same scene, on every machine.

    Raises
    ------
    ValueError
        If the scene has no such step.

    Examples
    --------
    >>> from convviz import scenes
    >>> svg(scenes.convolution2d([[1, 2], [3, 4]], [[1]]))[:34]
    '<svg xmlns="http://www.w3.org/2000'
    """
    drawing = _drawing(scene, step, until)
    steps = getattr(scene, "steps", ())
    title = steps[_step(scene, step)].sentence if steps else scene.summary
    return to_svg(drawing, f"{scene.name}. {title}")


def png(scene, step=None, *, scale=2.0, until=None):
    """The scene as PNG bytes.

    Parameters
    ----------
    scene : Scene
    step, until : int, optional
        As for :func:`svg`.
    scale : float
        Dots for each pixel of the layout, up to 10.

    Raises
    ------
    TypeError, ValueError
        If the scene has no such step, or the scale is out of range.
    """
    from convviz.figures._raster import to_png

    _positive("scale", scale, 10)
    return to_png(_drawing(scene, step, until), scale)


def size(scene, step=None):
    """Width and height of the scene's still picture, in pixels of its layout."""
    drawing = _drawing(scene, step, None)
    return round(drawing.width), round(drawing.height)


def save(scene, path, step=None, *, seconds_per_step=0.5, scale=2.0):
    """Write the scene to a file whose ending says the format.

    Parameters
    ----------
    scene : Scene
    path : str or Path
        ``.svg`` and ``.png`` show one step; ``.gif`` and ``.mp4`` play all of them.
    step : int, optional
        For the still formats, as for :func:`svg`.
    seconds_per_step : float
        For the moving formats, up to 60; the last step stays four times as long.
    scale : float
        Dots for each pixel of the layout (all but SVG), up to 10.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    TypeError, ValueError
        If the ending is none of these, or another argument is out of range.
    RuntimeError
        If an MP4 is asked for where the program ``ffmpeg`` is not installed, or it fails.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind == ".svg":
        path.write_text(svg(scene, step), encoding="utf-8")
    elif kind == ".png":
        path.write_bytes(png(scene, step, scale=scale))
    elif kind in (".gif", ".mp4"):
        from convviz.figures import _movie

        _step(scene, None)
        _positive("seconds_per_step", seconds_per_step, 60)
        _positive("scale", scale, 10)
        write = _movie.save_gif if kind == ".gif" else _movie.save_mp4
        write(scene, path, seconds_per_step, scale)
    else:
        raise ValueError(f"{path.name} ends in {kind!r}: use .svg, .png, .gif or .mp4")
    return path


def _drawing(scene, step, until):
    if isinstance(scene, TrainingLook):
        return lay_out_training(scene)
    if isinstance(scene, Gallery):
        return lay_out_gallery(scene)
    return lay_out(scene, _step(scene, step), until=until)


def _step(scene, step):
    if not isinstance(scene, Scene):
        raise TypeError(
            f"scene is a {type(scene).__name__}: pass a scene, such as "
            "scenes.convolution2d(image, kernel), or widget.scene() of a widget"
        )
    if step is not None:
        step = scene.check_step(step)
    if not scene.steps:
        return None
    if step is None:
        step = len(scene.steps) // 2 if scene.poster is None else scene.poster
    return step


def _positive(name, value, most):
    """Refuse what is no number, or not above 0 and up to `most`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name}={value!r} is not a number: pass one above 0, up to {most}")
    if not 0 < value <= most:
        raise ValueError(f"{name}={value} is out of range: use a number above 0, up to {most}")
