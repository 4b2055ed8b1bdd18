def output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    everything = bytearray(8 << 30)
    return len(everything)
