"""``python -m convviz``: the same as the command ``convviz``."""

import sys

from convviz.cli import main

if __name__ == "__main__":
    sys.exit(main())
