import threading
import time


def chatter():
    while True:
        print("still here")
        time.sleep(0.05)


threading.Thread(target=chatter, daemon=True).start()


def output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    reach = dilation * (kernel_size - 1) + 1
    return (input_size + 2 * padding - reach) // stride + 1
