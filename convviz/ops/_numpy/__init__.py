"""Doubles of the compiled loops, by NumPy: they answer until those are compiled.

Each has the name, the arguments and the effect of the loop in `convviz.ops._kernels` that it
stands in for, and adds in the same order, so that the two agree to the last bit; but for those that
a module names in `INEXACT`, whose last digit may be another.
"""
