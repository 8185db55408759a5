"""The networks of the course once more, in PyTorch: layers in the order in which the data pass them.

What a tanh is, is an argument: MindSpore has its own, see `layers.RationalTanh`.
"""

from math import prod

import torch
from torch import nn

from parity.layers import FourierFeatures, Mask, Pack, PackPoints, Residual, Side, Tanh


def dense_silu(*widths: int) -> list[nn.Module]:
    return [layer for pair in zip(widths, widths[1:]) for layer in (nn.Linear(*pair), nn.SiLU())]


def autoencoder(exact_tanh: bool, shape=(1, 6, 6), hidden=(16, 12), latent_dim=4) -> nn.Module:
    pixels = prod(shape)
    encoder = [nn.Flatten(), *dense_silu(pixels, *hidden), nn.Linear(hidden[-1], latent_dim)]
    decoder = [*dense_silu(latent_dim, *hidden[::-1]), nn.Linear(hidden[0], pixels), Tanh(exact_tanh)]
    return nn.Sequential(*encoder, *decoder, nn.Unflatten(1, shape))


class VAE(nn.Module):
    """Images, epsilon -> logits, mean, log-variance (Kingma & Welling 2014)."""

    def __init__(self, shape=(1, 6, 6), hidden=(16, 12), latent_dim=4):
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), *dense_silu(prod(shape), *hidden))
        self.mean, self.log_variance = nn.Linear(hidden[-1], latent_dim), nn.Linear(hidden[-1], latent_dim)
        decoder = [*dense_silu(latent_dim, *hidden[::-1]), nn.Linear(hidden[0], prod(shape))]
        self.decoder = nn.Sequential(*decoder, nn.Unflatten(1, shape))

    def forward(self, images, epsilon):
        h = self.encoder(images)
        mean, log_variance = self.mean(h), self.log_variance(h)
        return self.decoder(mean + torch.exp(log_variance / 2) * epsilon), mean, log_variance


def digit_classifier() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 16, 4, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 4, 2, 1), nn.ReLU(),
        nn.Conv2d(32, 64, 3, 2, 1), nn.ReLU(), nn.Flatten(),
        nn.Linear(64 * 4 * 4, 128), nn.ReLU(), nn.Linear(128, 10),
    )  # fmt: skip


def mlp_generator(exact_tanh, latent_dim, hidden, shape, slope=0.2, normalise=False, bounded=True) -> nn.Module:
    layers = []
    for index, pair in enumerate(zip((latent_dim, *hidden), hidden)):
        norm = [nn.BatchNorm1d(pair[1])] if normalise and index else []
        layers += [nn.Linear(*pair), *norm, nn.LeakyReLU(slope)]
    last = [nn.Linear(hidden[-1], prod(shape)), *([Tanh(exact_tanh)] if bounded else []), nn.Unflatten(1, shape)]
    return nn.Sequential(*layers, *last)


def mlp_discriminator(shape, hidden, slope=0.2) -> nn.Module:
    pairs = zip((prod(shape), *hidden), hidden)
    layers = [layer for pair in pairs for layer in (nn.Linear(*pair), nn.LeakyReLU(slope))]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(hidden[-1], 1))


def doubling(before: int, after: int, upsample: bool) -> list[nn.Module]:
    if upsample:
        return [nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(before, after, 3, padding=1)]
    return [nn.ConvTranspose2d(before, after, 4, stride=2, padding=1)]


