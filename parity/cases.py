"""What is compared: the course's steps and their references, on pairs of networks."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from parity import course, networks, pairs, steps
from parity.pairs import Draw, Pair


class Case(NamedTuple):
    """A step, ours and theirs, on a pair of networks."""

    name: str
    pair: Pair
    step: Callable  # networks, new_optimizer -> step(*batch)
    reference: Callable  # twins and their optimisers -> step(*batch)
    draw: Draw  # a batch


def players(make_step: Callable, **options) -> Callable:
    """`Case.step` of two networks and their optimisers."""
    return lambda cells, new_optimizer: make_step(**course.two_players(*cells, new_optimizer, new_optimizer), **options)


def supervised() -> list[Case]:
    shape, hidden, latent_dim = (1, 6, 6), (16, 12), 4
    autoencoders = Pair(
        lambda: [course.Autoencoder(latent_dim, hidden, shape)],
        lambda exact: [networks.autoencoder(exact, shape, hidden, latent_dim)],
    )
    vaes = Pair(
        lambda: [course.VAE(latent_dim, hidden, shape)], lambda exact: [networks.VAE(shape, hidden, latent_dim)]
    )
    classifiers = Pair(lambda: [course.DigitClassifier()], lambda exact: [networks.digit_classifier()])

    def alone(make_step: Callable, **options) -> Callable:
        return lambda cells, new: make_step(cells[0].set_train(), new(cells[0].trainable_params()), **options)

    def images(rng):
        return (pairs.pictures(rng, pairs.BATCH, *shape),)

    def images_and_noise(rng):
        return *images(rng), pairs.normal(rng, pairs.BATCH, latent_dim)

    def images_and_targets(rng):
        targets = rng.dirichlet(np.ones(10), pairs.BATCH).astype(np.float32)
        return pairs.pictures(rng, pairs.BATCH, 1, 28, 28), targets

    def vae(beta: float) -> Case:
        reference = partial(steps.vae, beta=beta)
        return Case(f"vae, beta {beta:g}", vaes, alone(course.vae_step, beta=beta), reference, images_and_noise)

    return [
        Case("autoencoder", autoencoders, alone(course.autoencoder_step), steps.autoencoder, images),
        *map(vae, (1.0, 4.0)),
        Case("classifier", classifiers, alone(course.classifier_step), steps.classifier, images_and_targets),
    ]


Game = tuple[Pair, Draw]


def games() -> dict[str, Game]:
    """Networks without classes, and batches for them."""
    small, picture = pairs.real_and_z((1, 4, 4)), pairs.real_and_z(pairs.PICTURE)
    return {
        "mlp": (pairs.mlp_pair(0.01, False), small),
        "mlp, G normalised": (pairs.mlp_pair(0.0, True), small),
        "dcgan": (pairs.dcgan_pair(), picture),
        "dcgan, kernel 3, hidden": (pairs.dcgan_pair(hidden=6, kernel_size=3), picture),
        "dcgan, hidden of G": (pairs.dcgan_pair(hidden_g=7), picture),
        "dcgan, hidden of D normalised": (pairs.dcgan_pair(hidden=6, normalise_hidden=True), picture),
        "dcgan, upsampling, last conv": (pairs.dcgan_pair(upsample=True, last_conv=True), picture),
        "dcgan, first and last conv": (pairs.dcgan_pair(last_conv=True, first_conv=True), picture),
        "dcgan, residual": (pairs.dcgan_pair(residual=True), picture),
        "dcgan, dropout": (pairs.dcgan_pair(masked=True), picture),
        "dcgan, packed": (pairs.dcgan_pair(pack=2), picture),
        "stacked": (pairs.stacked_pair(), pairs.points_and_z()),
        "stacked, packed": (pairs.stacked_pair(pack=2), pairs.points_and_z()),
    }


def gans() -> list[Case]:
    orders = {"sequential": False, "simultaneous": True}
    return [
        Case(
            f"gan {order}, {name}",
            pair,
            players(course.gan_step, simultaneous=simultaneous),
            partial(steps.gan, simultaneous=simultaneous),
            draw,
        )
        for name, (pair, draw) in games().items()
        for order, simultaneous in orders.items()
    ]


def shifted_gans() -> list[Case]:
    """All that D sees is moved, by whole pixels and up to a quarter of a side, or nearly out of sight."""
    hidden = {"upsample": True, "hidden_g": 7, "hidden": 6, "normalise_hidden": True}
    chosen = {
        "dcgan, shifted": (pairs.dcgan_pair(), 2, False),
        "dcgan, shifted far": (pairs.dcgan_pair(), 7, False),
        "dcgan, shifted, hidden": (pairs.dcgan_pair(**hidden), 2, False),
        "dcgan, shifted, simultaneous": (pairs.dcgan_pair(), 2, True),
    }
    return [
        Case(
            f"gan, {name}",
            pair,
            players(course.gan_step, simultaneous=simultaneous, augment=course.shifted),
            partial(steps.gan, simultaneous=simultaneous, augment=steps.translated),
            pairs.real_z_and_moves(pairs.PICTURE, reach),
        )
        for name, (pair, reach, simultaneous) in chosen.items()
    ]


def other_losses() -> list[Case]:
    """G's saturating loss, D's smooth labels, and noise that reaches the ends of the tanh."""
    pair, draw = games()["mlp"]

    def large(rng):
        real, z = draw(rng)
        return real, 12 * z

    def smooth(real_logits, fake_logits):  # no functools.partial: jitted, MindSpore 2.10 takes its gradient for 0
        return course.losses.discriminator_loss(real_logits, fake_logits, 0.9)

    smoothed, saturating = players(course.gan_step, loss_d=smooth), course.losses.saturating_generator_loss
    saturated = players(course.gan_step, loss_g=saturating)
    return [
        Case("gan, large z", pair, players(course.gan_step), steps.gan, large),
        Case("gan, smooth labels", pair, smoothed, partial(steps.gan, real_target=0.9), draw),
        Case("gan, saturating", pair, saturated, partial(steps.gan, saturating=True), draw),
    ]


def split_gans() -> list[Case]:
    return [
        Case(f"split gan, {name}", games()[name][0], players(course.split_gan_step), steps.split_gan, games()[name][1])
        for name in ("mlp", "mlp, G normalised", "dcgan")
    ]


def discriminator_steps() -> list[Case]:
    """D alone learns, from a G in evaluation mode."""

    def step(cells: list, new_optimizer: Callable) -> Callable:
        generator, discriminator = cells
        course.named(generator=generator.set_train(False), discriminator=discriminator.set_train())
        optimizer = course.named(optimizer=new_optimizer(discriminator.trainable_params()))["optimizer"]
        return course.discriminator_step(generator, discriminator, optimizer)

    def reference(g, d, optimizer_g, optimizer_d) -> Callable:
        return steps.discriminator(g.eval(), d, optimizer_d)

    chosen = {"stacked, undamped": (pairs.stacked_pair(damped=False), pairs.points_and_z()), "dcgan": games()["dcgan"]}
    return [Case(f"discriminator, {name}", pair, step, reference, draw) for name, (pair, draw) in chosen.items()]


def acgans() -> list[Case]:
    games = {
        "multiplied": pairs.acgan_pair(False),
        "concatenated": pairs.acgan_pair(True),
        "dropout": pairs.acgan_pair(False, masked=True),
        "hidden layers": pairs.acgan_pair(False, hidden_g=7, normalise_hidden=True),
    }
    draws = {
        "": pairs.labelled(pairs.PICTURE, pairs.CLASSES),
        ", uniform fakes": pairs.labelled(pairs.PICTURE, pairs.CLASSES, uniform=True),
    }
    return [
        Case(f"acgan, {name}{fakes}", pair, players(course.acgan_step), steps.acgan, draw)
        for name, pair in games.items()
        for fakes, draw in draws.items()
    ]


def wgans() -> list[Case]:
    critics = {
        "mlp, G normalised": (pairs.mlp_pair(0.0, True), partial(pairs.real_and_z, (1, 4, 4))),
        "dcgan": (pairs.dcgan_pair(normalise=False), partial(pairs.real_and_z, pairs.PICTURE)),
        "dcgan, upsampling, residual": (
            pairs.dcgan_pair(True, True, normalise=False),
            partial(pairs.real_and_z, pairs.PICTURE),
        ),
        "stacked": (pairs.stacked_pair(), pairs.points_and_z),
    }
    return [
        Case(
            f"wgan-gp, {turns} turns, {name}",
            pair,
            players(course.wgan_gp_step, n_critic=turns),
            partial(steps.wgan_gp, n_critic=turns),
            draw(turns),
        )
        for name, (pair, draw) in critics.items()
        for turns in (1, 3)
    ]


def discriminator_function(points, *weights):
    """The stacked D as a function of its weights."""
    return course.stacked_mlp(course.fourier_features(points, pairs.FREQUENCIES), *weights)


def unrolled_step(num_unrolled: int, cells: list, new_optimizer: Callable) -> Callable:
    networks_and_optimizers = course.two_players(*cells, new_optimizer, new_optimizer).values()
    return course.unrolled_step(*networks_and_optimizers, discriminator_function, num_unrolled, 0.5)


def unrolleds() -> list[Case]:
    return [
        Case(
            f"unrolled, K = {k}",
            pairs.stacked_pair(),
            partial(unrolled_step, k),
            partial(steps.unrolled, num_unrolled=k, rate=0.5),
            pairs.points_and_z(),
        )
        for k in (0, 1, 4)
    ]


def all_cases() -> list[Case]:
    """All but those of the museum."""
    two_players = (gans, shifted_gans, other_losses, split_gans, discriminator_steps, acgans, wgans, unrolleds)
    return [case for family in (supervised, *two_players) for case in family()]
