"""What a network is to make small: called with outputs and targets, then asked for the way back."""

from convviz import ops
from convviz.nn.module import Module


class Loss(Module):
    """A number that says how wrong outputs are.

    Calling it returns the mean over all targets, and `backward` its derivative with respect to the
    outputs.
    """

    def __call__(self, x, target):
        return self.forward(x, target)

    def forward(self, x, target):
        loss = self._function(x, target)
        self.remember(x, target)
        return loss

    def backward(self):
        x, target = self.recall()
        return self._derivative(1.0, x, target)

    def __repr__(self):
        return f"{type(self).__name__}()"


class CrossEntropyLoss(Loss):
    """`convviz.ops.cross_entropy`: scores against classes.

    Examples
    --------
    >>> import numpy as np
    >>> loss = CrossEntropyLoss()
    >>> round(float(loss(np.zeros((1, 4)), np.array([2]))), 4), loss.backward()
    (1.3863, array([[ 0.25,  0.25, -0.75,  0.25]]))
    """

    _function = staticmethod(ops.cross_entropy)
    _derivative = staticmethod(ops.cross_entropy_backward)


class MSELoss(Loss):
    """`convviz.ops.mse_loss`: the mean of squared differences."""

    _function = staticmethod(ops.mse_loss)
    _derivative = staticmethod(ops.mse_loss_backward)


class BCELoss(Loss):
    """`convviz.ops.binary_cross_entropy`: probabilities against 0 and 1."""

    _function = staticmethod(ops.binary_cross_entropy)
    _derivative = staticmethod(ops.binary_cross_entropy_backward)


class BCEWithLogitsLoss(Loss):
    """`convviz.ops.binary_cross_entropy_with_logits`: scores against 0 and 1."""

    _function = staticmethod(ops.binary_cross_entropy_with_logits)
    _derivative = staticmethod(ops.binary_cross_entropy_with_logits_backward)


class MultiLoss(Loss):
    """The weighted sum of a loss for each head of a `MultiHead`.

    Parameters
    ----------
    weights : dict, optional
        How much each counts; 1 where it is left out.
    **losses : Loss

    Examples
    --------
    >>> import numpy as np
    >>> loss = MultiLoss(label=CrossEntropyLoss(), box=MSELoss(), weights={"box": 10})
    >>> outputs = {"label": np.zeros((1, 2)), "box": np.array([[3.0]])}
    >>> round(loss(outputs, {"label": np.array([0]), "box": np.array([[1.0]])}), 4)
    40.6931
    >>> loss.backward()["box"]
    array([[40.]])
    """

    def __init__(self, *, weights=None, **losses):
        self.losses, self.weights = losses, dict.fromkeys(losses, 1.0) | (weights or {})
        unknown = self.weights.keys() - losses.keys()
        if unknown:
            raise ValueError(
                f"weights must be of the losses {', '.join(losses)}, got {', '.join(unknown)}"
            )

    def forward(self, x, target):
        self.remember(True)
        found = {name: loss(x[name], target[name]) for name, loss in self.losses.items()}
        return float(sum(self.weights[name] * value for name, value in found.items()))

    def backward(self):
        self.recall()
        found = {name: loss.backward() for name, loss in self.losses.items()}
        return {name: dy * dy.dtype.type(self.weights[name]) for name, dy in found.items()}
