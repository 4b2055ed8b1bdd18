"""How the learning rate changes from epoch to epoch."""

import math

from convviz.nn.optim import positive


class StepLR:
    """The learning rate times `gamma` every `step_size` epochs.

    Examples
    --------
    >>> from convviz import nn
    >>> optimizer = nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = StepLR(optimizer, step_size=2, gamma=0.1)
    >>> for _ in range(4):
    ...     schedule.step()
    ...     print(round(optimizer.lr, 3), end=" ")
    1.0 0.1 0.1 0.01
    """

    memories = ("epochs",)

    def __init__(self, optimizer, step_size, gamma=0.1):
        if step_size < 1:
            raise ValueError(f"step_size must be 1 epoch or more, got {step_size}")
        self.optimizer, self.step_size, self.gamma = optimizer, step_size, positive("gamma", gamma)
        self.epochs = 0

    def step(self, loss=None):
        """Count an epoch; the loss does not matter."""
        self.epochs += 1
        if self.epochs % self.step_size == 0:
            self.optimizer.lr *= self.gamma


class ReduceLROnPlateau:
    """The learning rate times `factor` once the loss has not fallen for `patience` epochs.

    To fall is to come below the best loss by more than `threshold` of it, as in PyTorch.

    Examples
    --------
    >>> from convviz import nn
    >>> optimizer = nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = ReduceLROnPlateau(optimizer, patience=1)
    >>> for loss in (3, 2, 2, 2, 2):
    ...     schedule.step(loss)
    ...     print(round(optimizer.lr, 3), end=" ")
    1.0 1.0 1.0 0.1 0.1
    """

    memories = ("best", "waited")

    def __init__(self, optimizer, factor=0.1, patience=10, *, threshold=1e-4, min_lr=0.0):
        if not 0 < factor < 1:
            raise ValueError(f"factor must be between 0 and 1, got {factor}: it divides the rate")
        self.optimizer, self.factor, self.patience = optimizer, factor, patience
        self.threshold, self.min_lr = threshold, positive("min_lr", min_lr)
        self.best, self.waited = math.inf, 0

    def step(self, loss):
        """Count an epoch that ended with this loss."""
        if loss < self.best * (1 - self.threshold):
            self.best, self.waited = float(loss), 0
            return
        self.waited += 1
        if self.waited > self.patience:
            self.optimizer.lr = max(self.optimizer.lr * self.factor, self.min_lr)
            self.waited = 0
