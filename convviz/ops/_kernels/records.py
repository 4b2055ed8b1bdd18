"""Calls of compiled loops, written down so that another thread can make them without Python.

A record is a run of 64-bit slots: the address of a bit of code, that of the loop, what the call has
returned, and every argument, with arrays as Numba's loops take them: their data, sizes and strides.
The code reads the slots and calls the loop. It is the same for all loops whose arguments are of the
same kinds, and kept on disk as loops are.
"""

import ctypes
import hashlib

import numpy as np
from llvmlite import ir
from numba import _helperlib, typeof, types
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target

from convviz.ops._kernels import kept, kernel, machine_code
from convviz.ops._kernels.doors import CODE, STATUS

# slots before the arguments: those of `doors`, the loop's address and its result
_LOOP, _RESULT, _BEFORE = STATUS + 1, STATUS + 2, STATUS + 3
_WORD, _BYTES = ir.IntType(64), 8
# slots of an array, beside its sizes and strides
_ARRAY = 5
# a bit that makes no difference to a loop: whether the array owns its memory
_OWNED = np.zeros(1).flags.num & ~np.zeros(1)[:].flags.num
# tables that are written down once, as they never change
_KEPT = 256
# what calls loops, by how it is called
_callers = {}

#: write down what an array is, at an address: Numba's own way to pass one, without its owner
_adapt = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.c_void_p)(
    _helperlib.c_helpers["adapt_ndarray"]
)


class Records:
    """Memory for some records of `size` slots each, and the code for those that are written."""

    def __init__(self, count, size):
        self.size = size
        self._slots = np.zeros(count * size, np.int64)
        self.address = self._slots.ctypes.data
        plain = memoryview(self._slots).cast("B")
        # the same memory, for whole numbers and for numbers of 4 and 8 bytes
        self._words, self._halves, self._wide = map(plain.cast, "qfd")
        self._codes, self._kept = {}, {}

    def write(self, number, loop, args):
        """Write ``loop(*args)`` down; `args` must live until it has been called."""
        key = loop, self._kinds(args)
        code = self._codes.get(key)
        if code is None:
            code = self._codes[key] = _Code(loop, args, self.size)
        at = number * self.size
        self._words[at + CODE], self._words[at + _LOOP] = code.caller, code.loop
        self._put(args, at + _BEFORE)
        return code

    def failed(self, number):
        """Whether a call has raised an error."""
        return self._words[number * self.size + STATUS] != 0

    def result(self, number, code):
        """What a call has returned: a float, or None."""
        if code.returns == types.none:
            return None
        at = number * self.size + _RESULT
        return self._halves[2 * at] if code.returns == types.float32 else self._wide[at]

    def _kinds(self, values):
        """What decides, beside the loop, how the values are passed."""
        found = []
        for value in values:
            kind = type(value)
            if kind is np.ndarray:
                kind = value.dtype.char, value.ndim, value.flags.num & ~_OWNED
            elif issubclass(kind, tuple):
                kept = self._kept.get(id(value))
                kind = kept[1] if kept else self._kinds(value)
            found.append(kind)
        return tuple(found)

    def _put(self, values, at):
        """Write values down from a slot on, and return the next one."""
        for value in values:
            kind = type(value)
            if kind is np.ndarray:
                _adapt(value, self.address + at * _BYTES)
                at += _ARRAY + 2 * value.ndim
                continue
            if issubclass(kind, tuple):
                at = self._put_tuple(value, at)
                continue
            if kind is np.float32:
                self._halves[2 * at] = value
            elif issubclass(kind, float):
                self._wide[at] = value
            else:
                self._words[at] = value
            at += 1
        return at

    def _put_tuple(self, value, at):
        kept = self._kept.get(id(value))
        if kept:
            end = at + len(kept[2])
            self._words[at:end] = kept[2]
            return end
        end = self._put(value, at)
        if hasattr(value, "_fields"):
            if len(self._kept) == _KEPT:
                self._kept.clear()
            # with the tuple itself, so that no other gets its id
            words = memoryview(bytes(self._words[at:end])).cast("q")
            self._kept[id(value)] = value, self._kinds(value), words
        return end


class _Code:
    """A loop for arguments of some kinds, and what calls it with those in a record."""

    def __init__(self, loop, args, most):
        kinds = tuple(map(typeof, args))
        if kinds not in loop.overloads:
            loop.compile(kinds)
        found = loop.overloads[kinds]
        self.returns = found.signature.return_type
        with global_compiler_lock:
            self.loop, self.caller = machine_code(found), _caller(self.returns, kinds, most)


def _caller(returns, kinds, most):
    """Address of what calls a loop with the arguments in a record of at most `most` slots."""
    context = cpu_target.target_context
    packer = context.get_arg_packer(kinds)
    if _BEFORE + len(packer.argument_types) > most:
        raise ValueError(f"a record of {most} slots is too short for {len(kinds)} arguments")
    convention = context.call_conv.get_function_type(returns, kinds)
    key = str(convention), str(returns), *map(str, packer.argument_types)
    name = f"convviz_call_{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}"
    if name not in _callers:
        codegen, disk = context.codegen(), _disk()
        place = name, codegen.magic_tuple()
        found = disk and disk.load(place)
        if found:
            library = kept.Kept(codegen, *found)
        else:
            library = _compiled(context, packer, returns, kinds, name)
            if disk:
                disk.save(place, kept.stored(library))
        # kept: its end would be that of the code
        _callers[name] = library, library.get_pointer_to_function(name)
    return _callers[name][1]


def _disk():
    """Where such code is kept: beside the loops, if they are."""

    def callers():
        pass

    return getattr(kernel(part=True)(callers)._cache, "_cache_file", None)


def _compiled(context, packer, returns, kinds, name):
    library = context.codegen().create_library(name)
    library.enable_object_caching()
    module = library.create_ir_module(name)
    function = ir.Function(module, ir.FunctionType(_WORD, [_WORD.as_pointer()]), name)
    builder = ir.IRBuilder(function.append_basic_block())

    def read(number, kind):
        place = builder.gep(function.args[0], [_WORD(number)])
        if not isinstance(kind, ir.IntType):
            return builder.load(builder.bitcast(place, kind.as_pointer()))
        word = builder.load(place)
        return word if kind.width == _WORD.width else builder.trunc(word, kind)

    leaves = [read(_BEFORE + number, kind) for number, kind in enumerate(packer.argument_types)]
    native = context.call_conv.get_function_type(returns, kinds).as_pointer()
    status, result = context.call_conv.call_function(
        builder, builder.inttoptr(read(_LOOP, _WORD), native), returns, kinds,
        packer.from_arguments(builder, leaves),
    )  # fmt: skip
    if returns in (types.float32, types.float64):
        place = builder.gep(function.args[0], [_WORD(_RESULT)])
        builder.store(result, builder.bitcast(place, result.type.as_pointer()))
    builder.ret(builder.zext(status.is_error, _WORD))
    library.add_ir_module(module)
    library.finalize()
    return library
