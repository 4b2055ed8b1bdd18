"""BIO: where the idea came from. The numbers that the lectures must show."""

TEXTS = {
    # A simple cell: an upright bar, a lying one, one beside the stripe, light all over; the curve.
    "BIO-1": [
        "[[0, 1, 0], [0, 1, 0], [0, 1, 0]] answer 6",
        "[[0, 0, 0], [1, 1, 1], [0, 0, 0]] answer 0",
        "[[1, 0, 0], [1, 0, 0], [1, 0, 0]] answer 0",
        "[[1, 1, 1], [1, 1, 1], [1, 1, 1]] answer 0",
        [6.2, 19.2, 33.8, 39.8, 33.8, 19.2, 8, 0.2, 0, 0, 0, 0.2],
        "OrientationTuning: field 7×7, bar shifted by 0, simple cell best at 45° (39.8), 12 steps",
        [[0, 6], [0, 6]],
        # A complex cell, the largest of a bank of simple ones, keeps what the simple one loses.
        "0 answer 39.0 largest answer 39.0",
        "1 answer 7.3 largest answer 38.2",
        "2 answer 1.2 largest answer 36.6",
        "3 answer 1.4 largest answer 16.2",
    ],
    "BIO-2": [
        # u_S of r = 3, and the likeness at which it falls silent; u_C; one presentation.
        "2 pixels of the bar: likeness 0.71, u_S 0",
        "3 pixels of the bar: likeness 0.87, u_S 0.335",
        "4 pixels of the bar: likeness 1.00, u_S 0.750",
        [[0.4, 0.4, 0], [0.4, 0.4, 0], [0, 0, 0], [0, 0.4, 0.4], [0, 0.4, 0.4], [0, 0, 0]],
        "answer both times: 2",
        "u_S [0.0923 0.0855 0.1023] winner: plane 2 b [0 0 4]",
        "Neocognitron: 12 pictures 8×8, 4 planes, r 2 → 3 planes learn, each one kind, 24 steps",
        # Digits that it never saw, named after the planes that answer; moved; with a teacher.
        "right: 426 of 451",
        "loops equal engine: True",
        "with C-cells: right when moved by 0, 1, 2: 426 425 183 of 451",
        "without: right when moved by 0, 1, 2: 402 136 34 of 451",
        "planes with names: right 86%, moved by 1 85%",
        "output layer: 490 learned, right 87%, moved by 1 85%",
        "LeNet: 14506 learned, right 91%, moved by 1 67%",
    ],
}
