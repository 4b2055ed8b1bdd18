"""Any network of `convviz.nn` as one of PyTorch, with the same numbers to begin with."""

import torch

from convviz import nn

_PLAIN = {
    nn.ReLU: lambda layer: torch.nn.ReLU(),
    nn.Tanh: lambda layer: torch.nn.Tanh(),
    nn.Flatten: lambda layer: torch.nn.Flatten(),
    nn.Identity: lambda layer: torch.nn.Identity(),
    nn.Dropout: lambda layer: torch.nn.Dropout(layer.p),
    nn.Linear: lambda layer: torch.nn.Linear(layer.in_features, layer.out_features),
    nn.BatchNorm: lambda layer: torch.nn.BatchNorm2d(layer.num_features),
    nn.MaxPool2d: lambda layer: torch.nn.MaxPool2d(layer.kernel_size, layer.stride, layer.padding),
    nn.AvgPool2d: lambda layer: torch.nn.AvgPool2d(layer.kernel_size, layer.stride),
    nn.AdaptiveAvgPool2d: lambda layer: torch.nn.AdaptiveAvgPool2d(layer.output_size),
    nn.Conv2d: lambda layer: torch.nn.Conv2d(
        layer.in_channels, layer.out_channels, layer.kernel_size, layer.stride, layer.padding,
        layer.dilation, layer.groups, layer.bias is not None,
    ),
}  # fmt: skip


class _Residual(torch.nn.Module):
    def __init__(self, parts):
        super().__init__()
        self.body, self.shortcut = parts

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


class _Concat(torch.nn.ModuleList):
    def forward(self, x):
        return torch.cat([branch(x) for branch in self], 1)


def as_torch(net):
    """The same layers, parameters copied."""
    made = _made(net)
    pairs = zip(net.parameters(), made.parameters(), strict=True)
    with torch.no_grad():
        for ours, theirs in pairs:
            theirs.copy_(torch.from_numpy(ours.data))
    return made


def _made(module):
    if type(module) in _PLAIN:
        return _PLAIN[type(module)](module)
    parts = [_made(part) for part in module.children().values()]
    kinds = {
        nn.Sequential: lambda: torch.nn.Sequential(*parts),
        nn.Residual: lambda: _Residual(parts),
        nn.Concat: lambda: _Concat(parts),
    }
    return kinds[type(module)]()
