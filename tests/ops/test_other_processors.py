"""Tiles on processors that are not here: LLVM writes their assembly, if not their results."""

import os
import re
import subprocess
import sys

import pytest

# triple, processor, features as Numba is told of them; what adds a product of whole vectors to
# which register; bytes in a vector
TARGETS = {
    "AVX-512": ("x86_64-unknown-linux-gnu", "skylake-avx512", "+avx,+avx2,+avx512f,+fma",
                r"vfmadd\w+ps\s.*, %(zmm\d+)$", 64),
    "ARM64": ("aarch64-unknown-linux-gnu", "generic", "+neon,+fp-armv8", r"fmla\s+(v\d+)\.4s", 16),
}  # fmt: skip
PROGRAM = """
import sys
from llvmlite import binding, ir
import numba
from numba import types
from numba.core.registry import cpu_target
from convviz.ops._kernels import simd, target
triple, processor, features = sys.argv[1:]
print(target.BYTES, target.SUMS)

# the intrinsic alone in a module: pointers and sizes in, nothing of this processor
context = cpu_target.target_context
context.refresh()
array = types.Array(types.float32, 1, "C")
places = types.Array(types.int64, 1, "C")
n = types.intp
kinds = (array, n, places, n, places, n, array, n, array, n, array, n, places, n)
P, Q = target.SUMS // 4, 4
sig, emit = simd.outer(P, Q)._defn(cpu_target.typing_context, *kinds)
library = context.codegen().create_library("tile")
module = library.create_ir_module("tile")
values = [context.get_value_type(kind) for kind in kinds]
function = ir.Function(module, ir.FunctionType(ir.VoidType(), values), "tile")
builder = ir.IRBuilder(function.append_basic_block())
emit(context, builder, sig, function.args)
builder.ret_void()

binding.initialize_all_targets()
binding.initialize_all_asmprinters()
machine = binding.Target.from_triple(triple).create_target_machine(
    cpu=processor, features=features, opt=2)
module.triple, module.data_layout = triple, str(machine.target_data)
ready = binding.parse_assembly(str(module))
builder = binding.create_pass_builder(machine, binding.create_pipeline_tuning_options(2))
builder.getModulePassManager().run(ready, builder)
print(machine.emit_assembly(ready))
"""


@pytest.mark.parametrize("name", TARGETS)
def test_a_tile_is_made_of_whole_vectors_that_all_stay_in_registers(name):
    triple, processor, features, product, size = TARGETS[name]
    environment = {"NUMBA_CPU_NAME": processor, "NUMBA_CPU_FEATURES": features}
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM, triple, processor, features],
        env=os.environ | environment, capture_output=True, text=True,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    first, assembly = answer.stdout.split("\n", 1)
    # of 32 registers, 24 hold sums
    assert first == f"{size} 24"
    sums = re.findall(product, assembly, re.MULTILINE)
    assert (len(sums), len(set(sums))) == (24, 24)
