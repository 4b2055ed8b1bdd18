the_average_of_both_sides = {
    "the 3": {"up": 1, "down": 1},
    "the 2": {"up": 0, "down": 0},
    "the first 3": {"up": 0.5, "down": 0.5},
}
the_winner_always_moves_it = {
    "the 3": {"up": 1, "down": 1},
    "the 2": {"up": 0, "down": 0},
    "the first 3": {"up": 1, "down": 1},
}
sign_of_the_step = {
    "the 3": {"up": 1, "down": -1},
    "the 2": {"up": 0, "down": 0},
    "the first 3": {"up": 1, "down": 0},
}
everybody_moves_it = {
    "the 3": {"up": 1, "down": 1},
    "the 2": {"up": 1, "down": 1},
    "the first 3": {"up": 1, "down": 0},
}
