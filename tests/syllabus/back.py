"""BACK: backpropagation through convolution. The numbers that the lectures must show."""

TEXTS = {
    "BACK-1": [
        "dz of the line, for dy 1 to 8: [0 0 0 0 0 6 0 0]",
        "dz of ReLU: [0 0 8]",
        "dz of sigmoid: [1.573 2 0.84]",
        "dz of tanh: [3.36 8 0.565]",
    ],
    # Image and filter are scenes.EXAMPLE_IMAGE and scenes.BACKWARD_KERNEL, dz is 1, 2, 3, …
    "BACK-2": [
        [[2, -2, 0], [1, 3, -1], [0, 2, 1]],
        "input (1, 2), output (0, 2): weight (1, 0) and not (1, -1)",
        [
            [1, 4, 7, 6, 0],
            [3, 14, 20, 23, 3],
            [3, 27, 36, 39, 12],
            [-7, 5, 20, 33, 21],
            [0, -14, -2, -2, 18],
        ],
        "each of the 25 cells as measured: True",
        "(2, 3, 3, 3) as the layer: True",
    ],
    "BACK-3": [
        [[9, 4, 2], [7, 4, 4], [6, 4, 6]],
        "each of the 9 weights as measured: True, db: 10",
    ],
    "BACK-4": [
        [[1, 1, 2, 1, 1], [1, 1, 2, 1, 1], [2, 2, 4, 2, 2], [1, 1, 2, 1, 1], [1, 1, 2, 1, 1]],
        [[1, 0, 2], [0, 0, 0], [3, 0, 4]],
        [
            [1, 2, 2, 4, 0],
            [-1, 3, -1, 6, 2],
            [3, 4, 6, 4, 4],
            [-3, 9, -1, 12, 4],
            [0, -6, 6, -8, 8],
        ],
        "8×8, k 3, s 2: nothing at the end (7, 7) strided twice (4, 4)",
        "zeros at the end (8, 8) as the layer: True",
    ],
    "BACK-5": [
        [
            [20, 26, 32, 38, 39],
            [43, 54, 60, 66, 67],
            [58, 84, 90, 96, 97],
            [73, 114, 120, 126, 127],
            [9, 62, 65, 68, 97],
        ],
        "the ring cut off: True",
    ],
    "BACK-6": [
        "dx (2, 9, 9) loops equal engine: True",
        "dw (3, 2, 3, 3) loops equal engine: True",
        "db (3,) loops equal engine: True",
        "all as measured: True",
    ],
    "BACK-7": [
        "stride 1, dilation 2: dw scans x with dz, stride 2, dilation 1: True",
        "dilation 2: dx by 4 zeros around dz: True",
        "2 groups: dx group by group: True",
    ],
}
