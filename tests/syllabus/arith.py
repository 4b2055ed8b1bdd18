"""ARITH: convolution arithmetic. The numbers that the lectures must show."""

# Texts of cases begin as the lecture prints them: input i, kernel k, stride s, padding p,
# dilation d, and the output padding a of a transposed convolution.
TEXTS = {
    "ARITH-1": [
        "7×7, k 3, p 1: stride 1 gives (7, 7), stride 2 gives (4, 4)",
        "without the floor 3.5, outputs 3",
    ],
    "ARITH-2": [
        [
            [1, 2, 3, 3, 2, 1],
            [2, 4, 6, 6, 4, 2],
            [3, 6, 9, 9, 6, 3],
            [3, 6, 9, 9, 6, 3],
            [2, 4, 6, 6, 4, 2],
            [1, 2, 3, 3, 2, 1],
        ],
        [[4, 6, 6, 6, 6, 4], *[[6, 9, 9, 9, 9, 6]] * 4, [4, 6, 6, 6, 6, 4]],
        [32, 30, 28, 24],
    ],
    "ARITH-3": [
        "valid i 4, k 3: padding (0, 0), output 2",
        "same i 5, k 3: padding (1, 1), output 5",
        "full i 5, k 3: padding (2, 2), output 7",
        "same i 5, k 4: padding (1, 2), output 5",
        # S⌈N/S⌉ − N + K − 1 cells in all make ⌈N/S⌉ outputs; the bottom has its own number.
        "i 6, s 2, k 3: the rule pads 2, convviz pads 1, outputs 3",
        "i 7, s 2, k 3: the rule pads 3, convviz pads 2, outputs 4",
        "i 8, s 2, k 3: the rule pads 2, convviz pads 1, outputs 4",
        "top 2, bottom 2: output (7, 7)",
        "top 2, bottom 1: output (6, 7)",
    ],
    "ARITH-4": [
        "zeros [0 0 1 2 3 4 0 0]",
        "constant [9 9 1 2 3 4 9 9]",
        "reflect [3 2 1 2 3 4 3 2]",
        "replicate [1 1 1 2 3 4 4 4]",
        "circular [3 4 1 2 3 4 1 2]",
    ],
    "ARITH-5": [
        "7×7, k 3, p 0: stride 1 gives (5, 5), stride 2 gives (3, 3); every second the same: True",
        "7×7, k 3, p 1: stride 1 gives (7, 7), stride 2 gives (4, 4); every second the same: True",
        "i 7, k 3, s 2: without the floor 3, outputs 3, unread []",
        "i 8, k 3, s 2: without the floor 3.5, outputs 3, unread [7]",
        "i 5, k 3, s 2, p 1, d 1: 5×5 → 3×3",
    ],
    "ARITH-6": [
        "stride 2: [(0, 1, 2), (2, 3, 4), (4, 5, 6)]",
        "dilation 2: [(0, 2, 4), (1, 3, 5), (2, 4, 6)]",
        "k_eff of 3 taps, d = 1, 2, 3: [3, 5, 7]",
        "i 7, k 3, s 1, p 0, d 2: 7×7 → 3×3",
    ],
    "ARITH-7": [
        "i 4, k 3, s 1, p 0, d 1: 4×4 → 2×2; transposed with a 0: 2×2 → 4×4",
        "i 5, k 4, s 1, p 2, d 1: 5×5 → 6×6; transposed with a 0: 6×6 → 5×5",
        "i 5, k 3, s 1, p 1, d 1: 5×5 → 5×5; transposed with a 0: 5×5 → 5×5",
        "i 5, k 3, s 1, p 2, d 1: 5×5 → 7×7; transposed with a 0: 7×7 → 5×5",
        "i 5, k 3, s 2, p 0, d 1: 5×5 → 2×2; transposed with a 0: 2×2 → 5×5",
        "i 5, k 3, s 2, p 1, d 1: 5×5 → 3×3; transposed with a 0: 3×3 → 5×5",
        "i 6, k 3, s 2, p 1, d 1: 6×6 → 3×3; transposed with a 1: 3×3 → 6×6",
        "i 7, k 3, s 1, p 0, d 2: 7×7 → 3×3",
        # The widget with the menu of all these cases.
        "Arithmetic: 3×3, kernel 3×3, stride 2, padding 1, transposed → 5×5",
    ],
    "ARITH-8": [
        "32×32×3, k 5, s 1, p 0: 28×28×6, 456 parameters, 352,800 multiply-adds",
    ],
    "ARITH-9": [
        "k 3, s 1, p 1: 32×32×16, 448 parameters",
        "k 5, s 1, p 2: 32×32×16, 1,216 parameters",
        "k 5, s 2, p same: 16×16×16, 1,216 parameters",
        "k 1, s 1, p 0: 32×32×16, 64 parameters",
    ],
}
