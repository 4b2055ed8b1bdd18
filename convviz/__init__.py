"""Convolutional neural networks on numbers you can change.

The submodules load on first use, so that ``import convviz`` costs next to nothing:

>>> import convviz
>>> convviz.geometry.conv_output_size(7, 3, stride=2, padding=1)
4
"""

import lazy_loader as _lazy

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=[
        "checks",
        "datasets",
        "figures",
        "geometry",
        "inside",
        "models",
        "nn",
        "ops",
        "reference",
        "scenes",
        "widgets",
    ],
    submod_attrs={
        "ops._startup": ["wait_until_compiled"],
        "ops._threads": ["get_num_threads", "set_num_threads"],
    },
)
