"""NET: a full CNN. The numbers that the lectures must show."""

TEXTS = {
    "NET-1": [
        "conv1 Conv2d(1→6, 5×5) 6×28×28 156 117,600 5×5",
        "pool1 MaxPool2d(2×2) 6×14×14 0 0 6×6",
        "conv2 Conv2d(6→16, 5×5) 16×10×10 2,416 240,000 14×14",
        "pool2 MaxPool2d(2×2) 16×5×5 0 0 16×16",
        "flatten Flatten() 400",
        "fc3 Linear(400→120) 120 48,120",
        "fc4 Linear(120→84) 84 10,164",
        "fc5 Linear(84→10) 10 850",
        "together 61,706 and 416,520",
        "ReceptiveField: 20×20, 4 layers → 2×2, field 16×16, jump 4, 4 steps",
        # What is not the same on every machine is told as what holds on all.
        "loss before the first step, near 2.3: True",
        "LiveTraining: lenet5, 1437 images, batches of 32, learning rate 0.02, step 90 of 900",
        "450 steps, 10 epochs",
        "the loss fell: True",
        "more than 90 % right: True",
    ],
    "NET-2": [
        "61,075 parameters, more than 90 % right: True",
        "multiply-adds: dense 61,006, LeNet-5 416,520",
        "moved by 4, LeNet-5 reads more of them: True",
    ],
    "NET-3": [
        "signs of dw: [-1 -1 -1] with zero mean: [1 -1 1]",
        "mean of all pixels 0.30, now 0.00",
        "(427, 640): conv1 would take 40,354,200 multiply-adds",
        "(32, 32): conv1 would take 117,600 multiply-adds",
    ],
}
