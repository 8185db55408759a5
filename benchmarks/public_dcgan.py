"""The DCGAN that most people meet first: the recipe of PyTorch's DCGAN tutorial, re-implemented from its numbers.

nz = 100, ngf = ndf = 64, so 512-256-128-64 channels in G and the reverse in D, 4x4 transposed convolutions and
convolutions without biases, weights from N(0, 0.02), Adam at 2e-4 with beta1 = 0.5, batches of 128 (Radford et al. 2016
have the same rates and batches). The tutorial's pictures are 64x64; here they are 32x32, so that the first map is
2x2 in place of 4x4, a quarter of its arithmetic. Digits get a black frame of two pixels, which samples lose again: no
scaling blurs them. D learns from real and fake each by itself, then G, as in the tutorial; samples are drawn in
training mode, as it draws them.
"""

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

LATENT, BATCH, RATE, BETA1, FRAME = 100, 128, 2e-4, 0.5, 2


def framed(digits: np.ndarray) -> np.ndarray:
    """`(N, 1, 28, 28)` in [-1, 1] -> `(N, 1, 32, 32)`."""
    return np.pad(digits, [(0, 0), (0, 0), (FRAME, FRAME), (FRAME, FRAME)], constant_values=-1)


def cropped(images: np.ndarray) -> np.ndarray:
    """`(N, 1, 32, 32)` -> `(N, 1, 28, 28)`."""
    return np.ascontiguousarray(images[..., FRAME:-FRAME, FRAME:-FRAME])


def networks(base: int = 64, channels: int = 1) -> list[nn.Module]:
    """G of z `(N, LATENT)`, and D with logits `(N, 1)`."""
    widths = [8 * base, 4 * base, 2 * base, base]
    layers = [nn.Unflatten(1, (LATENT, 1, 1)), nn.ConvTranspose2d(LATENT, widths[0], 2, bias=False)]
    for before, after in zip(widths, [*widths[1:], channels]):
        layers += [nn.BatchNorm2d(before), nn.ReLU(True), nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False)]
    generator = nn.Sequential(*layers, nn.Tanh())
    layers = [nn.Conv2d(channels, base, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)]
    for before, after in zip(widths[:0:-1], widths[-2::-1]):
        layers += [nn.Conv2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.LeakyReLU(0.2, True)]
    discriminator = nn.Sequential(*layers, nn.Conv2d(widths[0], 1, 2, bias=False), nn.Flatten())
    for network in (generator, discriminator):
        network.apply(initialise)
    return [generator, discriminator]


def initialise(layer: nn.Module) -> None:
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, 0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1, 0.02)
        nn.init.zeros_(layer.bias)


def make_step(generator: nn.Module, discriminator: nn.Module) -> Callable[[Tensor, Tensor], dict[str, Tensor]]:
    """`step(real, z)`: two backward passes and one update of D, then one of G."""
    optimizer_g, optimizer_d = (
        torch.optim.Adam(network.parameters(), lr=RATE, betas=(BETA1, 0.999)) for network in (generator, discriminator)
    )

    def bce(logits: Tensor, target: float) -> Tensor:
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))

    def step(real, z):
        optimizer_d.zero_grad()
        loss_real = bce(discriminator(real), 1.0)
        loss_real.backward()
        fake = generator(z)
        loss_fake = bce(discriminator(fake.detach()), 0.0)
        loss_fake.backward()
        optimizer_d.step()
        optimizer_g.zero_grad()
        loss_g = bce(discriminator(fake), 1.0)
        loss_g.backward()
        optimizer_g.step()
        return {"loss_d": loss_real + loss_fake, "loss_g": loss_g}

    return step
