"""Pictures that stand in for a live view where no kernel runs."""

import base64


def beside(bundle, look, text, *, step=None, until=None, exact=True):
    """What a live view is shown as, with a still picture of the same.

    Parameters
    ----------
    bundle : pair of dict
        Data and metadata, by MIME type.
    look : Scene, TrainingLook or Gallery
    text : str
        Its text form, the same on every machine.
    step, until : int, optional
        As for `figures.svg`.
    exact : bool
        Whether the picture is the same on every machine. A stored one is compared as SVG, so what a
        network has learned stands there as PNG only.
    """
    from convviz import figures  # not before something is shown

    data, metadata = bundle
    width, height = figures.size(look, step)
    png = figures.png(look, step, scale=1.5, until=until)
    # all that an untrusted notebook shows
    still = {"text/plain": text, "image/png": base64.b64encode(png).decode()}
    if exact:
        still["image/svg+xml"] = figures.svg(look, step, until=until)
    return data | still, metadata | {"image/png": {"width": width, "height": height}}