def dcgan_generator(
    exact_tanh, latent_dim, shape, base=4, doublings=2, upsample=False, residual=False, last_conv=False, hidden=0
) -> nn.Module:
    """Radford et al. 2016: Dense, then doublings, each with batch normalisation and ReLU but the last with a tanh.

    `hidden` is the width of one more Dense before all, as in Chen et al. 2016, appendix C.1; 0 is without.
    """
    widths = [base * 2**power for power in reversed(range(doublings + last_conv))]
    start = (widths[0], shape[1] // 2**doublings, shape[2] // 2**doublings)
    layers = [nn.Linear(latent_dim, hidden), nn.BatchNorm1d(hidden), nn.ReLU()] if hidden else []
    layers += [nn.Linear(hidden or latent_dim, prod(start)), nn.Unflatten(1, start)]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for before, after in zip(widths, widths[1:]):
        layers += doubling(before, after, upsample)
        layers += [*([Residual(after)] if residual else []), nn.BatchNorm2d(after), nn.ReLU()]
    last = [nn.Conv2d(base, shape[0], 3, padding=1)] if last_conv else doubling(base, shape[0], upsample)
    return nn.Sequential(*layers, *last, Tanh(exact_tanh))


def dcgan_features(
    shape, base=4, halvings=2, normalise=True, kernel_size=4, masked=0, first_conv=False
) -> tuple[list[nn.Module], int]:
    """Convolutions of stride 2 with batch normalisation (but the first) and LeakyReLU, and how many numbers come out.

    `masked` is the number of images that have masks, 0 without dropout; `first_conv` puts a convolution that keeps the
    size before all others.
    """
    layers, before = [], shape[0]
    for index in range(halvings + first_conv):
        after = base * 2**index
        size, stride = (3, 1) if first_conv and index == 0 else (kernel_size, 2)
        norm = [nn.BatchNorm2d(after)] if normalise and index else []
        mask = [Mask(masked, after)] if masked else []
        layers += [nn.Conv2d(before, after, size, stride=stride, padding=1), *norm, nn.LeakyReLU(0.2), *mask]
        before = after
    return [*layers, nn.Flatten()], before * shape[1] * shape[2] // 4**halvings


def hidden_layer(before: int, width: int, normalise: bool) -> list[nn.Module]:
    """The Dense of a discriminator between its convolutions and its answers."""
    return [nn.Linear(before, width), *([nn.BatchNorm1d(width)] if normalise else []), nn.LeakyReLU(0.2)]


def dcgan_discriminator(shape, hidden=0, pack=1, normalise_hidden=False, **options) -> nn.Module:
    """`pack` pictures at a time are joined along their channels (Lin et al. 2018)."""
    channels, height, width = shape
    layers, count = dcgan_features((pack * channels, height, width), **options)
    between = hidden_layer(count, hidden, normalise_hidden) if hidden else []
    return nn.Sequential(Pack(pack), *layers, *between, nn.Linear(hidden or count, 1))


class ClassGenerator(nn.Module):
    """Noise times, or beside, the embedding of a label (Odena et al. 2017), and from there any generator."""

    def __init__(self, num_classes: int, latent_dim: int, generator: nn.Module, concatenate: bool = False):
        super().__init__()
        self.embedding = nn.Embedding(num_classes, latent_dim)
        self.generator = generator
        self.concatenate = concatenate

    def forward(self, z, labels):
        rows = self.embedding(labels)
        return self.generator(torch.cat([z, rows], 1) if self.concatenate else z * rows)


class TwoHeads(nn.Module):
    """Any layers, then two linear heads: real or fake, and which class."""

    def __init__(self, layers: list[nn.Module], width: int, num_classes: int):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.real, self.classes = nn.Linear(width, 1), nn.Linear(width, num_classes)

    def forward(self, images):
        h = self.layers(images)
        return self.real(h), self.classes(h)


def acgan_discriminator(num_classes, shape, hidden, normalise_hidden=False, **options) -> nn.Module:
    layers, count = dcgan_features(shape, **options)
    return TwoHeads([*layers, *hidden_layer(count, hidden, normalise_hidden)], hidden, num_classes)


def stacked_mlp(num_networks, widths, frequencies=(), damped=True, pack=1) -> nn.Module:
    """Several MLPs side by side that have nothing in common."""
    first = [PackPoints(pack), FourierFeatures(frequencies, damped)]
    widths = (widths[0] * (1 + 2 * len(frequencies)), *widths[1:])
    layers = [layer for pair in zip(widths, widths[1:]) for layer in (Side(num_networks, *pair), nn.LeakyReLU(0.2))]
    return nn.Sequential(*first, *layers[:-1])


def museum_hidden(widths: tuple[int, ...], epsilon: float, kept: float) -> list[nn.Module]:
    """Dense, batch normalisation, LeakyReLU; `kept` is the part of the running averages that stays each time."""
    layers = []
    for before, after in zip(widths, widths[1:]):
        norm = nn.BatchNorm1d(after, eps=epsilon, momentum=1 - kept)
        layers += [nn.Linear(before, after), norm, nn.LeakyReLU(0.2)]
    return layers


def museum_networks(exact_tanh, latent_dim, hidden, num_classes=0, epsilon=1e-5, kept=0.8):
    """Both players of the museum's games; `num_classes` is 0 in a game without classes."""
    shape, pixels = (1, 14, 14), 14 * 14
    layers = museum_hidden((latent_dim, *hidden), epsilon, kept)
    generator = nn.Sequential(*layers, nn.Linear(hidden[-1], pixels), Tanh(exact_tanh), nn.Unflatten(1, shape))
    layers = [nn.Flatten(), nn.Linear(pixels, hidden[-1]), nn.LeakyReLU(0.2)]
    layers += museum_hidden(hidden[::-1], epsilon, kept)
    if not num_classes:
        return generator, nn.Sequential(*layers, nn.Linear(hidden[0], 1))
    return ClassGenerator(num_classes, latent_dim, generator), TwoHeads(layers, hidden[0], num_classes)
