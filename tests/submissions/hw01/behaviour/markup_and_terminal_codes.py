print("<script>alert('read me')</script> \x1b[31mred\x1b[2J")


def output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    raise ValueError("<img src=x onerror=alert(1)> \x1b[2J")
