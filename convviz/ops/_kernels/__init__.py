"""Compiled loops. They trust their arguments: shapes, dtypes and memory order are checked above."""

import hashlib
from pathlib import Path

import numba


def _sources():
    """One stamp for all files of this folder, as a kernel contains the kernels it calls."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


_STAMP = _sources()


def kernel(**options):
    """Decorate a loop for Numba, with the compiled code kept on disk where that is possible."""

    def compile_lazily(loop):
        try:
            compiled = numba.njit(cache=True, nogil=True, **options)(loop)
        except RuntimeError:
            # no folder to keep it in: neither beside the source nor in the user's cache
            return numba.njit(nogil=True, **options)(loop)
        # Numba would look at the loop's own file only, and keep what that file imports for ever
        compiled._cache._cache_file._source_stamp = _STAMP
        return compiled

    return compile_lazily
