"""A file from elsewhere: in parts that add up, checked before it counts."""

import os
import urllib.request
from urllib.error import HTTPError

from tqdm import tqdm

_BLOCK = 1 << 16
_PATIENCE = 30  # seconds without an answer


def download_file(address, path, right):
    """Fetch `address` to `path`; `right` says whether what came is what it should be.

    What has come so far stands in a file beside it, ``.part``, and is continued next time. Only
    what is right is moved to `path`.

    Raises
    ------
    OSError
        When the server cannot be reached, or breaks off.
    ValueError
        When all has come, but is not right.
    """
    partial = path.with_name(path.name + ".part")
    _continue(address, partial)
    if not right(partial):
        partial.unlink()
        raise ValueError("what came is not the file that was asked for")
    os.replace(partial, path)


def _continue(address, partial):
    begun = partial.stat().st_size if partial.exists() else 0
    request = urllib.request.Request(address)
    if begun:
        request.add_header("Range", f"bytes={begun}-")
    try:
        answer = urllib.request.urlopen(request, timeout=_PATIENCE)
    except HTTPError as error:
        if error.code == 416:  # nothing is left to send
            return
        raise
    with answer:
        # a server that cannot continue sends all from the beginning
        mode, begun = ("ab", begun) if answer.status == 206 else ("wb", 0)
        length = answer.headers.get("Content-Length")
        total = begun + int(length) if length else None
        name = partial.name.removesuffix(".part")
        with (
            partial.open(mode) as file,
            tqdm(total=total, initial=begun, unit="B", unit_scale=True, desc=name) as bar,
        ):
            while block := answer.read(_BLOCK):
                file.write(block)
                bar.update(len(block))
    if total is not None and partial.stat().st_size < total:
        raise OSError(f"the server broke off after {partial.stat().st_size} of {total} bytes")
