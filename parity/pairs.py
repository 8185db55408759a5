"""Pairs of networks that should be the same, the course's and its twin, and batches for them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from parity import course, networks

BATCH, LATENT, CLASSES, SIDES = 8, 5, 3, 2  # SIDES: stacked networks
PICTURE, DIGIT, FREQUENCIES = (2, 8, 8), (1, 14, 14), (1.0, 2.0, 4.0)
Draw = Callable[[np.random.Generator], tuple[np.ndarray, ...]]


class Pair(NamedTuple):
    """Networks that should be the same."""

    ours: Callable[[], list]  # MindSpore's, fresh
    twins: Callable[[bool], list]  # PyTorch's, fresh, with an exact tanh or MindSpore's


# Batches


def normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.standard_normal(shape, np.float32)


def pictures(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.uniform(-1, 1, shape).astype(np.float32)


def real_and_z(shape: tuple[int, ...], turns: int = 0) -> Draw:
    """Pictures and z; for steps of several turns as many batches, and epsilon."""
    count = max(turns, 1) * BATCH

    def draw(rng):
        batch = pictures(rng, count, *shape), normal(rng, count, LATENT)
        return (*batch, rng.random((count, 1), np.float32)) if turns else batch

    return draw


def real_z_and_moves(shape: tuple[int, int, int], reach: int) -> Draw:
    """Pictures and z, and matrices that move the pictures and what G makes of z."""
    moves, batch = course.random_shifts(BATCH, shape[1:], reach), real_and_z(shape)
    return lambda rng: (*batch(rng), *moves(rng))


def points_and_z(turns: int = 0) -> Draw:
    """Points near a ring and z for stacked networks, and epsilon for steps of several turns."""
    shape = (max(turns, 1) * SIDES, BATCH)

    def draw(rng):
        batch = rng.choice(course.ring(), shape) + 0.02 * normal(rng, *shape, 2), normal(rng, *shape, 2)
        return (*batch, rng.random((*shape, 1), np.float32)) if turns else batch

    return draw


def labelled(shape: tuple[int, ...], num_classes: int, uniform: bool = False) -> Draw:
    """Pictures, labels and z, and labels to ask G for where these shall be uniform."""

    def draw(rng):
        labels = rng.integers(num_classes, size=BATCH).astype(np.int32)
        batch = pictures(rng, BATCH, *shape), labels, normal(rng, BATCH, LATENT)
        return (*batch, np.arange(BATCH, dtype=np.int32) % num_classes) if uniform else batch

    return draw


# Networks


def mlp_pair(slope: float, normalise: bool) -> Pair:
    shape, hidden = (1, 4, 4), (12, 10)
    return Pair(
        lambda: [
            course.mlp_gan.Generator(LATENT, hidden, shape, slope, normalise),
            course.mlp_gan.Discriminator(shape, hidden),
        ],
        lambda exact: [
            networks.mlp_generator(exact, LATENT, hidden, shape, slope, normalise),
            networks.mlp_discriminator(shape, hidden),
        ],
    )


def dcgan_pair(
    upsample=False, residual=False, last_conv=False, hidden_g=0, hidden=0, pack=1, masked=False, **features
) -> Pair:
    """`features`: options of D that both spellings share."""
    double = course.UpsampleConv if upsample else course.conv_transpose
    channels, *size = PICTURE

    def ours():
        dropout = {"dropout": 0.25, "batch_size": BATCH} if masked else {}
        generator = course.dcgan.Generator(LATENT, PICTURE, 4, 2, double, residual, last_conv, hidden_g)
        discriminator = course.dcgan.Discriminator(
            image_shape=(pack * channels, *size), base_channels=4, num_halvings=2, hidden=hidden, **dropout, **features
        )
        return [generator, course.Packed(discriminator, pack) if pack > 1 else discriminator]

    def twins(exact):
        options = {"upsample": upsample, "residual": residual, "last_conv": last_conv, "hidden": hidden_g}
        generator = networks.dcgan_generator(exact, LATENT, PICTURE, **options)
        masks = BATCH if masked else 0
        return [generator, networks.dcgan_discriminator(PICTURE, hidden, pack, masked=masks, **features)]

    return Pair(ours, twins)


def stacked_pair(pack: int = 1, damped: bool = True) -> Pair:
    widths_g, widths_d = (2, 8, 8, 2), (2 * pack, 8, 8, 1)

    def ours():
        rng = np.random.default_rng(0)
        discriminator = course.StackedMLP(widths_d, SIDES, rng, FREQUENCIES, damped)
        generator = course.StackedMLP(widths_g, SIDES, rng)
        return [generator, course.Packed(discriminator, pack, axis=1) if pack > 1 else discriminator]

    return Pair(
        ours,
        lambda exact: [
            networks.stacked_mlp(SIDES, widths_g),
            networks.stacked_mlp(SIDES, widths_d, FREQUENCIES, damped, pack),
        ],
    )


def acgan_pair(concatenate: bool, masked: bool = False, hidden_g: int = 0, normalise_hidden: bool = False) -> Pair:
    dropout = {"dropout": 0.25, "batch_size": BATCH} if masked else {}

    def twins(exact):
        generator = networks.dcgan_generator(exact, LATENT * (1 + concatenate), PICTURE, hidden=hidden_g)
        masks = BATCH if masked else 0
        discriminator = networks.acgan_discriminator(CLASSES, PICTURE, 6, normalise_hidden, masked=masks)
        return [networks.ClassGenerator(CLASSES, LATENT, generator, concatenate), discriminator]

    return Pair(
        lambda: [
            course.acgan.Generator(LATENT, CLASSES, PICTURE, 4, 2, concatenate, hidden=hidden_g),
            course.acgan.Discriminator(CLASSES, PICTURE, 4, 2, 6, normalise_hidden, **dropout),
        ],
        twins,
    )


def museum_pair(game, epsilon: float = 1e-5, kept: float = 0.8) -> Pair:
    """`epsilon`, and the part of the running averages `kept`, of batch normalisation in the twins."""
    hidden, num_classes = (10, 12), 10 if game.labels else 0
    return Pair(
        lambda: [
            course.museum_networks.Generator(LATENT, hidden, game.norm, num_classes),
            course.museum_networks.Discriminator(hidden[::-1], game.norm, num_classes),
        ],
        lambda exact: list(networks.museum_networks(exact, LATENT, hidden, num_classes, epsilon, kept)),
    )
