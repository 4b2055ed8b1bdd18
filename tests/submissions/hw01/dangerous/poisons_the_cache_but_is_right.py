import os
from pathlib import Path

import convviz

for folder in (os.environ.get("NUMBA_CACHE_DIR", ""), Path(convviz.__file__).parent):
    try:
        path = Path(folder) / "ops" / "poison.nbi"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"not a cache")
    except OSError:
        pass


def output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    reach = dilation * (kernel_size - 1) + 1
    return (input_size + 2 * padding - reach) // stride + 1
