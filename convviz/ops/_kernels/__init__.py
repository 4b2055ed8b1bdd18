"""Compiled loops. They trust their arguments: shapes, dtypes and memory order are checked above."""

import numba


def kernel(**options):
    """Decorate a loop for Numba, with the compiled code kept on disk where that is possible."""

    def compile_lazily(loop):
        try:
            return numba.njit(cache=True, nogil=True, **options)(loop)
        except RuntimeError:
            # no folder to keep it in: neither beside the source nor in the user's cache
            return numba.njit(nogil=True, **options)(loop)

    return compile_lazily
