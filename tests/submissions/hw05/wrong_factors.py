swapped = {"column": [2, -1, 1], "row": [1, 3, -2]}
sign_turned = {"column": [1, 3, -2], "row": [-2, 1, -1]}
twice_as_large = {"column": [2, 6, -4], "row": [2, -1, 1]}
of_the_example = {"column": [1, 2, 1], "row": [1, 2, 1]}
too_few = {"column": [1, 3], "row": [2, -1, 1]}
