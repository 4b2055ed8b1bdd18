"""Which kernels this process has called from Python, or by a chain: asked of notebooks' kernels too."""

import json
import sys
from pathlib import Path


def called():
    """Name each, with the kinds of arguments it was called with."""
    from convviz.ops import _kernels

    found = set()
    for name, module in [*sys.modules.items()]:
        for value in vars(module).values() if name.startswith("convviz.ops._kernels.") else ():
            if type(value) is _kernels._Kernel:
                kernel, kinds = value.py_func, value.signatures
            elif type(value).__name__ == "Instruction":
                kernel, kinds = value.code.py_func, value.compiled
            else:
                continue
            found |= {f"{kernel.__module__}.{kernel.__name__} {kind}" for kind in kinds}
    return found


def write(folder, name, but=()):
    """Write what was called, but for some, to a file in a folder; return all of it."""
    found = called()
    Path(folder, f"{name}.json").write_text(json.dumps(sorted(found - {*but})), "utf-8")
    return found
