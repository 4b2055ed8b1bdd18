"""Training whole networks beside PyTorch: how fast, how well, how much memory.

    python -m benchmarks.networks --write

Our side is `nn.fit` with all that belongs to it: batches, optimiser, records, progress bar. Theirs
is the plain loop that its tutorials teach: a permutation, batches by indices, forward, backward,
step. Both begin with the same numbers, in one process, turn and turn about; a ratio is the median
of those of the rounds. Memory is that of processes of their own.

MNIST is read as `convviz.datasets.mnist` does: name its folder in CONVVIZ_MNIST. Without it, those
rows are left out.
"""

import argparse
import ctypes
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

import convviz
from convviz import datasets, models, nn

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- networks: begin -->", "<!-- networks: end -->"
NETS = {
    "LeNet-5": models.lenet5,
    "small VGG": models.small_vgg,
    "small Inception": models.small_inception,
    "small ResNet": models.small_resnet,
    "small DenseNet": models.small_densenet,
}
# network, batch, steps of a round, at least so many times PyTorch's speed
SPEED = [
    ("LeNet-5", 1, 400, 8), ("LeNet-5", 32, 100, 3.5), ("LeNet-5", 64, 60, 3.5),
    ("LeNet-5", 128, 40, 3.5), ("LeNet-5", 256, 20, 3.5), ("small VGG", 64, 6, 1.2),
    ("small Inception", 64, 8, 1.2), ("small ResNet", 64, 4, 1.2), ("small DenseNet", 64, 6, 1.2),
]  # fmt: skip
MEMORY = [("LeNet-5", 256), ("small VGG", 128), ("small ResNet", 128), ("small DenseNet", 128)]
RATE, MOMENTUM = 0.02, 0.9


def digits():
    images, labels = datasets.digits(size=32)
    return images[:, None], labels


def ours(net, data, batch, epochs=1, lr=RATE, **options):
    optimizer = nn.SGD(net.parameters(), lr=lr, momentum=MOMENTUM)
    with open(os.devnull, "w") as silence:
        before, sys.stderr = sys.stderr, silence
        try:
            nn.fit(net, data, optimizer=optimizer, batch_size=batch, epochs=epochs, **options).run()
        finally:
            sys.stderr = before


def theirs(net, data, batch, epochs=1, lr=RATE, seed=0):
    import torch

    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=MOMENTUM)
    x, labels = (torch.from_numpy(array) for array in data)
    order = torch.Generator().manual_seed(seed)
    net.train()
    for _ in range(epochs):
        for which in torch.randperm(len(x), generator=order).split(batch):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(net(x[which]), labels[which])
            loss.backward()
            optimizer.step()
            loss.item()


def timed(call, *arguments, **options):
    time.sleep(0.01)
    start = time.perf_counter()
    call(*arguments, **options)
    return time.perf_counter() - start


def speed(rounds):
    """Rows (network, batch, PyTorch's ms a step, ours, ratio, bar)."""
    from benchmarks._torch_nets import as_torch

    x, labels = digits()
    rows = []
    for name, batch, steps, bar in SPEED:
        count = steps * batch
        data = np.resize(x, (count, *x.shape[1:])), np.resize(labels, count)
        nn.manual_seed(0)
        net = NETS[name]()
        peer = as_torch(net)
        pairs = []
        for round_ in range(rounds + 1):
            sides = [(theirs, peer), (ours, net)]
            times = {}
            for run, mine in sides if round_ % 2 else sides[::-1]:
                times[run] = timed(run, mine, data, batch, lr=1e-4) / steps * 1e3
            if not round_:
                convviz.wait_until_compiled()  # and the first round does not count
                continue
            pairs.append((times[theirs], times[ours]))
        medians = [statistics.median(column) for column in zip(*pairs, strict=True)]
        ratio = statistics.median(their / mine for their, mine in pairs)
        rows.append((name, batch, *medians, ratio, bar))
        print(rows[-1], flush=True)
    return rows


def accuracy(seeds):
    """The accuracies of LeNet-5 on digits that it has not seen: (PyTorch's, ours) a seed."""
    import torch

    from benchmarks._torch_nets import as_torch

    found = []
    x, labels = digits()
    for seed in range(seeds):
        train, test = datasets.split(x, labels, seed=seed)
        nn.manual_seed(seed)
        net = models.lenet5()
        peer = as_torch(net)
        ours(net, train, 32, 20, seed=seed)
        theirs(peer, train, 32, 20, seed=seed)
        with torch.no_grad():
            answers = peer.eval()(torch.from_numpy(test[0])).argmax(1).numpy()
        found.append(((answers == test[1]).mean(), nn.evaluate(net, test).accuracy))
        print(found[-1], flush=True)
    return found


