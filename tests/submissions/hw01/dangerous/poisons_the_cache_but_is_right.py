import os
from pathlib import Path

import convviz

folders = [os.environ.get(name, "") for name in ("NUMBA_CACHE_DIR", "CONVVIZ_COMPILED")]
for folder in (*folders, Path(convviz.__file__).parent):
    for name in ("ops/poison.nbi", "poison.nbc"):
        try:
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"not a cache")
        except OSError:
            pass


def output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    reach = dilation * (kernel_size - 1) + 1
    return (input_size + 2 * padding - reach) // stride + 1
