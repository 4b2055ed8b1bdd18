"""Training: batches, steps, records, and a way to pause, to look, and to go on tomorrow."""

import math
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from convviz.nn import _data, _steps, checkpoint
from convviz.nn._background import Background
from convviz.nn._interrupt import guarding
from convviz.nn.evaluation import evaluate
from convviz.nn.loss import CrossEntropyLoss
from convviz.nn.optim import positive

# seconds between checkpoints within an epoch
_OFTEN = 60


class Record(NamedTuple):
    """What one step of training did.

    Attributes
    ----------
    step, epoch : int
        Counted from 1.
    loss : float
        Mean over the batch, before the step.
    accuracy : float or None
        Share of right answers in the batch, where targets are classes.
    lr : float
    seconds : float
        How long the step took.
    val_loss, val_accuracy : float or None
        On the validation data, with the last step of an epoch.
    """

    step: int
    epoch: int
    loss: float
    accuracy: float | None
    lr: float
    seconds: float
    val_loss: float | None = None
    val_accuracy: float | None = None


class Diverged(ArithmeticError):
    """The loss is no number any more."""


def fit(
    net, train, val=None, *, optimizer, loss=None, epochs=1, batch_size=32, seed=0,
    schedule=None, max_grad_norm=None, augment=None, checkpoint=None, progress=True,
):  # fmt: skip
    """Train `net`: iterate over what comes back for a record a step.

    Parameters
    ----------
    net : Module
        In prediction, as by `eval`, when training has ended.
    train, val : pair (x, targets)
        Targets are classes from 0, arrays of numbers, or a dict of those for several heads.
    optimizer : Optimizer
    loss : Loss, optional
        Cross-entropy where it is left out.
    epochs, batch_size : int
        The last batch of an epoch may be smaller.
    seed : int
        Decides the order of the samples and what `augment` draws.
    schedule : StepLR or ReduceLROnPlateau, optional
        Asked after each epoch, with the loss on `val`, or that of the epoch where there is none.
    max_grad_norm : float, optional
        Gradients longer than that are shortened; see `clip_grad_norm`.
    augment : function (x, generator) → x, optional
        Changes the images of a batch before the step.
    checkpoint : path, optional
        Written after every epoch, once a minute within one, and when training stops. Where there
        is one already, training goes on from it.
    progress : bool
        Whether a bar shows how far it is.

    Returns
    -------
    Training

    Raises
    ------
    Diverged
        While iterating, when the loss is NaN or infinite.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> net = nn.Linear(1, 2)
    >>> x, labels = np.float32([[-1], [1], [2], [-3]]), np.array([0, 1, 1, 0])
    >>> optimizer = nn.SGD(net.parameters(), lr=1.0)
    >>> for record in nn.fit(net, (x, labels), optimizer=optimizer, epochs=20, progress=False):
    ...     pass
    >>> record.step, record.accuracy, nn.predict(net, x).argmax(axis=1)
    (20, 1.0, array([0, 1, 1, 0]))
    """
    train, val = _data.pair("train", train), val and _data.pair("val", val)
    return Training(
        net, train, val, optimizer, loss or CrossEntropyLoss(), epochs, batch_size, seed=seed,
        schedule=schedule, max_grad_norm=max_grad_norm, augment=augment, path=checkpoint,
        progress=progress,
    )  # fmt: skip


