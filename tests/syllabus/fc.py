"""FC: convolution and dense layers. The numbers that the lectures must show."""

TEXTS = {
    # 25 weights of a 5×5 filter on one channel are 75 on three.
    "FC-1": [
        "digit: 784 numbers, 20 neurons: 15,680 weights, a 5×5 filter: 25",
        "colour photograph: 3,000,000 numbers, 20 neurons: 60,000,000 weights, a 5×5 filter: 75",
    ],
    "FC-2": [
        "output (0, 0) reads pixels [1 2 5 6]",
        "fields of 1, 2, 3 layers: [2, 3, 4]",
        "ReceptiveField: 4×4, 3 layers → 1×1, field 4×4",
    ],
    # The image 1 0 2, 3 1 0, 0 2 1 with the filters 1 −1, 3 2 and 0 1, 1 0.
    "FC-3": [
        "MatrixView: dense, 4×9 matrix, 40 parameters",
        "MatrixView: sparse, 4×9 matrix, 20 parameters",
        "MatrixView: shared, 4×9 matrix, 5 parameters",
        [[1, -1, 0, 3, 2, 0, 0, 0, 0], [0, 1, -1, 0, 3, 2, 0, 0, 0]],
        [[0, 0, 0, 0, 1, 0, 1, 0, 0], [0, 0, 0, 0, 0, 1, 0, 1, 0]],
        "z₁ … z₈: [12 1 6 9 3 3 1 2]",
    ],
    "FC-4": [
        "4 neurons: [-2 -10 0 -13] 4 filters: [-2 -10 0 -13] on 2 channels of 5×6: (4, 3, 4)",
        "entries 144, not 0: 64, weights 16",
        "layer equals its matrix: True",
        "MatrixView: shared, 1×9 matrix, 10 parameters",
    ],
    "FC-5": [
        "bits [1 0 0 0 1 0 1 1] → LBP 209",
        "FilterBank: 3×3 ∗ 8 filters 3×3 → 1×1×8",
    ],
}
