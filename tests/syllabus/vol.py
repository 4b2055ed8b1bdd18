"""VOL: volumes, channels, filter banks. The numbers that the lectures must show."""

TEXTS = {
    "VOL-1": [
        "each alone: [[12, 1], [6, 9]] [[2, -1], [4, 2]]",
        "one map: [[10, -4], [6, 7]]",
        # With the inner indices of the filter in the wrong order.
        "i and j swapped: [[-2, 2], [6, 1]]",
        "Volume: 5×5×3 ∗ 2 filters 3×3×3 → 3×3×2",
    ],
    # 8·(3·3·3 + 1), for images of 5×5 and of 20×20; the image is black, the biases are 0 to 7.
    "VOL-2": [
        "output (8, 3, 3), 224 parameters, map 5 holds only [5]",
        "output (8, 18, 18), 224 parameters, map 5 holds only [5]",
    ],
    "VOL-3": [
        "batch of 4: a[0] (4, 1, 8, 8), a[1] (4, 2, 6, 6), a[2] (4, 1, 5, 5)",
        "w[1] (2, 1, 3, 3), w[2] (1, 2, 2, 2)",
        # Upright strokes, level strokes, and the corner that is both.
        [
            [[0] * 6, [0, 1, 0, 0, 0, 0], [0] * 6, [0] * 6, [0, 0, 0, 0, 1, 0], [0] * 6],
            [[0] * 6, [0] * 6, [0, 0, 1, 0, 0, 0], [0] * 6, [0] * 6, [0, 1, 0, 0, 0, 0]],
        ],
        [[0] * 5, [0, 1, 0, 0, 0], [0] * 5, [0] * 5, [0] * 5],
        "corners found in the four images: [1 0 0 0]",
    ],
    "VOL-4": [
        "pixel [2 0 1] → [5 1] dense everywhere: True",
        "Volume: 3×3×3 ∗ 2 filters 1×1×3 → 3×3×2",
    ],
    "VOL-5": [
        "z[n, r, c] = np.sum(w[n] * segment) + b[n]",
        "loops equal engine: True",
        "the 4×4 pixels alone: [[[1]]]",
        "ratio",
    ],
    "VOL-6": [
        "FilterBank: 5×5 ∗ 4 filters 3×3 → 3×3×4",
        "Conv2d → (8, 32, 32) 224 parameters ReLU → (8, 32, 32) "
        "Conv2d → (8, 32, 32) 584 parameters ReLU → (8, 32, 32) MaxPool2d → (8, 16, 16)",
        "MaxPool2d → (16, 8, 8) Flatten → (1024,) Linear → (32,) 32,800 parameters "
        "ReLU → (32,) Linear → (10,) 330 parameters",
        "softmax of 0 and ln 3: [0.25 0.75]",
    ],
}
