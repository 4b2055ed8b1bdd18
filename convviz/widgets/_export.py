"""A widget where it is not live: as a file, as a page, as a picture in a stored notebook."""

from pathlib import Path

from convviz.widgets._stills import beside


class Exported:
    """What a player can be turned into; for a class with ``scene``, ``step`` and ``_head``."""

    def save_page(self, path):
        """Write the widget as one HTML file that plays without kernel or network.

        The file carries the settings that were sent to the notebook at first: all of them where
        they are few, else every single move from the setting shown, and the presets; of very large
        scenes only some.

        Parameters
        ----------
        path : str or Path
            A file ending in ``.html``.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        ValueError
            If the name does not end in ``.html``.
        """
        from convviz.widgets._page import page

        path = Path(path)
        if path.suffix.lower() != ".html":
            raise ValueError(f"path={str(path)!r} does not end in .html: name it {path.stem}.html")
        path.write_text(page(self), encoding="utf-8")
        return path

    def save(self, path, step=None, *, seconds_per_step=0.5, scale=2.0):
        """Write what the widget shows to a file whose ending says the format.

        Parameters
        ----------
        path : str or Path
            ``.svg`` and ``.png`` show one step; ``.gif`` and ``.mp4`` play all of them.
        step : int, optional
            For the still formats; the step the widget shows when None.
        seconds_per_step, scale
            As for :func:`convviz.figures.save`.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        TypeError, ValueError, RuntimeError
            As :func:`convviz.figures.save`.
        """
        from convviz import figures

        scene = self.scene()
        if step is None and scene.steps:
            step = min(self.step, len(scene.steps) - 1)
        return figures.save(scene, path, step, seconds_per_step=seconds_per_step, scale=scale)

    def _still(self):
        """The scene that stands for the widget where it is not live: it gives no answer away."""
        scene = self.scene()
        return scene.asked() if self._asks() else scene

    def _asks(self):
        """Whether there is a question, and the reader is to be asked."""
        return self._head["predict"] and self.scene().question is not None

    def __repr__(self):
        return repr(self._still())

    def _repr_mimebundle_(self, **kwargs):
        scene = self._still()
        # A step that was asked for; else the one that stands for the scene.
        step = self.step if 0 < self.step < len(scene.steps) else None
        until = 0 if self._asks() else None
        bundle = super()._repr_mimebundle_(**kwargs)
        return beside(bundle, scene, repr(scene), step=step, until=until)
