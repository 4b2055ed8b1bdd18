"""The autograder: how homework is released to students, collected again and marked.

`docs/grading.md` tells the whole story on one page. Nothing is imported here, so that a kernel
that needs one small module does not load the rest.
"""
