"""The figures of the documentation, measured: each script says which."""

import os

# what is timed are the compiled loops, not what answers until they are compiled
os.environ.setdefault("CONVVIZ_WAIT", "1")
