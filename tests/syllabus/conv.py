"""CONV: what a convolution is. The numbers that the lectures must show."""

TEXTS = {
    "CONV-1": [
        [-1, 0, -1, 0, -2, 1, -1, 0],
        [0, 0, 0, 0, 0, 1, 0, 0],
        [0, -1, 0, -1, 0, -2, 1, -1, 0, 0],
    ],
    "CONV-2": [
        [0, 1, 0, 1, -1, 2, 0, 1],
        [0, 1, 0, 1, 0, 2, 0, 1],
        "4 parameters",
        "110 parameters",
    ],
    "CONV-3": [
        [[1, 0, 1, 0, 0], [1, 0, 1, 0, 1], [1, 1, 1, 0, 0], [1, 0, 1, 0, 1], [1, 0, 1, 0, 1]],
        [[-7, -2, -4], [-5, -2, -5], [-7, -2, -5]],
        [
            [0, -4, 0, -3, -1],
            [-2, -7, -2, -4, 1],
            [-2, -5, -2, -5, -2],
            [-2, -7, -2, -5, 0],
            [0, -4, 0, -4, 0],
        ],
        [[0] * 5, [0, 0, 0, 0, 1], [0] * 5, [0] * 5, [0] * 5],
    ],
    "CONV-4": [
        [[2, 0, 2, 0, 1], [0, 0, 0, 0, 3], [0, 0, 0, 0, 0], [0, 0, 0, 0, 2], [2, 0, 2, 0, 2]],
    ],
    # Taps of a sum from −k to k, of one from ⌊−K/2⌋ to ⌊K/2⌋, and of the right one, for K = 3.
    "CONV-5": [
        "7 taps",
        "4 taps",
        "3 taps",
        "convolution equals cross-correlation with the flipped filter True",
    ],
    "CONV-6": [
        [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
        "box blur",
        "Gaussian blur",
        "sharpen",
        "emboss",
        "Sobel x",
        "Sobel y",
        "outline",
        "identity",
    ],
    "CONV-7": [
        [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]],
        [[4, 3, 4], [2, 4, 3], [2, 3, 4]],
        [[4, 4], [2, 4]],
    ],
    "CONV-8": [
        "shifted input gives the shifted output True",
    ],
}
