"""VAR: variants of convolution. The numbers that the lectures must show."""

TEXTS = {
    "VAR-1": [
        "3×3, dilations (1, 1, 1): fields [3, 5, 7], 27 weights",
        "3×3, dilations (1, 2, 4): fields [3, 7, 15], 27 weights",
        "after dilation 4: 225 outputs notice the pixel",
    ],
    "VAR-2": [
        [[0, 0, 1], [0, 4, 6], [4, 12, 9]],
        "i 2, k 3, s 1, 2: [4, 5]",
        "k 2, s 2: counts (1, 1, 1, 1, 1, 1)",
        "k 3, s 2: counts (1, 1, 2, 1, 2, 1, 1)",
        "k 4, s 2: counts (1, 1, 2, 2, 2, 2, 1, 1)",
        [
            [2, 2, 4, 2, 4, 2, 2],
            [2, 2, 4, 2, 4, 2, 2],
            [4, 4, 8, 4, 8, 4, 4],
            [2, 2, 4, 2, 4, 2, 2],
            [4, 4, 8, 4, 8, 4, 4],
            [2, 2, 4, 2, 4, 2, 2],
            [2, 2, 4, 2, 4, 2, 2],
        ],
        "loops equal engine: True a convolution's dx is a transposed convolution: True",
        "flipped by 180°: [[0, 0, 1], [0, 4, 6], [4, 12, 9]]",
        "flipped across the diagonal: [[0, 3, 1], [6, 13, 3], [4, 6, 0]]",
    ],
    "VAR-3": [
        "output (3, 3, 3) largest, moving [2, 2, 2] still [1, 1, 1]",
        "the layer, 3×3×3: 1,769,472 weights",
        "groups 1: 589,824 weights, map 0 reaches maps [0 1 2 3]",
        "groups 4: 147,456 weights, map 0 reaches maps [0]",
    ],
    "VAR-4": [
        [[[1, 2, 1], [2, 4, 2], [1, 2, 1]], [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]],
        "column, then row, as one pass: True",
        "flattened, as one pass: True; the layer: 67,072",
        "the pair as filters v·u: True",
        # across the channels first, then in space
        "1×1, then 3×3 in 1, 4, 256 groups: 655,360 212,992 67,840",
    ],
    "VAR-5": ["589,824 against 67,840"],
    "VAR-6": [
        "1×1 sets: 4 weights, shifts by 1 and 2 kept: [True, True]",
        "2×2 sets: 16 weights, shifts by 1 and 2 kept: [False, True]",
        "11×11 sets are a locally connected layer: True",
        "2×2 sets 2,359,296 weights, locally connected 115,605,504",
    ],
    # The line x = (5, 7), w = (2, 3), stride 2, dy = 1, 2, 3, 4.
    "VAR-7": [
        "y [10 15 14 21]",
        "dx [8 18] dw [26 38] db [10]",
        "dx, dw, db: loops equal engine: [True, True, True] as measured: True",
        "dx is a convolution: True",
    ],
}
