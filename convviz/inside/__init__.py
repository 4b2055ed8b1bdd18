"""What a network has learned: arrays in, arrays out, nothing drawn, no network changed.

Every function takes a network and the name of one of its layers, such as ``"conv2"`` or
``"block1.0"``; `convviz.models.summary` lists them. All work on a copy of the network in
prediction: no parameter, gradient or statistic of it changes.

>>> import numpy as np
>>> from convviz import inside, models, nn
>>> nn.manual_seed(0)
>>> net = models.lenet5()
>>> inside.receptive_field(net, (1, 32, 32), "pool2", place=(0, 0))
Box(top=0, left=0, bottom=15, right=15)
>>> inside.feature_maps(net, np.zeros((2, 1, 32, 32), np.float32), "conv2").shape
(2, 16, 10, 10)
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "answers": ["Confusion", "confusion"],
        "fields": ["Box", "EffectiveField", "effective_field", "receptive_field"],
        "gradients": ["METHODS", "Learned", "activation_maximisation", "saliency"],
        "hiding": ["Occlusion", "occlusion"],
        "maps": ["Patch", "feature_maps", "filters", "strongest_patches"],
        "space": ["Neighbours", "embedding", "nearest_neighbours"],
    },
)
