"""TRAIN: making it learn. The numbers that the lectures must show."""

TEXTS = {
    "TRAIN-1": [
        "mean 8 variance 25",
        "normalised [-1.4 -0.2 0.2 1.4]",
        "gamma 5, beta 3: [-4 2 4 10]",
        "dbias [4]",
        "dweight [-5.6]",
        "dnormalised [20 0 0 0]",
        "dvariance [0.56]",
        "dmean [-4]",
        "dx [1.04 -1.28 -0.72 0.96]",
        "numerical [1.04 -1.28 -0.72 0.96]",
        "m = 2: dx [0 0]",
        "BatchNorm: 4 values, weight 5, bias 3: mean 8, variance 25, 22 steps",
    ],
    "TRAIN-2": [
        # the loss over a training set, and ways down
        "errors [-6 24] loss 153",
        "samples ask for [-18 -6] [72 -24] mean [27 -15]",
        "Descent: SGD, learning rate 0.1: loss 153 → 13.7, 10 steps",
        "Descent: SGD, learning rate 0.25: loss 153 → 3510, 10 steps",
        "Descent: momentum 0.5, learning rate 0.1: loss 153 → 0.51, 10 steps",
        "Adam's first step: [-0.01 0.01]",
        # ReLU against sigmoid
        "SignalDepth: 8 layers, sigmoid, Glorot: forward 1 → 0.5, back 1 → 8.5e−6, 16 steps",
        "sigmoid still near 2.3: True",
        "lower with ReLU: True",
        "lowest with batch norm: True",
        "mean of x 4, of 10,000 draws 4.0",
        "decay 1: w rests at [0 3]",
        "rates [0.1 0.1 0.1 0.1 0.1 0.01 0.01 0.01 0.01 0.001 0.001 0.001]",
    ],
    "TRAIN-3": [
        "angle: 0.19 to 359.96",
        "rows: -9.99 to 10",
        "scale: 0.63 to 1.60",
        "shear: -20 to 19.98",
        "stretch: 0.77 to 1.30",
        "scale below 1: 0.50 of all",
        "ten crops: (10, 224, 224)",
    ],
}
