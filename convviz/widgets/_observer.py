"""Looks at a network while another thread trains it: on a copy, so that nothing waits."""

import time
from array import array
from functools import partial

import numpy as np

from convviz import nn, ops
from convviz.scenes import Strip, TrainingLook, Wrong, training_curve

_ACTIVATIONS = nn.ReLU, nn.LeakyReLU, nn.Sigmoid, nn.Tanh
# pictures in a strip of filters or maps, wrong answers that are shown
_FILTERS, _MAPS, _WRONG = 32, 16, 8
# seconds between two drawings of the curves
_CURVES = 0.3
# answers to all samples are asked for at most and at least this often, between them so that they
# take no larger share of the time
_SOON, _LATE, _SHARE = 1.0, 5.0, 0.015


class Observer:
    """What a run of training looks like at a moment.

    Parameters
    ----------
    training : nn.Training
    val : pair of arrays
        Images (N, channels, rows, columns) and classes.
    name : str
        Of the looks.
    """

    #: how many samples are looked through
    samples = 1000

    def __init__(self, training, val, name):
        self._training, self._name = training, name
        self._images, self._labels = val[0][: self.samples], np.asarray(val[1][: self.samples])
        self._copy, self._heard = training.net.copy().eval(), {}
        for key, layer in _watched(self._copy):
            layer.forward = partial(self._hear, key, layer.forward)
        nets = self._copy, training.net
        # in their order, found once: it happens at every look
        self._parameters = list(zip(*(net.parameters() for net in nets), strict=True))
        self._buffers = [
            ((mine, theirs), name)
            for (_, mine, name), (_, theirs, _) in zip(
                *(net.named_buffers() for net in nets), strict=True
            )
        ]
        self._first = _first_with_filters(self._copy, self._images.shape[1:])
        self._losses, self._shares, self._validation = array("d"), array("d"), []
        self._answers, self._asked_at, self._again, self._redraw = None, -1, 0.0, 0.0

    def look(self, sample, summary, *, resting):
        """Return the `TrainingLook` of this moment; `resting` says whether nothing moves now.

        The weights are read while training changes them: a picture may show some before a step
        and some after it. The last one, when training rests, shows all of them after it.
        """
        for mine, theirs in self._parameters:
            np.copyto(mine.data, theirs.data)
        for (mine, theirs), name in self._buffers:
            setattr(mine, name, getattr(theirs, name).copy())
        self._follow()
        self._draw(resting)
        self._ask(resting)
        return TrainingLook(
            self._name, summary, self._drawn, self._strips(sample), self._wrong,
            self._say(sample), self._count(),
        )  # fmt: skip

    def _hear(self, key, forward, x):
        self._heard[key] = forward(x)
        return self._heard[key]

    def _follow(self):
        """Note the steps since the last look."""
        for record in self._training.history[len(self._losses) :]:
            self._losses.append(record.loss)
            self._shares.append(record.accuracy)
            if record.val_loss is not None:
                self._validation.append((record.step, record.val_loss, record.val_accuracy))

    def _draw(self, resting):
        """Draw the curves anew, where it is time: they change slowly, and are large to paint."""
        now = time.monotonic()
        if resting or now >= self._redraw:
            self._drawn, self._redraw = self._curves(), now + _CURVES

    def _ask(self, resting):
        """Ask for the answers to all samples, where they are another's and it is time."""
        began, steps = time.monotonic(), len(self._losses)
        if steps == self._asked_at or not (resting or began >= self._again):
            return
        self._answers, self._asked_at = nn.predict(self._copy, self._images).argmax(axis=1), steps
        self._wrong = self._shown_wrong()
        now = time.monotonic()
        self._again = now + min(max(_SOON, (now - began) / _SHARE), _LATE)

    def _curves(self):
        span = max(2 * self._training.batches, len(self._losses))
        losses = [(step, loss) for step, loss, _ in self._validation]
        shares = [(step, share) for step, _, share in self._validation]
        return (
            training_curve("loss", self._losses, losses, span=span),
            training_curve("accuracy", self._shares, shares, span=span, percent=True),
        )

    def _strips(self, sample):
        note = f"{_size(self._images)}, a {self._labels[sample]}"
        strips = [_image("picture", note, self._images[sample])]
        if self._first:
            key, weight = self._first
            weight = weight()[:_FILTERS]
            strips.append(Strip(f"filters of {key}", _many(weight), weight[:, 0], signed=True))
        with nn.no_grad(), np.errstate(all="ignore"):
            self._scores = self._copy(self._images[sample : sample + 1])[0]
        for key, found in self._heard.items():
            maps = found[0, :_MAPS]
            signed = bool(maps.min() < 0)
            strips.append(Strip(f"maps after {key}", _many(found[0]), maps, signed=signed))
        return tuple(strips)

    def _shown_wrong(self):
        places = np.flatnonzero(self._answers != self._labels)[:_WRONG].tolist()
        return tuple(
            Wrong(n, label, answer, _image(f"{label}", f"→ {answer}", self._images[n]))
            for n in places
            for label, answer in [(int(self._labels[n]), int(self._answers[n]))]
        )

    def _count(self):
        wrong = int((self._answers != self._labels).sum())
        return f"{wrong} of {len(self._labels)} wrong"

    def _say(self, sample):
        if not np.isfinite(self._scores).all():
            return "The network's scores are no numbers any more."
        answer, label = int(self._scores.argmax()), self._labels[sample]
        share = float(ops.softmax(self._scores[None])[0, answer])
        verdict = "right" if answer == label else f"wrong: it is a {label}"
        return f"The network takes this picture for a {answer} ({100 * share:.0f} %): {verdict}."


def _watched(net):
    """The first and the last convolution, each with the activation after it, by name."""
    layers = list(net.named_modules())
    places = [n for n, (_, layer) in enumerate(layers) if isinstance(layer, nn.Conv2d)]
    for n in {*places[:1], *places[-1:]}:
        follows = n + 1 < len(layers) and isinstance(layers[n + 1][1], _ACTIVATIONS)
        yield layers[n + follows]


def _first_with_filters(net, shape):
    """The name of the first layer that looks at the image, and what returns its weights."""
    for key, layer in net.named_modules():
        if isinstance(layer, nn.Conv2d):
            return key, lambda: layer.weight.data
        if isinstance(layer, nn.Linear):
            fits = layer.in_features == np.prod(shape)
            return (key, lambda: layer.weight.data.reshape(-1, *shape)) if fits else None
    return None


def _image(name, note, pixels):
    """All channels of an image as one grey picture."""
    return Strip(name, note, pixels.mean(axis=0)[None])


def _size(images):
    return "{}×{}".format(*images.shape[-2:])


def _many(maps):
    return f"{len(maps)} of {_size(maps)}"
