"""How parameters follow their gradients."""

import math

import numpy as np

from convviz.nn._flat import Flat
from convviz.nn.parameter import Parameter


class Optimizer:
    """Holds the parameters and what it remembers of their gradients.

    Parameters are moved into one array at the first step, so that a step is a few passes over
    that, however many layers there are.

    Attributes
    ----------
    lr : float
        The learning rate; it may be changed between steps.
    """

    #: arrays as long as all parameters together, which are kept from step to step
    memories = ()

    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        for parameter in self.parameters:
            if not isinstance(parameter, Parameter):
                raise TypeError(
                    f"parameters must be a list of Parameter, got {parameter!r} in it: "
                    "pass net.parameters()"
                )
        if not self.parameters:
            raise ValueError("parameters must not be empty: pass net.parameters() of a network")
        self.lr, self.steps, self._flat = positive("lr", lr), 0, None

    @property
    def flat(self):
        """All parameters in one array, and what is remembered of each number."""
        if self._flat is None or not self._flat.current:
            self._flat = Flat(self.parameters)
        for name in self.memories:
            old = self.__dict__.get(name)
            if old is None or old.dtype != self._flat.data.dtype:
                new = np.zeros_like(self._flat.data)
                setattr(self, name, new if old is None else old.astype(new.dtype))
        return self._flat

    def zero_grad(self):
        """Forget all gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self):
        """Change the parameters by their gradients."""
        flat = self.flat
        self.steps += 1
        self._update(flat.data, flat.complete())

    def _update(self, data, grad):
        raise NotImplementedError

    def state_dict(self):
        """Return copies of what the next steps depend on."""
        self.flat  # noqa: B018  memories exist from here on
        state = {name: getattr(self, name).copy() for name in self.memories}
        return state | {"steps": np.int64(self.steps), "lr": np.float64(self.lr)}

    def load_state_dict(self, state):
        """Take over what `state_dict` returned.

        Raises
        ------
        ValueError
            When it is of another optimiser or network.
        """
        flat = self.flat
        if {*state} != {*self.memories, "steps", "lr"}:
            raise ValueError(
                f"state must be that of {type(self).__name__}, got {', '.join(sorted(state))}"
            )
        for name in self.memories:
            if np.shape(state[name]) != flat.data.shape:
                raise ValueError(
                    f"state[{name!r}] must have {flat.data.size} numbers, as many as the network "
                    f"has parameters, got shape {np.shape(state[name])}"
                )
        for name in self.memories:
            getattr(self, name)[...] = state[name]
        self.steps, self.lr = int(state["steps"]), float(state["lr"])


class SGD(Optimizer):
    """Gradient descent with momentum.

    ``velocity = momentum·velocity + gradient + weight_decay·parameter``, then ``parameter -=
    lr·velocity``; with `nesterov`, ``lr·(gradient + momentum·velocity)`` (Polyak 1964, Nesterov
    1983, in the form of PyTorch).

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> weight = nn.Parameter((1,), nn.init.constant(1.0))
    >>> optimizer = SGD([weight], lr=0.1, momentum=0.9)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     weight.accumulate(np.float32([2]))
    ...     optimizer.step()
    ...     print(weight.data.round(3))
    [0.8]
    [0.42]
    """

    memories = ("velocity",)

    def __init__(self, parameters, lr, momentum=0.0, *, weight_decay=0.0, nesterov=False):
        super().__init__(parameters, lr)
        self.momentum = positive("momentum", momentum)
        self.weight_decay, self.nesterov = positive("weight_decay", weight_decay), bool(nesterov)
        if nesterov and not momentum:
            raise ValueError("nesterov needs a momentum above 0: try momentum=0.9")

    def _update(self, data, grad):
        kind = data.dtype.type
        if self.weight_decay:
            grad = grad + kind(self.weight_decay) * data
        if not self.momentum:
            data -= kind(self.lr) * grad
            return
        self.velocity *= kind(self.momentum)
        self.velocity += grad
        ahead = grad + kind(self.momentum) * self.velocity if self.nesterov else self.velocity
        data -= kind(self.lr) * ahead


class Adam(Optimizer):
    """Steps of a size of their own for each parameter (Kingma and Ba 2015).

    ``m = β₁·m + (1 − β₁)·g``, ``v = β₂·v + (1 − β₂)·g²``; the parameter goes down by
    ``lr·m̂/(√v̂ + eps)``, with ``m̂ = m/(1 − β₁ᵗ)`` and ``v̂ = v/(1 − β₂ᵗ)`` after t steps.
    `weight_decay` is added to the gradient, as in PyTorch's Adam.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> weight = nn.Parameter((2,))
    >>> optimizer = Adam([weight], lr=0.01)
    >>> weight.accumulate(np.float32([1000, -0.001]))
    >>> optimizer.step()
    >>> weight.data.round(4)            # the first step is lr for each, whatever the gradient
    array([-0.01,  0.01], dtype=float32)
    """

    memories = ("mean", "square")

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, *, weight_decay=0.0):
        super().__init__(parameters, lr)
        for value in betas:
            if not 0 <= value < 1:
                raise ValueError(f"betas must be two numbers from 0 to below 1, got {betas}")
        self.betas, self.eps = tuple(betas), positive("eps", eps)
        self.weight_decay = positive("weight_decay", weight_decay)

    def _update(self, data, grad):
        kind, (first, second) = data.dtype.type, self.betas
        if self.weight_decay:
            grad = grad + kind(self.weight_decay) * data
        self.mean *= kind(first)
        self.mean += kind(1 - first) * grad
        self.square *= kind(second)
        self.square += kind(1 - second) * (grad * grad)
        root = np.sqrt(self.square)
        root *= kind(1 / math.sqrt(1 - second**self.steps))
        root += kind(self.eps)
        np.divide(self.mean, root, out=root)
        root *= kind(self.lr / (1 - first**self.steps))
        data -= root


def clip_grad_norm(parameters, max_norm):
    """Shorten all gradients by one factor, so that together they are no longer than `max_norm`.

    Pascanu, Mikolov and Bengio (2013).

    Returns
    -------
    float
        The length that they had: the root of the sum of all squares.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> weight = nn.Parameter((2,))
    >>> weight.accumulate(np.float32([30, 40]))
    >>> clip_grad_norm([weight], 5), weight.grad
    (50.0, array([3., 4.], dtype=float32))
    """
    positive("max_norm", max_norm)
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    squares = sum(float(np.vdot(grad, grad)) for grad in gradients)
    length = math.sqrt(squares)
    if length > max_norm:
        for grad in gradients:
            grad *= grad.dtype.type(max_norm / length)
    return length


def positive(name, value):
    """Return a finite number that is 0 or more, or say which argument is not."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not 0 <= value < math.inf:
        raise ValueError(f"{name} must be a finite number, 0 or more, got {value}")
    return float(value)
