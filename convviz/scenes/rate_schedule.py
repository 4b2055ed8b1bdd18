"""A learning rate that is lowered on the way: on a plateau of the loss, or every few epochs."""

import numpy as np

from convviz import geometry, nn
from convviz.nn.seeds import aside
from convviz.scenes import _check
from convviz.scenes._text import number, plural
from convviz.scenes.scene import Grid, Question, Scene, Step

SCHEDULES = ("plateau", "step")
#: Losses of twelve epochs that fall, stay, fall again and stay.
PLATEAU_LOSSES = np.array([2.3, 1.4, 0.9, 0.8, 0.8, 0.85, 0.5, 0.4, 0.4, 0.42, 0.4, 0.36])


@_check.without_warnings
def rate_schedule(losses=PLATEAU_LOSSES, kind="plateau", *, patience=1, lr=0.1, factor=0.1):
    """The scene of a learning rate that is multiplied by `factor` now and then.

    Parameters
    ----------
    losses : array_like
        On held-out data, one for each epoch, at most 24.
    kind : {"plateau", "step"}
        Lowered once the loss has not fallen for `patience` epochs, by `nn.ReduceLROnPlateau`, or
        after every `patience` + 1 epochs, by `nn.StepLR`.
    patience : int
        0 or more.
    lr, factor : float
        The first learning rate, and by what it is multiplied.

    Returns
    -------
    Scene
        One step for each epoch.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = rate_schedule()
    >>> scene
    RateSchedule: plateau, patience 1: learning rate 0.1 → 0.001, 12 steps
    >>> scene.grid("learning rate").values.round(3).tolist()[0][3:7]
    [0.1, 0.1, 0.01, 0.01]
    """
    losses = _check.numbers("losses", losses, 1)
    _check.showable("losses", losses.shape, "leave some out")
    _check.choice("kind", kind, SCHEDULES)
    patience = geometry.integer("patience", patience, 0, "use 0 to wait for nothing")
    with aside():
        optimizer = nn.SGD([nn.Parameter((1,))], _check.number("lr", lr))
    factor = _check.number("factor", factor)
    if kind == "plateau":
        schedule = nn.ReduceLROnPlateau(optimizer, factor, patience)
    else:
        schedule = nn.StepLR(optimizer, patience + 1, factor)
    rates, best, waited, steps = [], [], [], []
    for epoch, loss in enumerate(losses.tolist()):
        before = optimizer.lr
        schedule.step(loss)
        lowered = optimizer.lr != before
        rates.append(optimizer.lr)
        best.append(getattr(schedule, "best", np.inf))
        # the count that made it go down, where it begins anew
        full = lowered and kind == "plateau"
        waited.append(patience + 1 if full else getattr(schedule, "waited", 0))
        steps.append(_step(kind, epoch, loss, best, waited, (before, optimizer.lr), patience))
    rows = {"losses": losses, "best": best, "waited": waited, "learning rate": rates}
    said = f"patience {patience}" if kind == "plateau" else f"every {plural(patience + 1, 'epoch')}"
    summary = f"{kind}, {said}: learning rate {lr:g} → {rates[-1]:g}, {plural(len(losses), 'step')}"
    grids = _grids(rows, kind)
    return Scene(
        "RateSchedule", summary, grids, (), tuple(steps), _caption(kind, patience, factor),
        poster=len(losses) - 1, question=_question(lr, rates, [grid.name for grid in grids[1:]]),
    )


def _grids(rows, kind):
    notes = {
        "losses": "on held-out data, epoch by epoch", "best": "the lowest so far",
        "waited": "epochs without a new lowest", "learning rate": "of the next epoch",
    }
    roles = {"losses": "input", "learning rate": "output"}
    names = rows if kind == "plateau" else ("losses", "learning rate")
    return tuple(
        Grid(
            name, roles.get(name, "neutral"), np.array(rows[name])[None], note=notes[name],
            stack="epoch by epoch", origin=(0, 1), hidden=name != "losses",
            editable=name == "losses",
        )
        for name in names
    )


def _step(kind, epoch, loss, best, waited, rates, patience):
    before, after = rates
    went = f"the learning rate goes from {before:g} down to {after:g}" if after != before else (
        f"the learning rate stays at {before:g}")
    writes = [(("learning rate", 0, epoch), after)]
    if kind == "step":
        sentence = f"After epoch {epoch + 1} {went}."
        turns = f"{epoch + 1} / {patience + 1} = {number((epoch + 1) / (patience + 1))}"
        return Step(sentence, (turns,), writes=tuple(writes),
                    result=("learning rate", 0, epoch), marks=((("losses", 0, epoch), "tap"),))
    fell = not waited[-1]
    last = number(best[-2]) if epoch else "∞"
    told = f"{number(loss)} is below {last}: a new lowest" if fell else (
        f"{number(loss)} is not below {last}: waited {waited[-1]}, patience {patience}")
    writes += [(("best", 0, epoch), best[-1]), (("waited", 0, epoch), waited[-1])]
    return Step(
        f"Epoch {epoch + 1}: {'a' if fell else 'no'} new lowest loss; {went}.", (told,),
        result=("learning rate", 0, epoch), writes=tuple(writes),
        marks=((("losses", 0, epoch), "ring" if fell else "tap"),),
    )


def _caption(kind, patience, factor):
    every = f"after every {plural(patience + 1, 'epoch') if patience else 'epoch'}"
    when = f"waited > {patience}" if kind == "plateau" else every
    return ((f"{when}:   learning rate × ", ""), (f"{factor:g}", "output"))


def _question(lr, rates, names):
    """How often it is lowered."""
    count = sum(one != other for one, other in zip([float(lr), *rates], rates, strict=False))
    return Question(
        "How many times is the learning rate lowered?", "number", count,
        f"It ends at {rates[-1]:g}.", hides=tuple(names),
    )
