"""Vectors as values: what a kernel loads, adds, compares and stores is a whole vector at once.

LLVM makes vectors of long loops by itself, but the rows of an image are short. With these, a
kernel says so: ``store(y, at, load(x, at) + load(z, at))``. Arrays are flat, with an offset in
entries; nothing is checked.
"""

import operator

from llvmlite import ir
from numba import types
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, models, register_model

from convviz.ops._kernels import target
from convviz.ops._kernels.simd import LANE, spread as _spread


class Lanes(types.Type):
    """The type of a vector of `count` entries of `dtype`; that of a comparison is boolean."""

    def __init__(self, dtype, count):
        self.dtype, self.count = dtype, count
        super().__init__(name=f"Lanes({dtype}, {count})")


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        truth = kind.dtype == types.boolean
        entry = ir.IntType(1) if truth else manager[kind.dtype].get_value_type()
        super().__init__(manager, kind, ir.VectorType(entry, kind.count))


def _count(dtype):
    """As many as fit; places (int32) go with entries of float32, four bytes each."""
    return target.BYTES * 8 // dtype.bitwidth


@intrinsic
def lanes_of(typingctx, array):
    """How many entries of `array` fill a vector, known when the kernel is compiled."""
    count = _count(array.dtype)

    def codegen(context, builder, sig, args):
        return context.get_constant(types.intp, count)

    return types.intp(array), codegen


def _place(context, builder, kind, array, at):
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [at])


def _loaded(context, builder, sig, array, at):
    place = _place(context, builder, sig.args[0], array, at)
    place = builder.bitcast(place, context.get_value_type(sig.return_type).as_pointer())
    return builder.load(place, align=sig.args[0].dtype.bitwidth // 8)


@intrinsic
def load(typingctx, array, at):
    """``array[at : at + lanes]``."""
    sig = Lanes(array.dtype, _count(array.dtype))(array, types.intp)

    def codegen(context, builder, sig, args):
        return _loaded(context, builder, sig, *args)

    return sig, codegen


@intrinsic
def load_like(typingctx, array, at, like):
    """The vector from ``array[at]`` on that is as long as `like`."""
    sig = Lanes(array.dtype, like.count)(array, types.intp, like)

    def codegen(context, builder, sig, args):
        return _loaded(context, builder, sig, *args[:2])

    return sig, codegen


@intrinsic
def load_alternate(typingctx, array, at, like):
    """``array[at : at + 2·lanes : 2]``, as long as `like`; what lies between is read as well."""
    sig = Lanes(array.dtype, like.count)(array, types.intp, like)

    def codegen(context, builder, sig, args):
        array, at, count = *args[:2], like.count
        far = builder.add(at, ir.Constant(at.type, count))
        halves = [_loaded(context, builder, sig, array, place) for place in (at, far)]
        mask = ir.Constant(ir.VectorType(LANE, count), list(range(0, 2 * count, 2)))
        return builder.shuffle_vector(*halves, mask)

    return sig, codegen


@intrinsic
def store(typingctx, array, at, vector):
    """``array[at : at + lanes] = vector``; whole numbers grow to the size of the array's."""
    sig = types.void(array, types.intp, vector)

    def codegen(context, builder, sig, args):
        kind, value = sig.args[0], args[2]
        entry = context.get_value_type(kind.dtype)
        if value.type.element != entry:
            value = builder.sext(value, ir.VectorType(entry, value.type.count))
        place = _place(context, builder, kind, *args[:2])
        place = builder.bitcast(place, value.type.as_pointer())
        builder.store(value, place, align=kind.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return sig, codegen


@intrinsic
def every(typingctx, value, like):
    """A vector as long as `like`, with the same number in all lanes."""
    sig = Lanes(value, like.count)(value, like)

    def codegen(context, builder, sig, args):
        return _spread(builder, args[0], context.get_value_type(sig.return_type))

    return sig, codegen


@intrinsic
def ramp(typingctx, step, like):
    """The vector (0, step, 2·step, …) of int32, as long as `like`."""
    kind = Lanes(types.int32, like.count)
    sig = kind(types.int32, like)

    def codegen(context, builder, sig, args):
        vector = context.get_value_type(kind)
        counts = ir.Constant(vector, list(range(vector.count)))
        return builder.mul(counts, _spread(builder, args[0], vector))

    return sig, codegen


@intrinsic
def where(typingctx, condition, yes, no):
    """Lane by lane, `yes` where the condition holds and `no` elsewhere."""

    def codegen(context, builder, sig, args):
        return builder.select(*args)

    return yes(condition, yes, no), codegen


def _infix(symbol, build, compares=False):
    """Let an operator work on two vectors of the same kind."""

    @infer_global(symbol)
    class _Typing(AbstractTemplate):
        def generic(self, args, kws):
            if len(args) == 2 and args[0] == args[1] and isinstance(args[0], Lanes):
                result = Lanes(types.boolean, args[0].count) if compares else args[0]
                return signature(result, *args)

    @lower_builtin(symbol, Lanes, Lanes)
    def _lower(context, builder, sig, args):
        return build(builder, sig.args[0].dtype in types.real_domain, *args)


def _arithmetic(of_floats, of_integers):
    return lambda b, floats, x, y: getattr(b, of_floats if floats else of_integers)(x, y)


def _comparison(sign, of_floats="fcmp_ordered"):
    return lambda b, floats, x, y: getattr(b, of_floats if floats else "icmp_signed")(sign, x, y)


_infix(operator.add, _arithmetic("fadd", "add"))
_infix(operator.mul, _arithmetic("fmul", "mul"))
_infix(operator.truediv, _arithmetic("fdiv", "sdiv"))
_infix(operator.or_, lambda b, floats, x, y: b.or_(x, y))
_infix(operator.and_, lambda b, floats, x, y: b.and_(x, y))
_infix(operator.gt, _comparison(">"), compares=True)
_infix(operator.lt, _comparison("<"), compares=True)
_infix(operator.ge, _comparison(">="), compares=True)
_infix(operator.eq, _comparison("=="), compares=True)
# a NaN differs from everything, also from itself
_infix(operator.ne, _comparison("!=", "fcmp_unordered"), compares=True)
