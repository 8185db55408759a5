"""Layers of the twins that PyTorch does not have, or that MindSpore has in its own way."""

import torch
import torch.nn.functional as F
from torch import nn


class RationalTanh(torch.autograd.Function):
    """`ops.tanh` of MindSpore 2.10 on a CPU: a rational function, +-1 beyond 5, with the derivative 1 - y^2."""

    @staticmethod
    def forward(ctx, x):
        s = x * x
        y = x * (((s + 378) * s + 17325) * s + 135135) / (((28 * s + 3150) * s + 62370) * s + 135135)
        y = torch.where(x.abs() > 5, x.sign(), y)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, gradient):
        (y,) = ctx.saved_tensors
        return gradient * (1 - y * y)


class Tanh(nn.Module):
    """The exact tanh, or MindSpore's."""

    def __init__(self, exact: bool):
        super().__init__()
        self.exact = exact

    def forward(self, x):
        return torch.tanh(x) if self.exact else RationalTanh.apply(x)


class Mask(nn.Module):
    """Dropout of channels by a mask `(N, C, 1, 1)` that is given from outside."""

    def __init__(self, num_images: int, channels: int):
        super().__init__()
        self.register_buffer("mask", torch.ones(num_images, channels, 1, 1))

    def forward(self, x):
        return x * self.mask


class Residual(nn.Module):
    """x + F(x), F being BN, ReLU and a 3x3 convolution, twice (He et al. 2016)."""

    def __init__(self, channels: int):
        super().__init__()
        half = [[nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, channels, 3, padding=1)] for _ in range(2)]
        self.added = nn.Sequential(*half[0], *half[1])

    def forward(self, x):
        return x + self.added(x)


class Pack(nn.Module):
    """`(N, C, H, W)` -> `(N / size, size * C, H, W)`: the first `size` pictures, the next, and so on."""

    def __init__(self, size: int):
        super().__init__()
        self.size = size

    def forward(self, images):
        return torch.stack([torch.cat(list(group)) for group in images.split(self.size)])


class Side(nn.Module):
    """One dense layer of each of several networks: `(S, N, in)` -> `(S, N, out)`, network by network."""

    def __init__(self, num_networks: int, before: int, after: int):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(num_networks, before, after))
        self.bias = nn.Parameter(torch.zeros(num_networks, 1, after))

    def forward(self, x):
        return torch.stack([F.linear(one, w.T, b[0]) for one, w, b in zip(x, self.weight, self.bias)])


class FourierFeatures(nn.Module):
    """x, then sin(f x) and cos(f x) for each frequency, all of height 1 / f where damped (Tancik et al. 2020)."""

    def __init__(self, frequencies: tuple[float, ...], damped: bool):
        super().__init__()
        self.frequencies, self.damped = frequencies, damped

    def forward(self, x):
        parts = [x]
        for f in self.frequencies:
            parts += [wave(f * x) / (f if self.damped else 1) for wave in (torch.sin, torch.cos)]
        return torch.cat(parts, -1)


class PackPoints(nn.Module):
    """`(S, N, C)` -> `(S, N / size, size * C)`."""

    def __init__(self, size: int):
        super().__init__()
        self.size = size

    def forward(self, points):
        return torch.stack([torch.stack([torch.cat(list(g)) for g in one.split(self.size)]) for one in points])
