"""What answers while the engine is being compiled.

Importing Numba takes a third of a second, loading the compiled loops from the disk as long again,
and compiling them some ten seconds, once. Nobody waits for that, and nothing is left to chance:

1. While a loop is not there yet, its double in `_numpy` answers, and a thread compiles the loop.
   The two add in the same order: nobody can tell, but by the clock.
2. Where the last digit may be another (the engine and chains, whose sums run in another order, and
   what a module of `_numpy` names in `INEXACT`), the first `_EARLY` multiply-adds of a process are
   left to the double, to plain loops, or for a chain to `_composed`. That is decided by counting,
   never by the clock: a program gives the same bits on every run, however long the compiler takes.
3. Whatever comes then waits for its compiled loop.
4. A loop that takes seconds to compile, and is hardly ever called with more than a handful of
   entries, is left to its double for good in such calls (what a module of `_numpy` names in `FEW`):
   by the size of the array, so that equal calls have equal results.

`wait_until_compiled` leaves 3 and 4, ``CONVVIZ_WAIT=1`` in the environment 3 only.
"""

import atexit
import contextlib
import importlib
import logging  # for its wish to be told of forks, which must not come up in the midst of one
import os
import sys
import threading
from collections import deque
from functools import lru_cache

import numpy as np

# about half a second of NumPy's time; and the least that a call is counted as
_EARLY, _LEAST = 1 << 28, 1 << 14
# seconds before the thread starts: a short program is over by then, and pays nothing
_PATIENCE = 0.05

_left = _EARLY
_jobs, _asked = deque(), set()
_thread = None
_ending = threading.Event()
# _lock guards the names above for a moment; _busy is held while something compiles, by a thread
# that may ask for more to be compiled
_lock, _busy = threading.Lock(), threading.RLock()
_numba_lock = None  # Numba's own, while a fork is made


def wait_until_compiled():
    """Let every operation from now on wait for its compiled loops.

    Until they are compiled or loaded, which takes a second or a few after the first operation,
    others answer in their place. A program gets the same bits on every run even so; but the first
    large operations are done by other loops than the later ones, with another last digit. After
    this call two equal calls within a program agree to the last bit too, and a clock measures the
    compiled loops. ``CONVVIZ_WAIT=1`` in the environment does the same from the start, and for the
    smallest arrays too, whose rarer operations are otherwise never compiled.

    Examples
    --------
    >>> wait_until_compiled()
    """
    global _left
    _left = -1


# whether `FEW` counts
_sparing = os.environ.get("CONVVIZ_WAIT", "0") in ("", "0")
if not _sparing:
    wait_until_compiled()


def waiting():
    """Whether everything waits for the compiler."""
    return _left < 0


def early(work):
    """Whether so many multiply-adds belong to the first ones, which wait for no compiler.

    Only in the main thread: others come in an order that no program decides.
    """
    global _left
    work = max(work, _LEAST)
    if work > _left or threading.current_thread() is not threading.main_thread():
        return False
    _left -= work
    return True


def later(key, job):
    """Call ``job()`` in the thread that compiles, unless one with the same key has been asked for.

    An error is for whoever needs the result: it will come again where it is needed.
    """
    global _thread
    with _lock:
        if key in _asked or _ending.is_set():
            return
        _asked.add(key)
        _jobs.append(job)
        if _thread is None:
            # a daemon, as others are waited for before `_end` can tell this one to stop
            _thread = threading.Thread(target=_work, name="convviz-compile", daemon=True)
            _thread.start()


def rehearsed(module, name, work, arrays, *options):
    """Whether others do so many multiply-adds, while ``module().name(*arrays, *options)`` compiles.

    It is called with zeros, so that all is compiled by the time it is needed.
    """
    if not early(work):
        return False
    shapes, dtype = tuple(array.shape for array in arrays), arrays[0].dtype

    def rehearse():
        getattr(module(), name)(*(np.zeros(shape, dtype) for shape in shapes), *options)

    later((name, shapes, dtype, options), rehearse)
    return True


def _work():
    global _thread
    _ending.wait(_PATIENCE)
    while True:
        with _lock:
            if not _jobs or _ending.is_set():
                _thread = None
                return
            job = _jobs.popleft()
        with _busy, contextlib.suppress(Exception):
            job()


