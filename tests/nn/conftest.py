"""What the tests of training share: data that is easy to learn, and two networks for it."""

import numpy as np
import pytest

from convviz import nn

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 3, 50)
# a bright column for each class
IMAGES = RNG.uniform(0, 0.5, (50, 1, 8, 8)).astype(np.float32)
IMAGES[np.arange(50), 0, :, 2 * LABELS] += 1
DATA = IMAGES, LABELS


def chainable():
    """What runs as one chain."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 3)
    )


def layered():
    """What runs layer by layer."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2),
        nn.Linear(144, 3),
    )  # fmt: skip


NETWORKS = {"chain": chainable, "layers": layered}


def by_momentum(parameters):
    return nn.SGD(parameters, 0.1, 0.9)


def begun(make):
    nn.manual_seed(0)
    return NETWORKS.get(make, make)()


def of(make, optimizer, options):
    net = begun(make)
    options = {"epochs": 3, "batch_size": 16, "progress": False} | options
    return nn.fit(net, DATA, optimizer=optimizer(net.parameters()), **options)


@pytest.fixture(scope="session")
def data():
    """50 images with the class of each."""
    return DATA


@pytest.fixture(scope="session")
def network():
    """``network(name)``: one that begins the same each time."""
    return begun


@pytest.fixture(scope="session")
def training():
    """``training(make, optimizer, **options)``: 12 steps that begin the same each time."""
    return lambda make="chain", optimizer=by_momentum, **options: of(make, optimizer, options)


@pytest.fixture(scope="session")
def numbers():
    """``numbers(run)``: all that it has learned, in one line."""
    return lambda run: np.concatenate([p.data.ravel() for p in run.net.parameters()])


@pytest.fixture(params=NETWORKS)
def make(request):
    """The name of a network."""
    return request.param
