"""A real JupyterLab, started by ``convviz lab``, in a real Chromium.

A test asks for ``lab`` and ``desk``, where JupyterLab stays open, or ``page``, which is empty::

    def test_a_lecture_plays(lab, desk):
        lab.open(desk, "lectures/01_convolution.ipynb")
        lab.run_all(desk)
        lab.theme(desk, "dark")
"""

import contextlib
import json
import os
import shutil
from urllib.parse import quote

import nbformat
import pytest

_THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
_SECONDS = 1000
_WINDOW = {"width": 1280, "height": 900}
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but the machine itself can be reached: a page that needs the network fails here.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def _missing(reason):
    """Skip, or fail where a browser is part of the bargain."""
    if os.environ.get("CONVVIZ_REQUIRE_BROWSER") == "1":
        pytest.fail(f"CONVVIZ_REQUIRE_BROWSER=1, but {reason}", pytrace=False)
    pytest.skip(reason)


def unexpected(error):
    """The error as text, unless none but JupyterLab's own files took part in it.

    Now and then JupyterLab removes an output's element twice while a notebook is being run.
    """
    places = [line for line in (error.stack or "").splitlines() if "://" in line]
    theirs = places and all("/static/lab/" in line for line in places)
    return [] if theirs else [f"{error}\n{error.stack}"]


@pytest.fixture(scope="session")
def chromium():
    """Return a running Chromium, or skip with the reason why there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing('playwright is not installed: pip install -e ".[test]"')
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        _missing(f"none of {', '.join(names)} is on the PATH: install Chromium (apt, brew, …)")
    # Chromium's sandbox refuses to run as root, which is who runs tests in a container.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=FLAGS + ["--no-sandbox"] * root
        )
        yield browser
        browser.close()


class Lab:
    """A running JupyterLab on copies of the notebooks.

    Attributes
    ----------
    url : str
        The server's address without a slash at its end.
    token : str
    folder : pathlib.Path
        The folder JupyterLab shows: notebooks written here can be opened.
    """

    def __init__(self, server, folder):
        self.url, self.token, self.folder = server.url, server.token, folder

    def open(self, page, notebook, theme="light"):
        """Open a notebook, named relative to the folder, alone and with its kernel ready.

        Where JupyterLab is on the page, it closes what is open and takes the notebook in its place.
        """
        page.set_default_timeout(30 * _SECONDS)
        if page.evaluate("'jupyterapp' in window"):
            self._evaluate(page, _INSTEAD % json.dumps(notebook))
        else:
            # A workspace for each page: what another left open must not come back.
            place = f"{self.url}/lab/workspaces/{id(page)}/tree/{quote(notebook)}"
            page.goto(f"{place}?token={self.token}&reset")
        page.wait_for_function(
            "path => window.jupyterapp?.shell.currentWidget?.context?.path === path",
            arg=notebook,
            timeout=60 * _SECONDS,
        )
        self._evaluate(page, "await panel.context.ready; await panel.sessionContext.ready;")
        self.theme(page, theme)

    def theme(self, page, name):
        """Change to the ``"light"`` or the ``"dark"`` theme and wait until it is painted."""
        page.evaluate(
            "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", _THEMES[name]
        )
        page.wait_for_function(
            "theme => document.body.dataset.jpThemeName === theme", arg=_THEMES[name]
        )

    def run_all(self, page, seconds=120):
        """Run all cells to their end; a cell's error fails the test with its words."""
        page.set_default_timeout(seconds * _SECONDS)
        errors = self._evaluate(
            page,
            """
            await jupyterapp.commands.execute('notebook:run-all-cells');
            return panel.content.model.toJSON().cells.flatMap((cell, index) =>
              (cell.outputs ?? []).filter(output => output.output_type === 'error')
                .map(output => `cell ${index}: ${output.ename}: ${output.evalue}`));
            """,
            seconds,
        )
        assert not errors, "\n".join(errors)

    def run_cell(self, page, index):
        """Run one cell to its end."""
        self._evaluate(
            page,
            f"panel.content.activeCellIndex = {index};"
            " await jupyterapp.commands.execute('notebook:run-cell');",
        )

    def cell(self, page, index):
        """Scroll to a cell, which JupyterLab may have taken out of the page; return its locator."""
        self._evaluate(page, f"await panel.content.scrollToItem({index}, 'start');")
        cell = page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{index}']")
        cell.wait_for()
        return cell

    def _evaluate(self, page, body, seconds=60):
        # page.evaluate has no time limit of its own, and a kernel that hangs gives no answer.
        return page.evaluate(
            """([body, seconds]) => Promise.race([
                 new Function('panel', `return (async () => {${body}})()`)(
                   jupyterapp.shell.currentWidget),
                 new Promise((_, reject) => setTimeout(
                   () => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000))
               ])""",
            [body, seconds],
        )