@lru_cache
def loops(module):
    """The loops of a module of `_kernels`, by name, each answered for until it is compiled."""
    return _Loops(module)


def answering(loop, args):
    """What to call for ``loop(*args)``: itself, if it is compiled."""
    return loop.answering(args) if isinstance(loop, _Loop) else loop


class _Loops:

    def __init__(self, module):
        self._module = module

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        found = _Loop(self._module, name, lambda compiled: setattr(self, name, compiled))
        setattr(self, name, found)
        return found


class _Loop:
    """A compiled loop, or its double until it is compiled; each dtype is compiled for itself."""

    def __init__(self, module, name, replace):
        self._module, self._name, self._replace = module, name, replace
        doubles = importlib.import_module(f"convviz.ops._numpy.{module}")
        self._double = getattr(doubles, name, None)
        self._exact = name not in getattr(doubles, "INEXACT", ())
        self._few = getattr(doubles, "FEW", {}).get(name, 0) * _sparing
        self._ready = {}

    def __call__(self, *args):
        compiled = self._exact and self._ready.get(args[0].dtype)
        return (compiled or self.answering(args))(*args)

    def answering(self, args):
        """What to call now with `args`: the compiled loop, or else what calls its double."""
        if args[0].size <= self._few:
            return self._silent
        compiled = self._ready.get(args[0].dtype)
        if compiled is not None and self._exact:
            return compiled
        # asked once, as work is counted there, whether or not the compiler is done by now
        double = self._may_answer(args)
        if compiled is not None and not double:
            return compiled
        if self._double is None or not double:
            with _busy:
                return self._compile(args)
        return self._call_double

    def _silent(self, *args):
        # compiled loops do not warn of infinities
        with np.errstate(all="ignore"):
            self._double(*args)

    def _call_double(self, *args):
        self._silent(*args)
        kinds = tuple(map(_kind, args))
        later((self._module, self._name, args[0].dtype), lambda: self._compile_ahead(kinds))

    def _may_answer(self, args):
        return _left >= 0 if self._exact else early(args[0].size)

    def _compile(self, args):
        """Compile the loop for arguments like these, or load it."""
        import numba

        kernels = importlib.import_module(f"convviz.ops._kernels.{self._module}")
        compiled = getattr(kernels, self._name)
        compiled.compile(tuple(map(numba.typeof, args)))
        self._ready[args[0].dtype] = compiled
        if len(self._ready) == 2 and self._exact and not self._few:
            self._replace(compiled)
        return compiled

    def _compile_ahead(self, args):
        try:
            self._compile(args)
        except BaseException:
            # the next call meets the same error, and tells it to the one who calls
            self._double = None
            raise


def _kind(value):
    """What is compiled for an argument like this: an array as small as can be."""
    return np.empty((0,) * value.ndim, value.dtype) if isinstance(value, np.ndarray) else value


def end_if_over():
    """End the thread that compiles, if it is this one and the program is over."""
    if _ending.is_set() and threading.current_thread() is _thread:
        raise SystemExit


@atexit.register
def _end():
    """Let the thread come to the end of a pass: LLVM must not be taken down under it."""
    _ending.set()
    if (thread := _thread) is not None:
        thread.join()


def compiling():
    """To be held, as a context, while Numba is imported or compiles: no fork falls into it."""
    return _busy


def _before_fork():
    # half an import or half a compilation cannot be continued in the child
    global _numba_lock
    _busy.acquire()
    _lock.acquire()
    # what another thread of the program calls may be compiling by itself
    module = sys.modules.get("numba.core.compiler_lock")
    _numba_lock = getattr(module, "global_compiler_lock", None)
    if _numba_lock is not None:
        _numba_lock.acquire()


def _after_fork_in_parent():
    if _numba_lock is not None:
        _numba_lock.release()
    _lock.release()
    _busy.release()


def _after_fork_in_child():
    """The child of a fork has none of its parent's threads, and asks anew."""
    global _thread
    _thread = None
    _jobs.clear()
    _asked.clear()
    _after_fork_in_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
