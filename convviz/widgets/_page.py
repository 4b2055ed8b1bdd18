"""A widget as a page of its own: it plays from a file, without kernel, server or network."""

import base64
import json
from html import escape

#: What a widget expects of its model, without a kernel behind it.
_MODEL = """
const heard = {};
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; (heard[`change:${name}`] ?? []).forEach((act) => act()); },
  save_changes() {},
  send() { throw new Error("no kernel"); },
  on: (name, act) => { (heard[name] ??= []).push(act); },
  off: (name, act) => { heard[name] = (heard[name] ?? []).filter((other) => other !== act); },
};
"""


def page(widget):
    """The widget as the text of one HTML file.

    Parameters
    ----------
    widget : Player

    Returns
    -------
    str
        Everything is inside: the player, its style, and the scenes precomputed for its sliders.
    """
    names = ("_head", "_sliders", "_presets", "_undoable", "setting", "step")
    state = json.dumps({name: getattr(widget, name) for name in names}, ensure_ascii=False)
    bundle = base64.b64encode(widget._page_bundle()).decode()
    title = escape(repr(widget))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title>\n<style>:root {{ color-scheme: light dark; }}\n{widget._css}</style>"
        '</head>\n<body><div id="player"></div>\n<script type="module">\n'
        f"const state = {_inside_script(state)};\n"
        f'state._bundle = Uint8Array.from(atob("{bundle}"), (letter) => letter.charCodeAt(0));\n'
        f"{_MODEL}\n"
        f"{str(widget._esm).replace('export default {', 'const player = {')}\n"
        'await player.render({ model, el: document.getElementById("player") });\n'
        "</script></body></html>\n"
    )


def _inside_script(text):
    """JSON that cannot end the script it stands in."""
    return text.replace("<", "\\u003c")
