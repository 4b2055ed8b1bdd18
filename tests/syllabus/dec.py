"""DEC: encoders and decoders. The numbers that the lectures must show."""

TEXTS = {
    "DEC-1": [
        # AlexNet down, DCGAN up, SegNet down and up.
        "conv1 (96, 55, 55)",
        "pool5 (256, 6, 6)",
        "3×3 filter, pushes along the middle row",
        "up1 (1024, 4, 4)",
        "up4 (128, 32, 32)",
        "up5 (3, 64, 64)",
        "discriminator: 11,036,160 parameters, 64×64 → (1,)",
        "DCGAN generator, 100×1×1 → 3×64×64, 12,658,432 parameters",
        "pooled [[9, 7], [6, 7]] places [[1, 7], [12, 11]]",
        "larger [[0, 9, 0, 0], [0, 0, 0, 7], [0, 0, 0, 7], [6, 0, 0, 0]]",
        "pooled again, the same: True",
        "pool5 (512, 11, 15)",
        "unpool5 (512, 22, 30)",
        "(12, 360, 480), 29,449,932 parameters",
        "scores (1, 5, 32, 32)",
        "IoU of ground and of any shape above 0.6: True",
        "and of each shape by its name above 0.3: True",
    ],
    "DEC-2": [
        "(16, 1, 1) (1, 16, 16)",
        "at least half of the noise is gone: True",
    ],
}
