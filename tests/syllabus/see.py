"""SEE: looking inside. The numbers that the lectures must show."""

TEXTS = {
    "SEE-1": [
        "AlexNet (96, 3, 11, 11)",
        "conv1 (6, 1, 5, 5)",
        "conv2 (16, 6, 5, 5)",
        "the edge answers to itself: 6",
        "the edge answers to turned: 0",
        "relu1 (6, 28, 28)",
        "relu2 (16, 10, 10)",
        "Units: conv1, unit 4 of 6, field 5×5",
        "FeatureMaps: picture 3, relu2 16×10×10",
        "DrawDigit: 1×32×32, a drawing",
    ],
    "SEE-2": [
        "conv3 conv3 conv3 sees (7, 7)",
        "conv3 pool2 conv3 sees (8, 8)",
        "ways along an axis: [1 3 6 7 6 3 1] together 27",
        "pool2 sees (16, 16)",
        "before: smaller than the box: True corner below a tenth: True",
        "after: smaller than the box: True corner below a tenth: True",
        "EffectiveField: pool2, theoretical field 16×16",
    ],
    "SEE-3": [
        "step 1: x = [0.1 0.2], y = 0.500",
        "step 2: x = [0.15 0.3 ], y = 0.750",
        "output for 3 is 1, to 0.05: True",
        "more than any real picture: True",
    ],
    "SEE-4": [
        "9 patches of (14, 14) strongest first: True",
        "gradient: [2 -1 0]",
        "deconvnet: [2 0 5]",
        "guided: [2 0 0]",
        "saliency [3 0 -2 1] hidden [-3 0 0 -1]",
        "at some, more than half of 20 answers change: True",
        "relu4: more than 9 of 10 neighbours of one class: True",
        "moved by 3, pool2 beats pixels: True",
        "FeatureSpace: 360 images, relu4, picture 3",
        "classes (10, 10) pictures 360",
    ],
}
