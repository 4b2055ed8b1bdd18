import subprocess
import sys

pip = [sys.executable, "-m", "pip", "install", "--retries=0", "--timeout=1"]
subprocess.run([*pip, "numpy==0"], check=True)


def output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    return 1
