"""A network that learns while you watch, in the background."""

import threading

import anywidget
import numpy as np
import traitlets

from convviz import figures, models, nn
from convviz.widgets import _training_data as _data
from convviz.widgets._observer import Observer
from convviz.widgets._pace import Paced
from convviz.widgets._source import PLAYER_CSS, TRAINING_CSS, TRAINING_JS
from convviz.widgets._stills import beside

_RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_SPEEDS = (5, 20, 100)
_FAST = "full speed"


class LiveTraining(Paced, anywidget.AnyWidget):
    """A network learns in the background: curves, filters, feature maps, and what it gets wrong.

    Parameters
    ----------
    net : nn.Module, optional
        A score for each class comes out of it. Trained in place; LeNet-5 when None.
    train, val : pair (images, classes), optional
        Images (N, channels, rows, columns). When both are None, scikit-learn's digits, enlarged to
        32×32; 360 are held out for validation. For a network with several heads the classes are a
        dict of what each is to answer, one of them classes; boxes (N, 4) or their corners (N, 8)
        among them are drawn into pictures held out.
    lr : float
        The learning rate at first, of gradient descent with momentum 0.9.
    steps : int
        How many it has trained when it is shown.
    speed : int or None
        Steps a second; as many as there is time for when None.
    seed : int
        Decides the first weights of LeNet-5 and the order of the samples.
    **options
        ``names``, a word for each class; ``epochs`` (20 when left out), ``batch_size`` and others
        of :func:`convviz.nn.fit`.

    Attributes
    ----------
    train, val : pair of arrays
        What it learns from, and what its answers are looked at on.
    training : nn.Training
        The run: its `history`, `lr`, `failure`.
    lr, speed : float
        As above; assign others at any time.
    sample : int
        The picture of `val` whose feature maps are shown; assign another.

    Raises
    ------
    TypeError, ValueError
        If the data are no images with classes, do not fit the network, or a number is out of range.

    Examples
    --------
    >>> view = LiveTraining()
    >>> view
    LiveTraining: lenet5, 1437 digits, batches of 32, learning rate 0.02, step 0 of 900
    >>> view.close()
    """

    _esm = TRAINING_JS
    _css = PLAYER_CSS + TRAINING_CSS
    _palettes = traitlets.Bytes().tag(sync=True)
    _look = traitlets.Dict().tag(sync=True)
    _levels = traitlets.Bytes().tag(sync=True)

    def __init__(
        self, net=None, train=None, val=None, *, lr=0.02, steps=0, speed=100, seed=0, **options
    ):
        self._lock = threading.RLock()
        self._looking, self._trouble, self._sample = threading.RLock(), "", 0
        self._own = net is None, train is None
        self.train, self.val = _data.images(train, val)
        if net is None:
            nn.manual_seed(seed)
            net = models.lenet5(in_channels=self.train[0].shape[1])
        _data.fitting(net, self.train, self.val)
        self._net, self._lr, self._before = net, lr, net.state_dict()
        self._speed = _data.pace(speed)
        loss, self._names = _data.loss_for(self.train[1]), options.pop("names", None)
        self._options = {"epochs": 20, "seed": seed, "progress": False, "loss": loss} | options
        self._begin()
        for _ in range(_data.whole("steps", steps, 0, self._last)):
            next(self.training)
        look, levels = self._state()
        palettes = (figures.palette(signed).tobytes() for signed in (False, True))
        super().__init__(_palettes=b"".join(palettes), _look=look, _levels=levels)
        self.on_msg(self._on_message)

    def _begin(self):
        optimizer = nn.SGD(self._net.parameters(), lr=self._lr, momentum=0.9)
        data = self.train, self.val
        self.training = nn.fit(self._net, *data, optimizer=optimizer, **self._options)
        self._last = self.training.epochs * self.training.batches
        self._observer = Observer(self.training, self.val, type(self).__name__, self._names)
        labels, self._trouble = self._observer.labels, ""
        # the first picture of each class
        self._samples = [
            [self._observer.say(k), int(np.flatnonzero(labels == k)[0])] for k in np.unique(labels)
        ]

    @property
    def lr(self):
        """The learning rate; assign another at any time."""
        return self.training.lr

    @lr.setter
    def lr(self, value):
        self.training.lr = value
        self._lr = value
        self._show()

    @property
    def sample(self):
        """Which picture of the validation data goes through the network; assign another."""
        return self._sample

    @sample.setter
    def sample(self, value):
        self._sample = _data.whole("sample", value, 0, len(self.val[0]) - 1)
        self._show()

    def look(self):
        """Return what is shown at this moment, as a `scenes.TrainingLook`."""
        with self._looking:  # one at a time: it has one copy of the network
            return self._observer.look(self._sample, self._summary, resting=not self._wanted)

    def _show(self):
        with self._looking:  # the last that is sent is the newest
            try:
                look, levels = self._state()
            except Exception as error:  # a thread has nobody to tell
                self._trouble = f"{type(error).__name__}: {error}"
                self.send({"kind": "trouble", "words": self._trouble})
            else:
                self.send({"kind": "look", "look": look}, [levels])

    def _state(self):
        """The look of this moment as the page reads it, and its pictures' levels."""
        look, training = self.look(), self.training
        done = len(training.history)
        epoch = min(done // training.batches + 1, training.epochs)
        rates = sorted({*_RATES, self.lr})
        speeds = sorted({*_SPEEDS, self._speed} - {None})
        found, levels = _data.packed(look, self._observer.say)
        return found | {
            "running": self._wanted,
            "ended": self._ended(),
            "step": f"step {done} of {self._last}, epoch {epoch}",
            "rates": [f"{rate:g}" for rate in rates],
            "rate": rates.index(self.lr),
            "speeds": [f"{speed:g} steps/s" for speed in speeds] + [_FAST],
            "pace": len(speeds) if self._speed is None else speeds.index(self._speed),
            "samples": self._samples,
            "sample": self._sample,
            "trouble": str(training.failure or self._trouble),
        }, levels

    def _on_message(self, _, content, buffers):
        self._trouble = ""
        try:
            self._answer(**content)
        except Exception as error:  # whatever went wrong, the reader is told where he looks
            self._trouble = str(error)
            self._show()

    def _answer(self, kind, value=None):
        if kind in ("start", "pause", "step", "restart"):
            getattr(self, kind)()
        elif kind == "look":
            self._show()
        elif kind == "gone":  # the last picture of it may be closed: nobody watches
            self.pause()
        elif kind == "rate":
            self.lr = float(value)
        elif kind == "speed":
            self.speed = None if value == _FAST else float(value.removesuffix(" steps/s"))
        elif kind == "sample":
            self.sample = value

    @property
    def _summary(self):
        net, images = self._own
        named = "lenet5" if net else type(self._net).__name__
        count, size = len(self.train[0]), self.training._size
        what = "digits" if images else "images"
        done = f"step {len(self.training.history)} of {self._last}"
        return f"{named}, {count} {what}, batches of {size}, learning rate {self._lr:g}, {done}"

    def __repr__(self):
        return f"{type(self).__name__}: {self._summary}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        return beside(bundle, self.look(), repr(self), exact=False)
