"""The live view of a scene. Every widget with steps or sliders is this class with its own scene."""

import asyncio
from inspect import signature

import anywidget
import traitlets

from convviz.widgets import _controls
from convviz.widgets._edits import editable
from convviz.widgets._export import Exported
from convviz.widgets._payload import compress, pack, payload, size
from convviz.widgets._source import PLAYER_CSS, PLAYER_JS

_SHORT = 100_000  # bytes
_INNER = ("self", "view")  # what a subclass takes besides its own arguments
_PAUSE = 0.4  # seconds without an edit after which all scenes are built anew


class Player(Exported, anywidget.AnyWidget):
    """Plays a scene; a subclass says which.

    Parameters
    ----------
    title, subtitle : str
        The head of the widget.
    controls : sequence of Range, Choice or Switch
        In the order they are shown.
    presets : dict, optional
        Name → setting: a menu that moves several controls at once.
    step : int
        The step shown first, from 0.
    predict : bool
        Whether the scene's question is asked before its answer is shown. A subclass hands both on:
        ``def __init__(self, image, **view)`` and ``super().__init__(…, **view)``.

    Attributes
    ----------
    setting : dict
        Name → value of every control; assign a changed copy to move the sliders from Python.
    step : int
        The step shown; follows the reader, and can be assigned.
    """

    #: Of how many settings, at most, every combination is sent at once.
    _combinations = 40
    #: How much is sent unasked, in the measure of `_payload.size`; large scenes come one by one.
    _most_unasked = 60_000

    _esm = PLAYER_JS
    _css = PLAYER_CSS
    _head = traitlets.Dict().tag(sync=True)
    _sliders = traitlets.List().tag(sync=True)
    _presets = traitlets.List().tag(sync=True)
    _bundle = traitlets.Bytes().tag(sync=True)
    _undoable = traitlets.Bool(False).tag(sync=True)
    setting = traitlets.Dict().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)

    def __init__(
        self, *, title, subtitle="", controls=(), presets=None, uploads="", step=0, predict=False,
        **unknown,
    ):
        if unknown:
            raise TypeError(self._names(*unknown))
        self._control_list = tuple(controls)
        self._preset_map = {
            name: {**self._defaults(), **change} for name, change in (presets or {}).items()
        }
        super().__init__(
            _head={
                "title": title, "subtitle": subtitle, "uploads": uploads,
                "predict": _controls.check(_controls.Switch("predict"), predict),
            },
            _sliders=[_controls.payload(control) for control in self._control_list],
            _presets=[[name, setting] for name, setting in self._preset_map.items()],
            setting=self._defaults(),
        )
        self._edition, self._kept, self._pending, self._edits = 0, {}, None, []
        # The first scene must build: its errors are the caller's.
        self.step = self.scene().check_step(step)
        self._bundle = self._build_bundle()
        self.on_msg(self._on_message)

    def _names(self, unknown, *_):
        """What is said of an argument that is none."""
        own = [name for name in signature(type(self).__init__).parameters if name not in _INNER]
        return (
            f"{type(self).__name__} has no argument {unknown!r}: use {', '.join(own)}, step or predict"
        )

    def _defaults(self):
        return {control.name: control.value for control in self._control_list}

    def _scene(self, **setting):
        """Build the scene of one setting (each subclass has its own)."""
        raise NotImplementedError

    def _edit(self, grid, row, column, value):
        """Put a number into the array behind a Grid (a subclass with editable grids has its own)."""
        raise ValueError(f"the numbers of {grid.name!r} cannot be changed here")

    def _upload(self, name, content):
        """Take a file of the reader's (a subclass that accepts files has its own).

        Returns
        -------
        (function, str)
            What takes it back, and what the reader should know; an empty text where all is well.
        """
        raise ValueError("this widget takes no files")

    @traitlets.validate("setting")
    def _check_setting(self, proposal):
        setting = proposal["value"]
        names = [control.name for control in self._control_list]
        unknown = set(setting) - set(names)
        if unknown:
            raise ValueError(
                f"setting has no {sorted(unknown)[0]!r}: this widget's controls are "
                f"{', '.join(names) or 'none'}"
            )
        full = {**self._defaults(), **setting}
        return {c.name: _controls.check(c, full[c.name]) for c in self._control_list}

    def scene(self, **setting):
        """The scene of the setting shown, or of a changed one.

        Raises
        ------
        ValueError
            If the setting has no scene (a filter that fits nowhere), with the remedy.
        """
        return self._built({**self.setting, **setting})

    def _built(self, setting):
        """The scene of a setting; that of the setting shown is built once an edit."""
        if setting != self.setting:
            return self._scene(**setting)
        key = self._edition, *setting.values()
        if key not in self._kept:
            self._kept = {key: self._scene(**setting)}
        return self._kept[key]

    @property
    def predict(self):
        """Whether the question is asked before its answer is shown; can be assigned."""
        return self._head["predict"]

    @predict.setter
    def predict(self, value):
        value = _controls.check(_controls.Switch("predict"), value)
        self._head = {**self._head, "predict": value}
        self._send_changed()
        self._renew()

    def edit(self, grid, row, column, value):
        """Change one number of an editable grid; every scene follows.

        Parameters
        ----------
        grid : str
            The grid's name, such as ``"filter"``.
        row, column : int
            The position in the array shown, padding included.
        value : number

        Raises
        ------
        TypeError, ValueError
            If there is no such cell, it cannot be changed, or the number is not finite.
        """
        self._put(grid, row, column, value)
        self._renew()

    def undo(self):
        """Take the last edit back, with the sliders where they stood; nothing where there is none."""
        self._take_back()
        self._renew()

    def _take_back(self):
        if not self._edits:
            return
        setting, restore = self._edits.pop()
        self.setting = setting
        restore()
        self.setting = setting
        self._send_changed()

    def _put(self, grid, row, column, value):
        """Check and make an edit; the views get the scene they show at once."""
        place, row, column, number = editable(self.scene(), grid, row, column, value)
        before = place.values[row, column].item()
        restore = lambda: self._edit(self.scene().grid(grid), row, column, before)  # noqa: E731
        setting = self.setting
        # An edit that is refused leaves nothing to be undone.
        self._edit(place, row, column, number)
        self._edits.append((setting, restore))
        self._send_changed()

    def _send_changed(self):
        self._edition += 1
        self._undoable = bool(self._edits)
        self._send_scenes([self.setting])

    def _send_scenes(self, settings, **content):
        data = self._packed(settings)
        # To inflate a short message takes longer than to send it as it is.
        self.send({"kind": "scenes", **content}, [data if len(data) < _SHORT else compress(data)])

    def _renew_soon(self):
        """Build the other scenes once the reader pauses: until then the kernel is free for more."""
        if self._pending:
            self._pending.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no kernel, and so nobody waits
            self._renew()
        else:
            self._pending = loop.call_later(_PAUSE, self._renew)

    def _renew(self):
        self._bundle = self._build_bundle()

    def _settings(self):
        """The settings whose scenes are sent before anyone asks for them, most likely first."""
        return _controls.likely(
            self._control_list, self.setting, self._preset_map.values(), self._combinations
        )

    def _build_bundle(self):
        return compress(self._packed(self._settings()))

    def _page_bundle(self):
        """The scenes of a page of its own (a subclass may have more of them: no kernel adds any)."""
        return self._bundle

    def _packed(self, settings, most=None):
        """The scenes of these settings, as far as they are not too much to be sent."""
        most = most or self._most_unasked
        payloads, total = {}, 0
        for setting in settings:
            name = _controls.key(self._control_list, setting)
            if name in payloads:
                continue
            # A setting can be wrong, in the scenes' own clear words: the player shows them. What
            # else goes wrong must not take the other settings with it, unless all of them are.
            try:
                scene = self._built(setting)
                total += size(scene)
                if payloads and total > most:
                    break
                payloads[name] = payload(scene, ask=self._head["predict"])
            except Exception as error:
                if not payloads and not isinstance(error, TypeError | ValueError):
                    raise
                payloads[name] = {"error": self._words(error)}
        return pack(payloads, self._edition)

    def _on_message(self, _, content, buffers):
        try:
            self._answer(content, buffers)
        except Exception as error:  # whatever went wrong, the reader is told where he looks
            self.send({"kind": "refused", "reason": self._words(error)})

    @staticmethod
    def _words(error):
        """What is said of an error: our own words as they are, another's with its kind."""
        own = isinstance(error, TypeError | ValueError) and str(error)
        return str(error) if own else f"{type(error).__name__}: {error}".removesuffix(": ")

    def _answer(self, content, buffers):
        kind = content.get("kind")
        if kind == "want":
            setting = self._check_setting({"value": content["setting"]})
            self._send_scenes([setting], wanted=True)
            self._send_scenes(_controls.neighbours(self._control_list, setting))
        elif kind == "edit":
            self.setting = content["setting"]
            self._put(content["grid"], content["row"], content["column"], content["value"])
            self._renew_soon()
        elif kind == "undo":
            self._take_back()
            self._renew_soon()
        elif kind == "upload":
            setting = self.setting
            restore, words = self._upload(content["name"], bytes(buffers[0]))
            self._edits.append((setting, restore))
            self._send_changed()
            if words:
                self.send({"kind": "told", "words": words})
            self._renew_soon()