# The kernel ends before the notebook is opened again, else it would be found with what it knows.
_INSTEAD = """
await panel?.sessionContext?.shutdown();
panel?.dispose();
jupyterapp.shell.expandLeft();
await jupyterapp.commands.execute('docmanager:open', {path: %s});
"""


@pytest.fixture(scope="session")
def lab(chromium, start_lab, tmp_path_factory):
    """Start ``convviz lab`` on copies of the notebooks; see :class:`Lab`."""
    folder = tmp_path_factory.mktemp("notebooks")
    server = start_lab(
        *("--no-browser", "--port", "0", "--notebooks", folder),
        *("--", "--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"),
    )
    return Lab(server.wait_until_ready(), folder)


# JupyterLab makes a notebook's cells when the browser has nothing else to do, else a tenth of a
# second's worth every three seconds: on a busy machine a notebook would take half a minute to be there.
_IDLE = """window.requestIdleCallback = then =>
    setTimeout(() => then({didTimeout: false, timeRemaining: () => 50}));
    window.cancelIdleCallback = clearTimeout;"""


@contextlib.contextmanager
def _new_page(chromium):
    """An empty page of a browser that knows nothing, and the errors in it that nothing catches."""
    errors = []
    with chromium.new_context(viewport=_WINDOW) as context:
        context.add_init_script(_IDLE)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.extend(unexpected(error)))
        yield page, errors


@pytest.fixture
def page(chromium):
    """Return an empty page; an error in it that nothing catches fails the test."""
    with _new_page(chromium) as (page, errors):
        yield page
    assert not errors, "errors in the page: " + "; ".join(errors)


@pytest.fixture(scope="session")
def _desk(chromium):
    with _new_page(chromium) as found:
        yield found


@pytest.fixture(scope="module")
def desk(_desk):
    """Return a page for all tests: loading JupyterLab takes longer than most of them.

    An error in it that nothing catches fails the module it belongs to.
    """
    page, errors = _desk
    page.set_viewport_size(_WINDOW)
    yield page
    found = errors.copy()
    errors.clear()
    assert not found, "errors in the page: " + "; ".join(found)


@pytest.fixture(scope="module")
def shown(request, lab, desk):
    """A page with a notebook of the widgets that the module lists in CALLS, run."""
    sources = ["from convviz import widgets", *(f"widgets.{call}" for call in request.module.CALLS)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    name = f"{request.module.__name__.rpartition('.')[2]}.ipynb"
    nbformat.write(notebook, lab.folder / name)
    desk.set_viewport_size({"width": 1280, "height": 1000})
    lab.open(desk, name)
    desk.evaluate("jupyterapp.shell.collapseLeft()")
    lab.run_all(desk)
    return desk


@pytest.fixture
def player(lab, shown):
    """player(n) scrolls to the player of the n-th of CALLS, from 1."""

    def found(n):
        cell = lab.cell(shown, n)
        cell.scroll_into_view_if_needed()
        cell.locator(".cv-cells").first.wait_for()
        return cell.locator(".cv-player")

    return found


@pytest.fixture
def sticking(shown, player):
    """sticking(n, width) lists what reaches beyond the right edge of a player in a window that wide."""

    def found(n, width):
        shown.set_viewport_size({"width": width, "height": 1000})
        shown.wait_for_timeout(100)
        return player(n).evaluate(_STICKING)

    yield found
    shown.set_viewport_size({"width": 1280, "height": 1000})


# A grid wider than its stage is moved sideways; its label must fit all the same.
_STICKING = """player => { const edge = player.getBoundingClientRect().right + 1;
    return [...player.querySelectorAll('*')].filter(it => !it.closest('.cv-stage') || it.closest('.cv-label'))
      .filter(it => it.getBoundingClientRect().right > edge).map(it => it.className); }"""
