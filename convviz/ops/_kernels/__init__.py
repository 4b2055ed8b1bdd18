"""Compiled loops. They trust their arguments: shapes, dtypes and memory order are checked above."""

import contextlib
import hashlib
import platform
from pathlib import Path

import numba
from numba.core.caching import IndexDataCacheFile
from numba.core.registry import cpu_target


def _sources():
    """One stamp for all files of this folder, as a kernel contains the kernels it calls."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


#: changes whenever what is kept on disk is of no use any more
STAMP = _sources()


def kernel(**options):
    """Decorate a loop for Numba, with the compiled code kept on disk where that is possible."""

    def compile_lazily(loop):
        try:
            compiled = numba.njit(cache=True, nogil=True, **options)(loop)
        except RuntimeError:
            # no folder to keep it in: neither beside the source nor in the user's cache
            return numba.njit(nogil=True, **options)(loop)
        return keep(compiled)

    return compile_lazily


def keep(compiled):
    """See to it that what Numba keeps of a function is of these sources, and whole."""
    compiled._cache._cache_file = _Kept(compiled._cache._cache_file)
    return compiled


def place():
    """Folder of the compiled code, or None; and the name of a file there that says it is complete.

    Code of other sources, another Numba, Python or processor does not count.
    """

    def loop():
        pass

    kept = kernel()(loop).stats.cache_path
    versions = STAMP, numba.__version__, platform.python_version(), cpu_target.target_context
    versions = *versions[:3], versions[3].codegen().magic_tuple()
    return kept, f"complete-{hashlib.sha256(repr(versions).encode()).hexdigest()[:16]}"


class _Kept(IndexDataCacheFile):
    """The files of one kernel, safe when several processes compile at the same time.

    Numba numbers the files of the dtypes as they come and writes the index first: of two processes,
    one may overwrite what the index says is the other's. Here names are made from what is inside.
    Numba also looks at the loop's own file only, and would keep what that file imports for ever.
    """

    def __init__(self, usual):
        self.__dict__.update(vars(usual))
        self._source_stamp = STAMP

    def save(self, key, data):
        stem = self._index_name.removesuffix(".nbi")
        inside = hashlib.sha256(repr((self._version, STAMP, key)).encode()).hexdigest()[:16]
        name = f"{stem}.{inside}.nbc"
        # a disk that is full, or has become read-only, must not stop the computation
        with contextlib.suppress(OSError):
            known = self._load_index()
            if not known and Path(self._index_path).exists():
                # all of it for other sources
                for old in Path(self._cache_path).glob(f"{stem}.*.nbc"):
                    old.unlink(missing_ok=True)
            self._save_data(name, data)
            self._save_index(known | self._load_index() | {key: name})
