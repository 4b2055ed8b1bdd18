"""SEQ: sound and sequences. The numbers that the lectures must show."""

TEXTS = {
    "SEQ-1": [
        # a network along time: the answer moves along; what a scan saves; places filled in
        "largest 4 at place 2",
        "largest 4 at place 5",
        "515 parameters",
        "cut out 6072, one frame more 504: 12.0 times",
        "scan (1, 3, 86) the same: True",
        "begun at frame 0: [0, 0, 0, 0, 0]",
        "begun at frame 1: [0, 4, 0, 0]",
        "stitched: [0, 0, 0, 4, 0, 0, 0, 0, 0]",
        "one run, dilation 2: True",
        "time-delay 1492 parameters, later ones above 90 %: True",
        "dense, 30 hidden 16714 parameters, later ones above 90 %: False",
    ],
    "SEQ-2": [
        "4 bands higher: the answer moved up by 4",
        "3268 parameters",
        "time-delay has more than 70 % of the children's later words: False",
        "both ways has more than 70 % of the children's later words: True",
        "published phone errors on TIMIT: dense 22.3 %, CNN 18.7 %",
    ],
    "SEQ-3": [
        "L = 3: 2^3 = 8, in the network 8",
        "L = 10: 2^10 = 1024, in the network 1024",
        "changed outputs: [20, 21, 22, 23, 24, 25, 26, 27]",
        "DilatedStack: dilations 1, 2, 4, 8, kernel 2, causal: field 16 of 18",
        "loss below 0.8: True",
    ],
}
