size = 1 / 0
