"""BPOOL: backpropagation through pooling. The numbers that the lectures must show."""

TEXTS = {
    "BPOOL-1": [
        "max 7 dx [0 10 0 0] as measured: True",
        [4, 2, 8, 15],
        [[0, 0, 2, 0], [1, 0, 0, 0], [3, 0, 0, 0], [0, 0, 0, 4]],
        # 3×3 windows, stride 1: a number that wins twice, without and with the +=.
        "with = [0 2 0 0 0 0 0 4 0 0 0 0 3 0 0 0] with += [0 3 0 0 0 0 0 4 0 0 0 0 3 0 0 0]",
        "place 0 dx [[8, 0, 0], [0, 0, 0], [0, 0, 0]]",
        "loops equal engine: True",
        "dx and dw as measured: True",
    ],
    "BPOOL-2": [
        [[1, 3, 5, 3], [5, 12, 16, 9], [11, 24, 28, 15], [7, 15, 17, 9]],
        "sum of dy 180, sum of dx 180",
        "AveragePoolBackward: 3×3 → 4×4, window 2, stride 1",
    ],
    "BPOOL-3": [
        "p 1: y 7, dx [1 1]",
        "p 2: y 5, dx [0.6 0.8]",
        "p 100: y 4, dx [0 1]",
        "mixed: dx [0.5 0.5 2.5 0.5] da 16 dx as measured: True",
        [[1, -1, 2, -2], [1, -1, 2, -2], [3, -3, 4, -4], [3, -3, 4, -4]],
        [[46, 21], [15, 41]],
    ],
}
