"""What an animation shows, as plain data: grids of numbers, and the steps that light them.

A scene knows nothing of screens. The player paints it live, :mod:`convviz.figures` draws it still,
a screen reader reads its sentences, and a test reads its fields.

The stage
---------
Grids stand side by side in *columns*, a sign (a join) between each two. Three things change that:

- neighbouring grids with the same :attr:`Grid.stack` share one column, one below another under that
  heading: the planes of a volume;
- :attr:`Scene.rows` breaks the columns into rows, as the words of a text are broken into lines:
  the layers of a network from top to bottom. The sign at a break stands at the start of the next
  row; ``""`` for none;
- :attr:`Step.links` draws arrows from cell to cell over all of it.

>>> planes = [Grid(f"plane {c}", "input", np.eye(2), stack="input 2×2×2", note="") for c in "AB"]
>>> sums = [Grid(name, "output", [[2.0]]) for name in ("sum", "half of it")]
>>> step = Step("Both go into the sum.", links=((("plane A", 0, 0), ("sum", 0, 0)),))
>>> scene = Scene("Example", "two planes", (*planes, *sums), ("→", ""), (step,), rows=(2, 1))
>>> [[[grid.name for grid in column] for _, column in row] for row in scene.stage()]
[[['plane A', 'plane B'], ['sum']], [['half of it']]]
"""

from dataclasses import dataclass, field, replace
from itertools import groupby, islice

import numpy as np

from convviz import geometry
from convviz.scenes.grid import DISPLAYS, KINDS, ROLES, SHADES, Grid, value_span
from convviz.scenes.question import Question
from convviz.scenes.step import MARKS, Cell, Stencil, Step, Term

