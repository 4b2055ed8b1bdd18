"""Exponentials and logarithms that LLVM can do for a whole vector at once.

The functions of the C library are called for one number at a time. Those here are plain arithmetic
without branches: the argument is brought close to 0 (Cody and Waite 1980: the logarithm of 2 in
two parts, so that nothing is lost), and the rest is a Taylor polynomial long enough for the dtype.
Errors are of one to three units in the last place. NaN, infinity and overflow travel as usual.

Rounding to a whole number is done by adding 1.5·2^23 (1.5·2^52 in float64): no bits are left for
what comes behind the point. That must not be reordered: of `fastmath` only contraction is allowed.
"""

import math
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.extending import intrinsic, overload

_OPTIONS = {"fastmath": {"contract"}, "error_model": "numpy", "forceinline": True}


class _Kind(NamedTuple):
    """The constants for a dtype, all of that dtype or of integers of its size."""

    real: Any
    whole: Any
    digits: Any  # bits of the fraction
    bias: Any  # what is added to an exponent before it is stored
    shifter: Any
    shifted: Any  # the bits of the shifter
    per_two: Any  # 1 / log 2
    high: Any  # the leading bits of log 2, and the rest
    low: Any
    lowest: Any  # where exp becomes 0 and infinity
    highest: Any
    exp: tuple  # 1/k! for k from the last that counts down to 2
    atanh: tuple  # 1/(2k + 1), down to k = 1


def _kind(dtype, digits, kept, exp_terms, atanh_terms):
    real = np.dtype(dtype).type
    whole = {4: np.int32, 8: np.int64}[np.dtype(dtype).itemsize]
    bias = -math.frexp(np.finfo(dtype).tiny)[1] + 2
    shifter = real(1.5 * 2**digits)
    # so few bits that the product with a whole exponent is exact
    high = math.floor(math.log(2) * 2**kept) / 2**kept
    return _Kind(
        real, whole, whole(digits), whole(bias), shifter, shifter.view(whole),
        real(1 / math.log(2)), real(high), real(Decimal(2).ln() - Decimal(high)),
        real(-(bias + digits + 2) * math.log(2)), real((bias + 2) * math.log(2)),
        tuple(real(1 / math.factorial(k)) for k in range(exp_terms, 1, -1)),
        tuple(real(1 / (2 * k + 1)) for k in range(atanh_terms, 0, -1)),
    )  # fmt: skip


_KINDS = {
    types.float32: _kind(np.float32, 23, 12, 7, 8),
    types.float64: _kind(np.float64, 52, 40, 13, 16),
}


@intrinsic
def _bits(typingctx, x):
    """The bits of a float as an integer of the same size."""
    kind = types.int32 if x == types.float32 else types.int64

    def codegen(context, builder, sig, args):
        return builder.bitcast(args[0], context.get_value_type(kind))

    return kind(x), codegen


@intrinsic
def _from_bits(typingctx, x):
    """The float that has the bits of an integer."""
    kind = types.float32 if x == types.int32 else types.float64

    def codegen(context, builder, sig, args):
        return builder.bitcast(args[0], context.get_value_type(kind))

    return kind(x), codegen


def exp(x):
    """``e**x``."""


def exp_below(x):
    """``e**x`` for x that is not above 0; what has no whole fraction left (1e-38) becomes 0."""


def expm1_below(x):
    """``e**x − 1`` for x that is not above 0, exact also near 0."""


def log(x):
    """The natural logarithm; that of a negative number is NaN."""


def log1p_of_part(x):
    """``log(1 + x)`` for x from 0 to 1, exact also near 0."""


def _split(x):
    """n, the whole number nearest to ``x / log 2``, and ``e**(x − n·log 2) − 1``."""


@overload(_split, jit_options=_OPTIONS)
def _split_for(x):
    k = _KINDS[x]
    shifter, shifted, whole, terms = k.shifter, k.shifted, k.whole, k.exp
    per_two, high, low = k.per_two, k.high, k.low

    def calculate(x):
        moved = x * per_two + shifter
        n = moved - shifter
        rest = x - n * high - n * low
        series = terms[0]
        for term in terms[1:]:
            series = series * rest + term
        return whole(_bits(moved) - shifted), series * rest * rest + rest

    return calculate


