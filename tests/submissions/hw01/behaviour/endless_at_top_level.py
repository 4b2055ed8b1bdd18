while True:
    output_size = None
