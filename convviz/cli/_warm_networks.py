"""Networks that are trained a step or two, so that what training calls is compiled."""


def training(ones):
    """Networks of one answer, as lectures train them."""
    import numpy as np

    from convviz import models, nn, ops

    x, labels = ones(360, 1, 32, 32), np.zeros(360, int)
    dense = nn.Sequential(nn.Flatten(), nn.Linear(1024, 59), nn.ReLU(), nn.Linear(59, 10))
    sigmoids = nn.Sequential(nn.Flatten(), nn.Linear(1024, 32), nn.Sigmoid(), nn.Linear(32, 10))
    normalised = nn.Sequential(nn.Flatten(), nn.Linear(1024, 32), nn.BatchNorm(32), nn.ReLU(),
                               nn.Linear(32, 10))  # fmt: skip
    small = [models.small_vgg(), models.small_inception(), models.small_resnet(),
             models.small_densenet()]  # fmt: skip
    for net in (models.lenet5(), dense, sigmoids, normalised, *small):
        options = {"parameters": net.astype(x.dtype).parameters(), "lr": 0.01}
        optimizer = nn.Adam(**options) if net in small else nn.SGD(**options, momentum=0.9)
        # the last batch of an epoch is smaller
        nn.fit(net, (x[:61], labels[:61]), optimizer=optimizer, progress=False).run()
        ops.softmax(nn.predict(net, x))
        nn.evaluate(net, (x, labels))
        with nn.no_grad():
            net(x[:1])


def heads(ones):
    """A network of two answers, with the squared error of one of them."""
    import numpy as np

    from convviz import nn

    x, labels = ones(300, 1, 32, 32), np.zeros(300, int)
    trunk = nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 5), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 64), nn.ReLU(),
    )  # fmt: skip
    net = nn.MultiHead(trunk, label=nn.Linear(64, 4), corners=nn.Linear(64, 8))
    targets = {"label": labels[:48], "corners": ones(48, 8)}
    loss = nn.MultiLoss(label=nn.CrossEntropyLoss(), corners=nn.MSELoss())
    # the last batch of an epoch is smaller
    for made, data, measure in (
        (net, (x[:48], targets), loss),
        (nn.Sequential(trunk, nn.Linear(64, 22)), (x[:48], ones(48, 22)), nn.MSELoss()),
    ):
        adam = nn.Adam(made.astype(x.dtype).parameters())
        nn.fit(made, data, data, optimizer=adam, loss=measure, progress=False).run()
        nn.predict(made, x)
        with nn.no_grad():
            made(x[:8])
            made(x[:1])


def decoders(ones):
    """Networks that give back a picture: a class for each pixel, a digit without noise."""
    import numpy as np

    from convviz import models, nn

    x, masks = ones(300, 1, 32, 32), np.zeros((300, 32, 32), int)
    segments = models.small_segnet(5)
    codes = nn.Sequential(
        nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 4, 2, 1), nn.ReLU(),
        nn.Conv2d(16, 16, 4), nn.ConvTranspose2d(16, 16, 4), nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1),
        nn.Sigmoid(),
    )  # fmt: skip
    small = x[:, :, :16, :16].copy()
    for net, pictures, targets, loss, size in (
        (segments, x, masks, nn.CrossEntropyLoss(), 16), (codes, small, small, nn.MSELoss(), 32),
    ):  # fmt: skip
        adam = nn.Adam(net.astype(x.dtype).parameters())
        # the last batch of an epoch is smaller
        data = pictures[: 3 * size - 1], targets[: 3 * size - 1]
        nn.fit(net, data, optimizer=adam, loss=loss, batch_size=size, progress=False).run()
        nn.predict(net, pictures)
        nn.predict(net, pictures[:1])


def looks(ones):
    """A network that is looked into: layer by layer, and back to its images."""
    from convviz import inside, models

    images = ones(360, 1, 32, 32)
    net = models.lenet5().astype(images.dtype)
    for layer in ("conv1", "conv2", "relu4"):
        inside.strongest_patches(net, images, layer, 0, count=1)
    inside.effective_field(net, images[:48], "pool2", unit=0)
    for count in (1, 9):
        inside.saliency(net, images[:count], 3, layer="conv2", method="guided")
        for method in inside.METHODS:
            inside.saliency(net, images[:count], 3, method=method)
    for layer in ("conv1", "conv2", None):
        inside.activation_maximisation(net, (1, 32, 32), 3, layer=layer, steps=1)
    inside.occlusion(net, images[0], size=8, stride=2)


def sequences(ones):
    """Networks along time, on sounds: words, and the next sample."""
    import numpy as np

    from convviz import models, nn

    x, targets = ones(600, 24, 23), ones(600, 4)
    along_time = models.tdnn(4, features=24, frames=23, hidden=16)
    dense = nn.Sequential(
        nn.Flatten(), nn.Linear(24 * 23, 30), nn.Sigmoid(), nn.Linear(30, 4), nn.Sigmoid()
    )
    both = nn.Sequential(
        nn.Conv2d(1, 32, (7, 3)), nn.Tanh(), nn.MaxPool2d((3, 1)), nn.Conv2d(32, 4, (4, 5)),
        nn.Sigmoid(), nn.MaxPool2d((3, 1)), nn.AvgPool2d((1, 17)), nn.Flatten(),
    )  # fmt: skip
    sounds, levels = ones(33, 16, 96), np.zeros((33, 96), int)
    stack = models.wavenet(16, channels=16, layers=4)
    squares, crosses = nn.MSELoss(), nn.CrossEntropyLoss()
    for net, data, loss, size in (
        (along_time, (x, targets), squares, 32), (dense, (x, targets), squares, 32),
        (both, (x[:, None], targets), squares, 32), (stack, (sounds, levels), crosses, 16),
    ):  # fmt: skip
        adam = nn.Adam(net.astype(x.dtype).parameters())
        # the last batch of an epoch is smaller
        data = tuple(part[: 2 * size + size // 2] for part in data)
        nn.fit(net, data, optimizer=adam, loss=loss, batch_size=size, progress=False).run()
        if loss is squares:
            nn.evaluate(net, (data[0], np.zeros(len(data[0]), int)))
    parts = [nn.Sequential(*[*along_time][:4]), nn.Sequential(*[*both][:6])]
    for net, some in zip(parts, (x[:6], x[:6, None]), strict=True):
        nn.predict(net, some)
    models.generate(stack, [0] * 16, 2, field=16)
