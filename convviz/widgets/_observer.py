"""Looks at a network while another thread trains it: on a copy, so that nothing waits."""

import time
from array import array
from functools import partial

import numpy as np

from convviz import nn, ops
from convviz.scenes import Strip, TrainingLook, Wrong, framed, training_curve
from convviz.widgets import _training_data as _data

_ACTIVATIONS = nn.ReLU, nn.LeakyReLU, nn.Sigmoid, nn.Tanh
# pictures in a strip of filters or maps, wrong answers that are shown
_FILTERS, _MAPS, _WRONG = 32, 16, 8
# pictures with boxes, and how many of the samples they are the first of
_FRAMED = 8
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
    names : sequence of str, optional
        A word for each class; its number when None.
    """

    #: how many samples are looked through
    samples = 1000

    def __init__(self, training, val, name, names=None):
        self._training, self._name, self._names = training, name, names
        self._head, self._images = _data.head_of_classes(val[1]), val[0][: self.samples]
        self.labels = np.asarray(_data.part(val[1], self._head)[: self.samples])
        self._boxes = _boxes_of(val[1]) if self._head else {}
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
        found = _data.part(nn.predict(self._copy, self._images), self._head)
        self._answers, self._asked_at = found.argmax(axis=1), steps
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
        note = f"{_size(self._images)}, a {self.say(self.labels[sample])}"
        strips = [_image("picture", note, self._images[sample])]
        if self._first:
            key, weight = self._first
            weight = weight()[:_FILTERS]
            strips.append(Strip(f"filters of {key}", _many(weight), weight[:, 0], signed=True))
        with nn.no_grad(), np.errstate(all="ignore"):
            found = self._copy(self._images[sample : sample + 1])
            self._scores = _data.part(found, self._head)[0]
        for key, heard in self._heard.items():
            maps = heard[0, :_MAPS]
            signed = bool(maps.min() < 0)
            strips.append(Strip(f"maps after {key}", _many(heard[0]), maps, signed=signed))
        return (*strips, *self._framed())

    def _framed(self):
        """Pictures held out, with the boxes that the network sees in them."""
        if not self._boxes:
            return ()
        shown = self._images[:_FRAMED]
        with nn.no_grad(), np.errstate(all="ignore"):
            found = self._copy(shown)
        ink = shown.mean(axis=1)
        return tuple(
            Strip(f"held out, {head}", "the guess in blue", np.stack([
                framed(*each) for each in zip(ink, truth, found[head], strict=True)
            ]), signed=True)
            for head, truth in self._boxes.items()
        )  # fmt: skip

    def _shown_wrong(self):
        places = np.flatnonzero(self._answers != self.labels)[:_WRONG].tolist()
        return tuple(
            Wrong(n, label, answer, _image(*self._taken(label, answer), self._images[n]))
            for n in places
            for label, answer in [(int(self.labels[n]), int(self._answers[n]))]
        )

    def _taken(self, label, answer):
        """What stands over a wrong answer; of words only one has room."""
        return (f"{label}", f"→ {answer}") if self._names is None else (self.say(answer), "")

    def _count(self):
        wrong = int((self._answers != self.labels).sum())
        return f"{wrong} of {len(self.labels)} wrong"

    def say(self, label):
        """The word for a class."""
        return str(label) if self._names is None else self._names[label]

    def _say(self, sample):
        if not np.isfinite(self._scores).all():
            return "The network's scores are no numbers any more."
        answer, label = int(self._scores.argmax()), int(self.labels[sample])
        share = float(ops.softmax(self._scores[None])[0, answer])
        verdict = "right" if answer == label else f"wrong: it is a {self.say(label)}"
        return f"The network takes this picture for a {self.say(answer)} ({100 * share:.0f} %): {verdict}."


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


def _boxes_of(targets):
    """The heads whose targets are boxes or their corners, with those of the first samples."""
    return {
        head: array[:_FRAMED]
        for head, array in targets.items()
        if array.dtype.kind == "f" and array.shape[1:] in ((4,), (8,))
    }


def _image(name, note, pixels):
    """All channels of an image as one grey picture."""
    return Strip(name, note, pixels.mean(axis=0)[None])


def _size(images):
    return "{}×{}".format(*images.shape[-2:])


def _many(maps):
    return f"{len(maps)} of {_size(maps)}"
