"""Small networks in double precision, and images for them."""

import numpy as np
import pytest

from convviz import nn


@pytest.fixture
def net():
    """Two turns of convolution, ReLU and pooling, a block with a shortcut, and a dense layer."""
    nn.manual_seed(0)
    body = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm(4), nn.ReLU())
    return nn.Sequential(
        conv1=nn.Conv2d(2, 3, 3, padding=1, stride=2), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(3, 4, 3, dilation=2, padding=2), relu2=nn.ReLU(),
        block=nn.Residual(body), drop=nn.Dropout(0.5), flatten=nn.Flatten(), fc=nn.Linear(100, 5),
    ).astype(np.float64)  # fmt: skip


@pytest.fixture
def images():
    return np.random.default_rng(1).normal(size=(6, 2, 20, 20))
