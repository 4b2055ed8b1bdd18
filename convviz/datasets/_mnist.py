"""MNIST (LeCun, Cortes and Burges 1998): 70,000 handwritten digits of 28×28 pixels."""

import gzip
import hashlib
import os
import struct
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from convviz.datasets._download import download_file

#: where the files may be fetched; they are tried in this order
MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
# names and SHA-256 of what is within the archives, which mirrors compress differently
_FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def mnist(folder=None, *, download=False):
    """Handwritten digits, from the four files of the data set.

    Parameters
    ----------
    folder : path, optional
        Where the files are, ``train-images-idx3-ubyte`` and so on, as they are or with ``.gz``.
        Where it is left out: the variable ``CONVVIZ_MNIST``, or a folder of your user's.
    download : bool
        Whether to fetch files that are missing, 11 MB. What was fetched in part is continued.

    Returns
    -------
    train, test : pair (images, labels)
        Images (60000, 28, 28) and (10000, 28, 28), float32 from 0 to 1; labels int64.

    Raises
    ------
    FileNotFoundError
        When files are missing; the message names them and the folder.
    ValueError
        When a file is not what it should be.
    OSError
        When files could not be fetched.
    """
    folder = _folder(folder)
    missing = [name for name in _FILES if _found(folder, name) is None]
    if missing and not download:
        raise FileNotFoundError(
            f"MNIST needs {', '.join(f'{name}.gz' for name in missing)} in {folder}: put them "
            "there, name another folder, or call mnist(download=True) once while you are online"
        )
    for name in missing:
        _fetch(folder, name)
    arrays = [_read(_found(folder, name), name) for name in _FILES]
    images = [array.astype(np.float32) / np.float32(255) for array in arrays[::2]]
    labels = [array.astype(np.int64) for array in arrays[1::2]]
    train, test = zip(images, labels, strict=True)
    return train, test


def _folder(folder):
    folder = folder or os.environ.get("CONVVIZ_MNIST")
    return Path(folder) if folder else user_cache_path("convviz") / "mnist"


def _found(folder, name):
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    return None


def _fetch(folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    reasons = []
    for mirror in MIRRORS:
        try:
            return download_file(f"{mirror}{name}.gz", folder / f"{name}.gz", _checker(name))
        except (OSError, ValueError) as error:
            reasons.append(f"{mirror}: {error}")
    raise OSError(
        f"{name}.gz could not be fetched ({'; '.join(reasons)}): try again online, or put it into "
        f"{folder} yourself"
    )


def _checker(name):
    """A function that says whether a file is the one of that name."""

    def right(path):
        try:
            return hashlib.sha256(_content(path)).hexdigest() == _FILES[name]
        except (OSError, EOFError):
            return False

    return right


def _content(path):
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def _read(path, name):
    """An array from an IDX file: two zeros, a type, the number of axes, their sizes, the data."""
    try:
        data = _content(path)
        _, kind, axes = struct.unpack_from(">HBB", data)
        shape = struct.unpack_from(f">{axes}I", data, 4)
        array = np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)
    except (OSError, EOFError, struct.error, ValueError) as error:
        raise _damaged(path) from error
    count = 3 if "images" in name else 1
    if kind != 8 or axes != count:
        raise _damaged(path)
    return array


def _damaged(path):
    return ValueError(f"{path} is damaged, or no file of MNIST: remove it and fetch it again")
