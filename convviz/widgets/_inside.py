"""What all looks into a network have in common: controls, pictures to press, the words."""

import anywidget
import traitlets

from convviz import figures
from convviz.widgets import _controls
from convviz.widgets._source import INSIDE_CSS, INSIDE_JS, PLAYER_CSS
from convviz.widgets._stills import beside


class Look(anywidget.AnyWidget):
    """A `scenes.Gallery` that follows its controls; a subclass says which.

    Attributes
    ----------
    setting : dict
        Name → value of every control; assign a changed copy to move them from Python.
    """

    _subtitle = ""
    _esm = INSIDE_JS
    _css = f"{PLAYER_CSS}\n{INSIDE_CSS}"
    _title = traitlets.List().tag(sync=True)
    _palettes = traitlets.Bytes().tag(sync=True)
    _side = traitlets.Int(0).tag(sync=True)
    _shown = traitlets.Dict().tag(sync=True)
    setting = traitlets.Dict().tag(sync=True)

    def __init__(self, setting=None, **traits):
        self._answers, self._good = 0, {}
        # The first setting must fit: its errors are the caller's.
        self._good = self._full(setting or {})
        self._found = self._look(**self._good)
        palettes = b"".join(figures.palette(signed).tobytes() for signed in (False, True))
        title = [type(self).__name__, self._subtitle]
        super().__init__(setting=self._good, _palettes=palettes, _title=title, **traits)
        self._show()

    def _controls(self, setting):
        """The controls for a setting, of which some may be missing (a subclass has its own)."""
        return []

    def _look(self, **setting):
        """Return the Gallery of one setting (each subclass has its own)."""
        raise NotImplementedError

    def look(self):
        """Return what is shown now, as a `scenes.Gallery`."""
        return self._found

    def _full(self, setting):
        """A whole setting from a part of one."""
        controls = self._controls(setting)
        names = [one.name for one in controls]
        unknown = sorted(set(setting) - set(names))
        if unknown:
            raise ValueError(
                f"{type(self).__name__} has no control {unknown[0]!r}: it has {', '.join(names)}"
            )
        full = {one.name: self._good.get(one.name, one.value) for one in controls} | setting
        return {one.name: _controls.check(one, full[one.name]) for one in controls}

    @traitlets.validate("setting")
    def _check_setting(self, proposal):
        return self._full(proposal["value"])

    @traitlets.observe("setting")
    def _follow(self, change):
        if change["old"]:
            self._show(anew=True)

    def _show(self, *, anew=False):
        """Tell the page what it shows now; what fails leaves the last look standing."""
        trouble = ""
        try:
            if anew:
                self._found = self._look(**self.setting)
            self._good = self.setting
        except Exception as error:  # whatever went wrong, the reader is told where he looks
            trouble = str(error) or type(error).__name__
        self._answers += 1
        groups, levels = packed(self._found)
        self._shown = {
            "answer": self._answers, "setting": self.setting, "trouble": trouble,
            "sliders": [_controls.payload(one) for one in self._controls(self.setting)],
            "say": self._found.sentence, "groups": groups, "levels": levels,
        }  # fmt: skip

    def __repr__(self):
        return f"{type(self).__name__}: {self._found.summary}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        return beside(bundle, self._found, repr(self), exact=False)


def packed(look):
    """A Gallery as the page reads it, and the levels of all its tiles in one row."""
    groups, rows, at = [], [], 0
    for group in look.groups:
        tiles = []
        for tile, levels in zip(group.tiles, group.levels, strict=True):
            high, wide = (0, 0) if levels is None else levels.shape
            tiles.append({
                "at": at, "rows": high, "columns": wide, "caption": tile.caption,
                "label": tile.label, "pick": tile.pick, "chosen": bool(tile.chosen),
                "frames": [list(frame) for frame in tile.frames],
                "spots": [list(spot) for spot in tile.spots],
            })  # fmt: skip
            rows.append(b"" if levels is None else levels.tobytes())
            at += high * wide
        groups.append({
            "name": group.name, "note": group.note, "dot": group.dot, "signed": group.signed,
            "columns": group.columns, "tiles": tiles,
        })  # fmt: skip
    return groups, b"".join(rows)
