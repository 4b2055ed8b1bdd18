"""nbformat, imported in a third of the time.

jsonschema, which it imports, compiles a grammar of addresses (RFC 3987) when the optional package
for it is installed, as it is with JupyterLab. That takes over a second in each process, and checks
a format that no notebook has.
"""

import sys

_GRAMMAR = "rfc3987_syntax"

_unknown = _GRAMMAR not in sys.modules
if _unknown:
    sys.modules[_GRAMMAR] = None  # reads as "not installed"
try:
    import nbformat
    import nbformat.v4
finally:
    if _unknown:
        del sys.modules[_GRAMMAR]

__all__ = ["nbformat"]