@overload(exp, jit_options=_OPTIONS)
def _exp(x):
    k = _KINDS[x]
    lowest, highest, whole, unit = k.lowest, k.highest, k.whole, k.real(1)
    digits, bias, one = k.digits, k.bias, k.whole(1)

    def calculate(x):
        # a NaN is neither below nor above
        x = lowest if x < lowest else x
        x = highest if x > highest else x
        n, series = _split(x)
        # 2^n in two factors, as it alone may be out of range where the product is not
        half = whole(n >> one)
        first = _from_bits(whole(whole(half + bias) << digits))
        return (series + unit) * first * _from_bits(whole(whole(n - half + bias) << digits))

    return calculate


@overload(exp_below, jit_options=_OPTIONS)
def _exp_below(x):
    k = _KINDS[x]
    whole, digits, bias, unit, zero = k.whole, k.digits, k.bias, k.real(1), k.real(0)
    lowest = k.real((1 - int(k.bias)) * math.log(2))

    def calculate(x):
        n, series = _split(lowest if x < lowest else x)
        power = _from_bits(whole(whole(n + bias) << digits))
        return zero if x < lowest else (series + unit) * power

    return calculate


@overload(expm1_below, jit_options=_OPTIONS)
def _expm1_below(x):
    k = _KINDS[x]
    whole, digits, bias, unit = k.whole, k.digits, k.bias, k.real(1)
    # from here on down the result is -1
    lowest = k.real(-(k.digits + 3) * math.log(2))

    def calculate(x):
        x = lowest if x < lowest else x
        n, series = _split(x)
        power = _from_bits(whole(whole(n + bias) << digits))
        return power * series + (power - unit)

    return calculate


@overload(log, jit_options=_OPTIONS)
def _log(x):
    k = _KINDS[x]
    whole, digits, bias, shifter, shifted = k.whole, k.digits, k.bias, k.shifter, k.shifted
    unit, half, two, high, low = k.real(1), k.real(0.5), k.real(2), k.high, k.low
    smallest, root = k.real(2.0 ** (1 - int(k.bias))), k.real(math.sqrt(2))
    larger, zero, nan = k.real(2.0 ** int(k.digits)), k.real(0), k.real(math.nan)
    infinity, terms = k.real(math.inf), k.atanh[-(5 if x == types.float32 else 11) :]
    fraction, ones = whole(2 ** int(k.digits) - 1), unit.view(whole)
    count = k.real(int(k.digits))

    def calculate(x):
        # a number too small for a whole fraction is made larger first
        tiny = x < smallest
        scaled = x * larger if tiny else x
        bits = _bits(scaled)
        mantissa = _from_bits(whole(whole(bits & fraction) | ones))
        n = _from_bits(whole(whole(bits >> digits) - bias + shifted)) - shifter
        n = n - count if tiny else n
        above = mantissa > root
        n = n + unit if above else n
        mantissa = mantissa * half if above else mantissa
        # log m = 2·atanh z
        z = (mantissa - unit) / (mantissa + unit)
        square = z * z
        series = terms[0]
        for term in terms[1:]:
            series = series * square + term
        found = n * high + (two * z + (two * z * square * series + n * low))
        found = nan if x < zero else found
        found = -infinity if x == zero else found
        return x + infinity if not x < infinity else found

    return calculate


@overload(log1p_of_part, jit_options=_OPTIONS)
def _log1p_of_part(x):
    k = _KINDS[x]
    two, terms = k.real(2), k.atanh

    def calculate(x):
        # log (1 + x) = 2·atanh z
        z = x / (two + x)
        square = z * z
        series = terms[0]
        for term in terms[1:]:
            series = series * square + term
        return two * z + two * z * square * series

    return calculate


@intrinsic
def ordered(typingctx, x):
    """An integer that is the larger the larger `x` is: a maximum of integers is found in vectors.

    NaN comes before or behind all numbers, by its sign.
    """
    kind = types.int32 if x == types.float32 else types.int64

    def codegen(context, builder, sig, args):
        entry = context.get_value_type(kind)
        return _mirrored(builder, builder.bitcast(args[0], entry))

    return kind(x), codegen


@intrinsic
def from_ordered(typingctx, x):
    """The float that `ordered` made an integer of."""
    kind = types.float32 if x == types.int32 else types.float64

    def codegen(context, builder, sig, args):
        return builder.bitcast(_mirrored(builder, args[0]), context.get_value_type(kind))

    return kind(x), codegen


def _mirrored(builder, bits):
    """Turn the order of negative numbers, whose bits grow as they fall; the way back as well."""
    width = bits.type.width
    signs = builder.ashr(bits, bits.type(width - 1))
    return builder.xor(bits, builder.and_(signs, bits.type(2 ** (width - 1) - 1)))
