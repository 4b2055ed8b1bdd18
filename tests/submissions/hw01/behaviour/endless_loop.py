def output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    size = 0
    while size < input_size:
        size += 0
    return size
