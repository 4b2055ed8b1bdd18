"""Loaded first by the process that marks a submission, to make its start a third as long.

jsonschema, which nbformat imports, compiles a grammar of addresses (RFC 3987) when the optional
package for it is installed, as it is with JupyterLab. That takes over a second for each submission
and checks a format that no notebook has. None in its place reads as "not installed".
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)
