"""Compiled loops. They trust their arguments: shapes, dtypes and memory order are checked above."""

import contextlib
import hashlib
import importlib.util
import platform

import numba
import numpy.ma  # noqa: F401  Numba asks for it at the first call: a fork must not fall into that
from numba.core import config, event
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher, cpu_target

from convviz.ops import _startup
from convviz.ops._kernels import kept
from convviz.ops._kernels.kept import STAMP


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


def kernel(*, part=None, level=3, allocates=False, addressed=False, **options):
    """Decorate a loop for Numba, with the compiled code kept on disk where that is possible.

    Arrays live as long as the call that is given them, so that nobody counts who holds them (`_nrt`
    is Numba's word for that): there is less to compile. A loop that makes arrays `allocates`.
    `part` says that only other kernels call it; so it is if the name begins with an underscore. It
    has machine code of its own only if it is `addressed`, that is, called by its address.
    `level` is that of LLVM's passes: the second takes a fifth less time than the third, but leaves
    conditions that never change inside of loops, which costs poolings most of their speed.
    """

    def compile_lazily(loop):
        inner = loop.__name__.startswith("_") if part is None else part
        chosen = {"nogil": True, "no_cfunc_wrapper": True, "no_cpython_wrapper": inner} | options
        chosen["_nrt"] = allocates
        if inner and not addressed:
            chosen["pipeline_class"] = kept.PartCompiler
        compiled = numba.njit(**chosen)(loop)
        # without a folder to keep it in, it is compiled in each process
        with contextlib.suppress(RuntimeError):
            compiled._cache = kept.Cache(loop)
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

    folder = kernel()(loop).stats.cache_path
    versions = STAMP, numba.__version__, platform.python_version(), cpu_target.target_context
    versions = *versions[:3], versions[3].codegen().magic_tuple()
    return folder, f"complete-{hashlib.sha256(repr(versions).encode()).hexdigest()[:16]}"
