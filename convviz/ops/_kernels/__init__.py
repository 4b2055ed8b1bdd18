"""Compiled loops. They trust their arguments: shapes, dtypes and memory order are checked above."""

import contextlib
import hashlib
import importlib.util
import platform
from pathlib import Path

import numba
import numpy.ma  # noqa: F401  Numba asks for it at the first call: a fork must not fall into that
from numba.core import config, event
from numba.core.caching import IndexDataCacheFile
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher, cpu_target

from convviz.ops import _startup


def _sources():
    """One stamp for all files of this folder, as a kernel contains the kernels it calls."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _without_scipy():
    """Load Numba's functions of arrays, which load SciPy's linear algebra only to see it is there.

    That takes as long as all the rest. What needs it loads it later by itself.
    """
    from numba.np import linalg

    def is_there():
        if importlib.util.find_spec("scipy") is None:
            raise ImportError

    with global_compiler_lock, contextlib.suppress(AttributeError):
        usual, linalg.ensure_blas = linalg.ensure_blas, is_there
        try:
            importlib.import_module("numba.np.arraymath")
        finally:
            linalg.ensure_blas = usual


_without_scipy()

#: changes whenever what is kept on disk is of no use any more
STAMP = _sources()

_LEVEL = config.OPT


@contextlib.contextmanager
def passes(level):
    """Compile with fewer of LLVM's passes than Numba does by itself; other threads wait."""
    with global_compiler_lock:
        usual, config.OPT = config.OPT, type(_LEVEL)(min(_LEVEL, level))
        try:
            yield
        finally:
            config.OPT = usual


class _Passes(event.Listener):
    """Stops between two of Numba's passes when the program is over: nobody waits for the rest."""

    def on_start(self, _):
        _startup.end_if_over()

    def on_end(self, _):
        pass


event.register("numba:run_pass", _Passes())


class _Kernel(CPUDispatcher):
    def compile(self, signature):
        with passes(self.level):
            return super().compile(signature)


class _Part(_Kernel):
    """A kernel that nothing but other kernels can call, which saves what Python would need."""

    def __call__(self, *arguments):
        raise TypeError(f"{self.py_func.__name__} is for other kernels: call its py_func instead")


def kernel(*, part=None, level=3, **options):
    """Decorate a loop for Numba, with the compiled code kept on disk where that is possible.

    `part` says that only other kernels call it; so it is if the name begins with an underscore.
    `level` is that of LLVM's passes: the second takes a fifth less time than the third, but leaves
    conditions that never change inside of loops, which costs poolings most of their speed.
    """

    def compile_lazily(loop):
        inner = loop.__name__.startswith("_") if part is None else part
        chosen = {"nogil": True, "no_cfunc_wrapper": True, "no_cpython_wrapper": inner} | options
        try:
            compiled = numba.njit(cache=True, **chosen)(loop)
            compiled._cache._cache_file = _Kept(compiled._cache._cache_file)
        except RuntimeError:
            # no folder to keep it in: neither beside the source nor in the user's cache
            compiled = numba.njit(**chosen)(loop)
        compiled.__class__, compiled.level = _Part if inner else _Kernel, level
        return compiled

    return compile_lazily


def machine_code(found):
    """Address of a compiled kernel's code, to be called in Numba's own convention.

    Parameters
    ----------
    found : numba.core.compiler.CompileResult
        One of the kernel's ``overloads``.
    """
    code, function = getattr(found, "library"), found.fndesc.llvm_func_name
    return code.get_pointer_to_function(function)


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

    Numba lists in an index which file is of which dtypes: of two processes that write one, what the
    other has added is lost. Here the name of a file is made from what is inside, and that is all.
    Numba also looks at the loop's own file only, and would keep what that file imports for ever.
    """

    def __init__(self, usual):
        self.__dict__.update(vars(usual))
        self._stem = self._index_name.removesuffix(".nbi")

    def _name(self, key):
        inside = hashlib.sha256(repr((self._version, key)).encode()).hexdigest()[:16]
        return f"{self._stem}.{STAMP[:8]}.{inside}.nbc"

    def load(self, key):
        # what is not there, or damaged, is compiled again
        with contextlib.suppress(Exception):
            return self._load_data(self._name(key))

    def save(self, key, data):
        name = self._name(key)
        # a disk that is full, or has become read-only, must not stop the computation
        with contextlib.suppress(OSError):
            for old in Path(self._cache_path).glob(f"{self._stem}.*.nbc"):
                if not old.name.startswith(f"{self._stem}.{STAMP[:8]}."):
                    old.unlink(missing_ok=True)
            self._save_data(name, data)