class Training(Background):
    """A run of training: an iterator over its `Record` s, which may also run in the background.

    Attributes
    ----------
    history : list of Record
        Of all steps so far, those before a restart from a checkpoint too.
    lr : float
        The learning rate; it may be changed at any time.
    """

    def __init__(
        self, net, train, val, optimizer, loss, epochs, batch_size, *, seed, schedule,
        max_grad_norm, augment, path, progress,
    ):  # fmt: skip
        super().__init__()
        self.net, self.optimizer, self.loss, self.schedule = net, optimizer, loss, schedule
        self.history, self.epochs, self.seed = [], epochs, seed
        self._train, self._val, self._augment = train, val, augment
        self._size = _data.batch_size(batch_size, len(train[0]))
        self._path = None if path is None else Path(path)
        if max_grad_norm is not None:
            positive("max_grad_norm", max_grad_norm)
        self._epoch = self._batch = 0
        self._order, self._bar, self._progress = None, None, progress
        self._kept = time.monotonic()
        if self._path is not None and self._path.exists():
            self._restore()
        self._step = _steps.step_of(net, loss, optimizer, train[0].shape[1:], max_grad_norm)
        net.train()

    @property
    def lr(self):
        return self.optimizer.lr

    @lr.setter
    def lr(self, value):
        self.optimizer.lr = positive("lr", value)

    @property
    def batches(self):
        """How many steps an epoch has."""
        return -(-len(self._train[0]) // self._size)

    def __iter__(self):
        with guarding() as guard:
            while (record := self._advance(guard)) is not None:
                yield record

    def __next__(self):
        with guarding() as guard:
            record = self._advance(guard)
        if record is None:
            raise StopIteration
        return record

    def _advance(self, guard):
        """Do one step, and return its record; None when there is nothing left to do."""
        if self._epoch >= self.epochs:
            self._end()
            return None
        began = time.perf_counter()
        if self._order is None:
            self._order = _data.order(len(self._train[0]), self.seed, self._epoch)
            self.net.train()
        which = self._order[self._batch * self._size : (self._batch + 1) * self._size]
        x, target = _data.taken(self._train, which)
        if self._augment is not None:
            draws = np.random.default_rng([self.seed, self._epoch, self._batch, 1])
            x = self._augment(x, draws)
        # that numbers grow too large is told by the loss
        with guard, np.errstate(over="ignore", invalid="ignore"):
            lr, (value, right, count) = self.lr, self._step(x, target)
            if not math.isfinite(value):
                self._diverged(value, x)
            self._batch += 1
            share = None if right is None else right / count
            seconds = time.perf_counter() - began
            record = Record(len(self.history) + 1, self._epoch + 1, value, share, lr, seconds)
            if self._batch == self.batches:
                record = self._end_epoch(record)
            self.history.append(record)
            self._keep(of_epoch=self._order is None)
        self._show(record)
        return record

    def run(self):
        """Train to the end, and return the records of all steps."""
        try:
            for _ in self:
                pass
        finally:
            self._end()
        return self.history

    def save(self, path):
        """Write a checkpoint: `fit` with the same arguments and ``checkpoint=path`` goes on."""
        memories = () if self.schedule is None else self.schedule.memories
        state = {
            "epoch": self._epoch,
            "batch": self._batch,
            "batch_size": self._size,
            "samples": len(self._train[0]),
            "seed": self.seed,
            "history": self.history,
            "schedule": {name: getattr(self.schedule, name) for name in memories},
        }
        checkpoint.save(path, self.net, optimizer=self.optimizer, state=state)

    def _keep(self, of_epoch=True):
        now = time.monotonic()
        if self._path is not None and (of_epoch or now - self._kept > _OFTEN):
            self.save(self._path)
            self._kept = now

    def _restore(self):
        state = checkpoint.load(self._path, self.net, optimizer=self.optimizer)
        now = {"batch_size": self._size, "samples": len(self._train[0]), "seed": self.seed}
        for name, value in now.items():
            if state[name] != value:
                raise ValueError(
                    f"{self._path} was made with {name}={state[name]}, and this run has {value}: "
                    "use the same, or another file as checkpoint"
                )
        self._epoch, self._batch = state["epoch"], state["batch"]
        if self._batch:
            self._order = _data.order(len(self._train[0]), self.seed, self._epoch)
        self.history = [Record(*record) for record in state["history"]]
        for name, value in state["schedule"].items():
            setattr(self.schedule, name, value)

    def _end_epoch(self, record):
        steps = [*self.history[len(self.history) - self.batches + 1 :], record]
        watched = sum(step.loss for step in steps) / len(steps)
        if self._val is not None:
            found = evaluate(self.net, self._val, loss=self.loss)
            record = record._replace(val_loss=found.loss, val_accuracy=found.accuracy)
            watched = found.loss
        if self.schedule is not None:
            self.schedule.step(watched)
        self._epoch, self._batch, self._order = self._epoch + 1, 0, None
        return record

    def _diverged(self, value, x):
        largest = float(np.abs(x).max())
        advice = f"lower the learning rate, now {self.lr:g}, tenfold, or give max_grad_norm=1"
        if not math.isfinite(largest):
            advice = "the batch itself has such numbers: look at the data"
        elif largest > 20:
            advice += f"; the largest number of the batch is {largest:g}: bring it to about 1"
        where = f"step {len(self.history) + 1}, epoch {self._epoch + 1}"
        raise Diverged(f"the loss became {value} in {where}: {advice}")

    def _show(self, record):
        if not self._progress:
            return
        if self._bar is None:
            total = self.epochs * self.batches
            self._bar = tqdm(total=total, initial=len(self.history) - 1, unit="step", leave=False)
        self._bar.set_postfix_str(f"epoch {record.epoch}, loss {record.loss:.3f}", refresh=False)
        self._bar.update()

    def _end(self):
        self.net.eval()
        if self._batch:  # in the middle of an epoch
            self._keep()
        if self._bar is not None:
            self._bar.close()
            self._bar = None
