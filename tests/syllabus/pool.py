"""POOL: pooling. The numbers that the lectures must show."""

TEXTS = {
    "POOL-1": [[[8, 10], [7, 4]], [[4, 6], [3, 3]], "7, 2, 1, 1: average 2.75"],
    "POOL-2": [
        "stride 1: 0 0 1 1 1 1 1 1 1 1 0 0 1 1 0 0",
        "stride 3: 0 1 1 0",
    ],
    "POOL-3": [
        [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]],
        "max: 6 8 3 4",
        "average: 3.25 5.25 2 2",
        "p 5: power mean 4.87 6.61 2.38 3.16",
    ],
    "POOL-4": [
        "L2: 7.94 11.53 4.24 5.1",
        "mixed, a = ½: 6 7.625 4.875 3",
        # Of 4×4 and of 3×4.
        "pyramid: 10 8 10 7 4 pyramid: 10 8 10 8 9",
        # Cut to 2×2 and to 1×1.
        "spectral: 2.875 4.25 4.625 2.25 spectral: 3.5",
        "little network: 8 10 7 4 as max pooling: True",
        # A layer with stride 2 in the place of a pooling.
        "parameters: 36,928 and 0",
    ],
    "POOL-5": [
        "(1, 64, 12, 12) → (1, 64, 6, 6) each map by itself: True",
        "loops equal engine: True",
        "window 2, stride 1: 11×11, max changes by 63%",
    ],
    "POOL-6": [
        "fields [3, 5, 7, 9, 11, 13, 15]",
        "fields [3, 4, 8, 10, 18, 22, 38] sides (32, 32, 16, 16, 8, 8, 4, 4)",
        "ReceptiveField: 10×10, 3 layers → 2×2, field 8×8, jump 2",
        "window 1, stride 1: 12×12, max changes by 111%, average by 111%",
        "window 5, stride 1: 8×8, max changes by 18%, average by 34%",
    ],
    # Asked in the lecture on pooling, answered in the one on its gradients.
    "POOL-7": [
        "max 7 dx [0 10 0 0] as measured: True",
        "at [1] of array 0 it is 0, not 0.5: but f has a corner there",
    ],
}
