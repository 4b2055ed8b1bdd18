swapped = {"column": [-1, 0, 1], "row": [1, 2, 1]}
sign_turned = {"column": [1, 2, 1], "row": [1, 0, -1]}
twice_as_large = {"column": [2, 4, 2], "row": [-1, 0, 1]}
of_the_example = {"column": [1, 2, 1], "row": [1, 2, 1]}
too_few = {"column": [1, 2], "row": [-1, 0, 1]}
