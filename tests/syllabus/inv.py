"""INV: invariance, and where the object is. The numbers that the lectures must show."""

TEXTS = {
    "INV-1": [
        # Shifts, and strides; turns, mirrors and sizes.
        "7×7 ∗ 3×3, shifted by 1 → the same in 49 of 49 places",
        "shifted by 1, stride 2 → the same in 12 of 16 places",
        "shifted by 2, stride 2 → the same in 16 of 16 places",
        "quarter turn: upright edges 30, dots 49 of 49",
        "mirror: upright edges 27, dots 49 of 49",
        "twice as large: upright edges 12, dots 19 of 49",
        # A bank of copies with shared weights, the largest of its answers, and its backward pass.
        "largest: [[6, 3, 5], [7, 4, 4], [11, 9, 5]]",
        "of the turned picture, turned: True",
        "TransformedFilters: 5×5 ∗ 4 copies of 3×3 → 3×3, 18 steps",
        "turned dw [[61, 44, 38], [112, 41, 5], [77, 42, 22]]",
        "mirrored dw [[62, 44, 33], [100, 41, 17], [87, 42, 16]]",
        "enlarged dw [[41, 48, 18], [107, 41, 8], [108, 37, 15]]",
        "numerical [[61, 44, 38], [112, 41, 5], [77, 42, 22]]",
        "moved by 2, LeNet-5 reads more: True",
        "moved by 8, both lose more than half: True",
    ],
    "INV-2": [
        "29868 parameters",
        "LiveTraining: MultiHead, 2000 images, batches of 32, learning rate 0.005, step 30 of 1260",
        "mean IoU of the mean box 0.28",
        "mean IoU above 0.5: True",
        "more than half named: True",
        "the mean figure is 3.9 pixels off",
        "less than 2.5 pixels off: True",
    ],
}