__all__ = [
    "DISPLAYS",
    "KINDS",
    "MARKS",
    "ROLES",
    "SHADES",
    "Cell",
    "Grid",
    "Question",
    "Scene",
    "Stencil",
    "Step",
    "Term",
    "value_span",
]


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything one animation shows.

    Parameters
    ----------
    name : str
        The kind of scene: ``"Convolution2D"``.
    summary : str
        The scene in a line of text: ``"7×7 ∗ 3×3 → 5×5, 25 steps"``.
    grids : tuple of Grid
        From left to right.
    joins : tuple of str
        The signs between neighbouring columns of the stage, such as ``("∗", "=")``; ``""`` for none.
        Every grid is a column of its own, unless it is stacked.
    steps : tuple of Step
        In the order they play; empty for a scene that only answers to the pointer.
    caption : tuple of (str, str)
        The formula of the sizes with its numbers filled in: (text, role) pairs.
    stencil : Stencil or None
        Set for photographs, instead of steps.
    poster : int or None
        The step that stands for the scene in a still picture; the middle one when None.
    rows : tuple of int or None
        How many columns of the stage stand in each of its rows, from top to bottom; one row of all
        of them when None.
    code : tuple of (str, str)
        Lines of code that compute what the scene shows, each with a label:
        ``(("convviz", "ops.conv2d(x, w)"), ("PyTorch", "F.conv2d(x, w)"))``. The names in it are
        those of the grids, ``_`` for what is no letter or digit, without the padding shown: the
        reader can copy these arrays, too.
    question : Question or None
        What to ask before the answer is shown.

    Raises
    ------
    ValueError
        If names repeat, signs or rows do not go with the grids, a stack is torn apart, or a link
        or a question names a cell that is not there.
    """

    name: str
    summary: str
    grids: tuple[Grid, ...]
    joins: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    caption: tuple[tuple[str, str], ...] = ()
    stencil: Stencil | None = None
    poster: int | None = None
    rows: tuple[int, ...] | None = None
    code: tuple[tuple[str, str], ...] = ()
    question: Question | None = None
    _places: dict = field(init=False, repr=False)

    def __post_init__(self):
        if not self.grids:
            raise ValueError("a scene needs at least one grid: there would be nothing to see")
        places = {grid.name: place for place, grid in enumerate(self.grids)}
        if len(places) != len(self.grids):
            raise ValueError("two grids of a scene have the same name: give each its own")
        object.__setattr__(self, "_places", places)
        self._check_stage()
        for step in self.steps:
            for link in step.links:
                for cell in link:
                    self.check_cell(cell)
        if self.question is not None:
            self._check_question()

    def _check_stage(self):
        columns = self._columns()
        stacks = [column[0].stack for column in columns if column[0].stack]
        for stack in stacks:
            if stacks.count(stack) > 1:
                raise ValueError(f"the grids of stack {stack!r} are apart: put them side by side")
        if len(self.joins) != len(columns) - 1:
            what = "grids" if len(columns) == len(self.grids) else "columns of grids"
            raise ValueError(
                f"{len(columns)} {what} need {len(columns) - 1} joins, got {len(self.joins)}"
            )
        if self.rows is not None and (min(self.rows, default=0) < 1 or sum(self.rows) != len(columns)):
            raise ValueError(
                f"rows={self.rows} do not hold the {len(columns)} columns of the stage: give "
                "positive numbers that add up to it"
            )

    def _check_question(self):
        for name in self.question.hides or ():
            self.place(name)
        if self.question.kind == "cell":
            for cell in self.question.answer:
                self.check_cell(cell)

    def _columns(self):
        """The grids by column of the stage."""
        keys = (grid.stack or place for place, grid in enumerate(self.grids))
        pairs = zip(keys, self.grids, strict=True)
        return [tuple(grid for _, grid in column) for _, column in groupby(pairs, lambda pair: pair[0])]

    def stage(self):
        """Where the grids stand: rows of columns, each column a sign and the grids below it.

        Returns
        -------
        list of list of (str, tuple of Grid)
            The sign of the very first column is ``""``.
        """
        columns = self._columns()
        pairs = iter(zip(("", *self.joins), columns, strict=True))
        return [list(islice(pairs, count)) for count in self.rows or (len(columns),)]

    def hidden_by_question(self):
        """The names of the grids that would give the answer away."""
        if self.question is None:
            return ()
        if self.question.hides is not None:
            return self.question.hides
        return tuple(grid.name for grid in self.grids if grid.role == "output")

    def asked(self):
        """The scene while its question is open: nothing in it gives the answer away.

        Returns
        -------
        Scene
            With one step that asks; cells that are written later stay empty.

        Raises
        ------
        ValueError
            If the scene has no question.
        """
        if self.question is None:
            raise ValueError(f"{self.name} has no question: give the scene one")
        kind, hidden = self.question.kind, self.hidden_by_question()
        later = {
            cell: value
            for cell, value in self.written(len(self.steps) - 1).items()
            if cell[0] not in hidden
        }
        ask = Step(self.question.text)
        return replace(
            self,
            summary=self.question.text,
            grids=tuple(
                grid.secret(shape=kind != "shape", pixels=kind == "cell") if grid.name in hidden else grid
                for grid in self.grids
            ),
            steps=(ask, replace(ask, writes=tuple(later.items()))) if later else (ask,),
            caption=(),
            stencil=None,
            poster=0,
        )

    def check_cell(self, cell):
        """Refuse a cell that is not there."""
        name, row, column = cell
        shape = self.grid(name).shape
        if not (0 <= row < shape[0] and 0 <= column < shape[1]):
            raise ValueError(f"{name!r} has no cell ({row}, {column}): its shape is {shape}")

    def grid(self, name):
        """The grid of that name."""
        return self.grids[self.place(name)]

    def place(self, name):
        """The position of the grid of that name among :attr:`grids`."""
        if name not in self._places:
            raise ValueError(
                f"{self.name} has no grid {name!r}: use one of {', '.join(self._places)}"
            )
        return self._places[name]

    def check_step(self, step):
        """The number of a step as an int, if this scene has such a step.

        Raises
        ------
        TypeError, ValueError
            If it is no whole number, or there is no such step.
        """
        last = max(len(self.steps) - 1, 0)
        step = geometry.integer("step", step, 0, f"this scene has steps 0 to {last}")
        if step > last:
            raise ValueError(f"step={step} is not there: this scene has steps 0 to {last}")
        return step

    def text(self, cell, step=None):
        """The number in a cell, as written on the stage; the one that `step` writes there, if any."""
        name, row, column = cell
        grid = self.grid(name)
        return grid.text_of(dict(step.writes if step else ()).get(cell, grid.values[row, column]))

    def formula_text(self, k):
        """The formula of step `k` as one line of plain text."""
        formula = self.steps[k].formula
        return "".join(
            part if isinstance(part, str) else "·".join(self.factors(part, self.steps[k], before))
            for before, part in zip(("", *formula), formula, strict=False)
        )

    def factors(self, term, step=None, before=""):
        """The factors of a product as text; one behind a dot or a plus is in parentheses if negative.

        `before` is the part of the formula before the product.
        """
        texts = [self.text(cell, step) for cell in term]
        behind = [isinstance(before, str) and before.endswith("+ "), *[True] * (len(texts) - 1)]
        return [
            f"({text})" if signed and text.startswith("−") else text
            for text, signed in zip(texts, behind, strict=True)
        ]

    def badges(self, step):
        """The few letters in the corner of cells: those the step names, and the factor of a product."""
        factors = {
            term[0]: "×" + self.text(term[1]) for term in step.terms() if len(term) == 2
        }
        return factors | dict(step.badges)

    def written(self, k):
        """The numbers that the steps up to and including `k` have written, by cell."""
        return {cell: value for step in self.steps[: k + 1] for cell, value in step.writes}

    def __repr__(self):
        return f"{self.name}: {self.summary}"
