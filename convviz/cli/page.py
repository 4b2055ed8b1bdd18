"""``convviz page``: lectures as web pages that need neither a kernel nor the network."""

import re
import sys
from pathlib import Path

_TEMPLATE = Path(__file__).with_name("page.html.j2")
_FORMULA = re.compile(r"\$([^$]+)\$")


def add_parser(subparsers):
    """Add the subcommand ``page``."""
    parser = subparsers.add_parser(
        "page",
        help="write notebooks as web pages to read without a kernel",
        description="Writes each notebook with its stored outputs as one HTML file: formulas, "
        "pictures and styles inside, answers folded, nothing fetched from the network.",
    )
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--to", type=Path, metavar="FOLDER",
                        help="where the pages go (default: beside each notebook)")
    parser.add_argument("--force", action="store_true", help="replace pages that are there")
    parser.set_defaults(run=run)


def run(options):
    """Write a page for every notebook named; 1 if one could not be."""
    failed = False
    for path in options.notebooks:
        page = (options.to or path.parent) / path.with_suffix(".html").name
        trouble = _write(path, page, options.force)
        print(f"convviz page: {path}: {trouble}" if trouble else page,
              file=sys.stderr if trouble else sys.stdout)
        failed |= bool(trouble)
    return int(failed)


def _write(path, page, force):
    """Write one page; returns what went wrong, or None."""
    import nbformat

    if not path.is_file():
        return "there is no such file"
    if page.exists() and not force:
        return f"{page} is there already; --force replaces it"
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:
        return f"it is no notebook that can be read ({type(error).__name__})"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(html(notebook, path.stem), encoding="utf-8")
    return None


def html(notebook, title):
    """A notebook as the text of a page that stands alone.

    Formulas become MathML, which browsers draw themselves; a cell whose source JupyterLab
    hides (the answer to a prediction) is folded.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    title : str

    Returns
    -------
    str
    """
    exporter = _exporter()(raw_template=_TEMPLATE.read_text(encoding="utf-8"))
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title, "path": ""}})
    return page


def _exporter():
    """The exporter's class; nbconvert is loaded only for this command."""
    from html import unescape

    from latex2mathml.converter import convert
    from nbconvert.exporters.html import HTMLExporter
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):
        def inline_math(self, body):
            return convert(body)

        def block_math(self, body):
            return convert(body, display="block")

        def block_html(self, html):
            # An answer folded on one line: Markdown leaves such a block as it is.
            return _FORMULA.sub(lambda found: convert(unescape(found[1])), html)

    class PageExporter(HTMLExporter):
        def markdown2html(self, source):
            return MarkdownWithMath(renderer=Renderer(escape=False)).render(source)

    return PageExporter
