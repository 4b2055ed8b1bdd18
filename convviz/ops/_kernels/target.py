"""What the processor's vectors are like: decided once, before any kernel is compiled.

Numba keeps compiled code for each processor apart, so that a folder of kept kernels may be shared.
"""

from llvmlite import binding
from numba.core import config

_TEXT = config.CPU_FEATURES  # a tester's wish, "" for a generic processor
if _TEXT is None:
    _TEXT = binding.get_host_cpu_features().flatten()
_FEATURES = _TEXT.split(",")


def _has(*names):
    return any(f"+{name}" in _FEATURES for name in names)


_WIDE = _has("avx512f")
# NEON's vectors are short, but there are 32 of them, and every ARM64 can multiply and add at once
_NEON = _has("neon", "fp-armv8")
_AVX = _has("avx")

#: bytes in a vector
BYTES = 64 if _WIDE else 32 if _AVX else 16
#: whether there is one instruction for a·b + c; without it, LLVM would call a slow function
FMA = _WIDE or _NEON or _has("fma")
#: vectors that the processor can name
REGISTERS = 32 if _WIDE or _NEON else 16
#: sums kept in registers at once; one more than fit and each is written to memory and read back
SUMS = REGISTERS * 3 // 4
