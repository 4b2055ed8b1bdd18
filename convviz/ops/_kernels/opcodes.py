"""The numbers that stand for instructions and activations in a program."""

(PRODUCT, CORRELATE, LARGEST, SEND, MEAN, SHARE, SUMS, ACTIVATE, SLOPE, ZERO, GATHER, AIM, SCATTER,
 ROWS, KEEP, COPY, DENSE, DENSE_BACK, LOSS) = range(19)  # fmt: skip
RELU, LEAKY, SIGMOID, TANH = range(4)
