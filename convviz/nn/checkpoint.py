"""A training run on disk: whatever it takes to go on as if nothing had happened."""

import json
import os
import tempfile
from pathlib import Path

import numpy as np

from convviz.nn.dense import Dropout

_FORMAT = 1


def save(path, net, *, optimizer=None, state=None):
    """Write a network, and what else is given, to one ``.npz`` file.

    The file is written beside its place and moved there when it is whole: whoever looks finds the
    old one or the new one. It holds plain arrays, and nothing that could run.

    Parameters
    ----------
    path : str or Path
    net : Module
    optimizer : Optimizer, optional
    state : dict, optional
        Anything that JSON can hold.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from convviz import nn
    >>> net = nn.Linear(2, 1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "net.npz"
    ...     nn.save(path, net)
    ...     other = nn.Linear(2, 1)
    ...     _ = nn.load(path, other)
    >>> bool((net.weight.data == other.weight.data).all())
    True
    """
    path = Path(path)
    arrays = {f"net/{name}": array for name, array in net.state_dict().items()}
    if optimizer is not None:
        arrays |= {f"optimizer/{name}": array for name, array in optimizer.state_dict().items()}
    generators = [layer.generator.bit_generator.state for layer in _droppers(net)]
    about = {"format": _FORMAT, "state": state, "generators": generators}
    arrays["about"] = np.array(json.dumps(about))
    _written(path, arrays)


def load(path, net, *, optimizer=None):
    """Read what `save` wrote into `net`, and into `optimizer` where one is given.

    Returns
    -------
    dict or None
        The state that was saved with it.

    Raises
    ------
    FileNotFoundError
    ValueError
        When the file is no checkpoint, or of another network or optimiser. Nothing is changed.
    """
    path = Path(path)
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        about = json.loads(str(arrays.pop("about")))
    except (OSError, EOFError, KeyError, ValueError, TypeError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise ValueError(f"{path} is no checkpoint of convviz: choose another file") from error
    found = {"net": {}, "optimizer": {}}
    for key, array in arrays.items():
        room, _, name = key.partition("/")
        found[room][name] = array
    if optimizer is not None and not found["optimizer"]:
        raise ValueError(f"{path} holds no optimiser: load it without, or save it with one")
    before = net.state_dict()
    net.load_state_dict(found["net"])
    try:
        if optimizer is not None:
            optimizer.load_state_dict(found["optimizer"])
    except ValueError:
        net.load_state_dict(before)
        raise
    for layer, state in zip(_droppers(net), about["generators"], strict=True):
        layer.generator.bit_generator.state = state
    return about["state"]


def _droppers(net):
    return [module for module in net.modules() if isinstance(module, Dropout)]


def _written(path, arrays):
    handle, partial = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
