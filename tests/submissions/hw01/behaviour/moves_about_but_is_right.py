import os
import random
import subprocess
import sys
import threading

import numpy as np

np.random.seed(0)
random.seed(0)
os.makedirs("elsewhere")
os.chdir("elsewhere")
open("../left-behind.txt", "w").close()
threading.Thread(target=print, args=("from a thread",)).start()
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])


def output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    return (input_size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1