def mnist(epochs):
    """Seconds of an epoch (PyTorch's, ours), and our accuracy after each epoch; or None."""
    from benchmarks._torch_nets import as_torch

    try:
        train, test = datasets.mnist()
    except FileNotFoundError as error:
        print(error)
        return None
    border = ((0, 0), (0, 0), (2, 2), (2, 2))
    train, test = ((np.pad(x[:, None], border), labels) for x, labels in (train, test))
    nn.manual_seed(0)
    net = models.lenet5()
    peer = as_torch(net)
    pairs = [(timed(theirs, peer, train, 64), timed(ours, net, train, 64)) for _ in range(3)]
    nn.manual_seed(0)
    net = models.lenet5()
    optimizer = nn.SGD(net.parameters(), lr=0.05, momentum=MOMENTUM, weight_decay=5e-4)
    schedule = nn.StepLR(optimizer, 3, 0.3)
    run = nn.fit(net, train, test, optimizer=optimizer, schedule=schedule, epochs=epochs,
                 batch_size=64, progress=False)  # fmt: skip
    scores = [record.val_accuracy for record in run if record.val_accuracy is not None]
    return [statistics.median(column) for column in zip(*pairs, strict=True)], scores


CHILD = """
from benchmarks import networks
print(networks.peak({name!r}, {batch}, {side!r}))
"""


def peak(name, batch, side):
    """Bytes by which the memory of this process grows, at most, in some steps of training.

    What is kept from step to step counts, and what the process has loaded meanwhile; what a first
    run needs to compile does not.
    """
    import torch  # in both, so that what it takes is in neither

    from benchmarks._torch_nets import as_torch

    for threads in (torch.set_num_threads, convviz.set_num_threads):
        threads(2)
    x, labels = digits()
    small, data = (x[:4], labels[:4]), (x[: 3 * batch], labels[: 3 * batch])
    net = NETS[name]()
    run, net = (ours, net) if side == "ours" else (theirs, as_torch(net))
    run(net, small, 2)
    convviz.wait_until_compiled()
    before = _status("VmRSS")
    run(net, data, batch)
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    run(net, data, batch)
    return _status("VmHWM") - before


def _status(what):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) * 1024


def memory():
    """Rows (network, batch, PyTorch's MB, ours)."""
    rows = []
    for name, batch in MEMORY:
        found = []
        for side in ("theirs", "ours"):
            program = CHILD.format(name=name, batch=batch, side=side)
            answer = subprocess.run(
                [sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True
            )
            found.append(json.loads(answer.stdout.splitlines()[-1]) / 1e6)
        rows.append((name, batch, *found))
        print(rows[-1], flush=True)
    return rows


def verdict(good):
    return "met" if good else "short"


def report(speeds, accuracies, digits_run, memories):
    lines = [
        f"Command: `python -m benchmarks.networks --write`; {os.cpu_count()} processors, two "
        f"threads, {os.getloadavg()[1]:.1f} programs running; {platform.system()}, Python "
        f"{platform.python_version()}, NumPy {version('numpy')}, Numba {version('numba')}, PyTorch "
        f"{version('torch')}.",
        "", "| a step of training | batch | PyTorch ms | ours ms | PyTorch ÷ ours | at least | |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, batch, their, mine, ratio, bar in speeds:
        lines.append(f"| {name} | {batch} | {their:.3f} | {mine:.3f} | {ratio:.2f} | {bar} | "
                     f"{verdict(ratio >= bar)} |")  # fmt: skip
    their, mine = (100 * statistics.mean(column) for column in zip(*accuracies, strict=True))
    lines += [
        "", "| how well | PyTorch | ours | asked for | |", "|---|---|---|---|---|",
        f"| LeNet-5, digits not seen, 20 epochs, mean of {len(accuracies)} seeds | {their:.2f} % | "
        f"{mine:.2f} % | at most 0.3 points less | {verdict(mine >= their - 0.3)} |",
    ]  # fmt: skip
    if digits_run:
        (slow, fast), scores = digits_run
        best = 100 * scores[-1]
        lines += [
            f"| LeNet-5, MNIST, {len(scores)} epochs |  | {best:.2f} % | 99.0 % | "
            f"{verdict(best >= 99)} |",
            f"| seconds of an epoch of MNIST, batch 64 | {slow:.1f} | {fast:.1f} | at most 2 | "
            f"{verdict(fast <= 2)} |",
        ]
    lines += ["", "| memory of training | batch | PyTorch MB | ours MB | ours ÷ PyTorch | at most | |",
              "|---|---|---|---|---|---|---|"]  # fmt: skip
    for name, batch, their, mine in memories:
        lines.append(f"| {name} | {batch} | {their:.0f} | {mine:.0f} | {mine / their:.2f} | 1.5 | "
                     f"{verdict(mine <= 1.5 * their)} |")  # fmt: skip
    return "\n".join(lines)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.networks")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    options = parser.parse_args(arguments)
    import torch

    torch.set_num_threads(2)
    convviz.set_num_threads(2)
    text = report(speed(options.rounds), accuracy(options.seeds), mnist(options.epochs), memory())
    print(text)
    if options.write:
        before, rest = README.read_text("utf-8").split(BEGIN)
        after = rest.split(END)[1]
        README.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
