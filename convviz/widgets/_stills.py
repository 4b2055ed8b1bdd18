"""Pictures that stand in for a live view where no kernel runs."""

import base64


def beside(bundle, look, text, *, step=None, until=None):
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
    """
    from convviz import figures  # not before something is shown

    data, metadata = bundle
    width, height = figures.size(look, step)
    png = figures.png(look, step, scale=1.5, until=until)
    still = {
        "text/plain": text,
        "image/svg+xml": figures.svg(look, step, until=until),
        "image/png": base64.b64encode(png).decode(),  # all that an untrusted notebook shows
    }
    return data | still, metadata | {"image/png": {"width": width, "height": height}}
