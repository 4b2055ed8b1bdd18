"""``convviz refresh``: run notebooks from top to bottom and store what they print and draw."""

import sys
import time
from pathlib import Path

# Widgets live only while their kernel does; the still pictures beside them stay.
_LIVE_ONLY = "application/vnd.jupyter.widget-view+json"
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def add_parser(subparsers):
    """Add the subcommand ``refresh``."""
    parser = subparsers.add_parser(
        "refresh",
        help="run notebooks from top to bottom and store their outputs",
        description="Runs each notebook in a fresh kernel and stores its outputs: text, still "
        "pictures, no live widgets. For authors; a notebook that fails is left as it was.",
    )
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--timeout", type=int, default=120, help="seconds a cell may take (120)")
    parser.set_defaults(run=run)


def run(options):
    """Refresh every notebook named; 1 if one could not be."""
    failed = False
    for path in options.notebooks:
        start = time.perf_counter()
        trouble = _refresh(path, options.timeout)
        if trouble:
            print(f"convviz refresh: {path}: {trouble}", file=sys.stderr)
            failed = True
        else:
            print(f"{path}: {time.perf_counter() - start:.1f} s")
    return int(failed)


def _refresh(path, timeout):
    """Run one notebook and store it; returns what went wrong, or None."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    if not path.is_file():
        return "there is no such file"
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:
        return f"it is no notebook that can be read ({type(error).__name__})"
    client = NotebookClient(
        notebook, timeout=timeout, kernel_name="python3", store_widget_state=False,
        record_timing=False, resources={"metadata": {"path": str(path.parent)}},
        coalesce_streams=True,  # where a stream breaks into two outputs is chance
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError) as error:
        return f"a cell failed, nothing was stored:\n{error}"
    clean(notebook)
    part = path.with_name(path.name + ".part")
    nbformat.write(notebook, part)
    part.replace(path)
    return None


def clean(notebook):
    """Take out of an executed notebook what belongs to one run only."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = dict(_KERNEL)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(_LIVE_ONLY, None)
