"""Networks out of layers with an explicit way forward and an explicit way back.

The names and options are those of ``torch.nn``, where there is a choice. What differs is meant to
be read: a layer's `forward` remembers what its `backward` needs, and nothing else keeps track.

>>> import numpy as np
>>> from convviz import nn
>>> net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
>>> loss, optimizer = nn.CrossEntropyLoss(), nn.SGD(net.parameters(), lr=0.5)
>>> x, labels = np.float32([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
>>> for step in range(200):
...     wrong = loss(net(x), labels)
...     optimizer.zero_grad()
...     dx = net.backward(loss.backward())
...     optimizer.step()
>>> net(x).argmax(axis=1)                                       # exclusive or
array([0, 1, 1, 0])
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=["init"],
    submod_attrs={
        "_context": ["no_grad"],
        "activation": ["LeakyReLU", "ReLU", "Sigmoid", "Tanh"],
        "checkpoint": ["load", "save"],
        "containers": ["Concat", "MultiHead", "Product", "Residual", "Sequential"],
        "conv": ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d"],
        "dense": ["Dropout", "Flatten", "Identity", "Linear"],
        "evaluation": ["Evaluation", "evaluate", "predict"],
        "loss": ["BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "MSELoss", "MultiLoss"],
        "module": ["Module"],
        "norm": ["BatchNorm", "LocalResponseNorm"],
        "overlap": ["box_iou", "class_iou", "corners_to_boxes"],
        "optim": ["SGD", "Adam", "clip_grad_norm"],
        "parameter": ["Parameter"],
        "pool": [
            "AdaptiveAvgPool2d",
            "AvgPool1d",
            "AvgPool2d",
            "AvgPool3d",
            "LPPool2d",
            "MaxPool1d",
            "MaxPool2d",
            "MaxPool3d",
            "MaxUnpool2d",
            "SpatialPyramidPool2d",
        ],
        "schedule": ["ReduceLROnPlateau", "StepLR"],
        "seeds": ["manual_seed"],
        "training": ["Diverged", "Record", "Training", "fit"],
    },
)
