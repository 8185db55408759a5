"""What is compared: networks of the course and their twins, steps and their references, and a batch for each."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import torch

from parity import course, networks, steps
from parity.course import mindspore as ms

BATCH, LATENT, CLASSES, SIDES = 8, 5, 3, 2  # SIDES: stacked networks
PICTURE, DIGIT = (2, 8, 8), (1, 14, 14)
FREQUENCIES = (1.0, 2.0, 4.0)
Draw = Callable[[np.random.Generator], tuple[np.ndarray, ...]]


class Pair(NamedTuple):
    """Networks that should be the same."""

    ours: Callable[[], list]  # MindSpore's, fresh
    twins: Callable[[bool], list]  # PyTorch's, fresh, with an exact tanh or MindSpore's


class Case(NamedTuple):
    """A step, ours and theirs, on a pair of networks."""

    name: str
    pair: Pair
    step: Callable  # networks, new_optimizer -> step(*batch)
    reference: Callable  # twins and their optimisers -> step(*batch)
    draw: Draw  # a batch


def players(make_step: Callable, **options) -> Callable:
    """`Case.step` of two networks and their optimisers."""
    return lambda cells, new_optimizer: make_step(
        **course.two_players(*cells, new_optimizer, new_optimizer), **options
    )


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


def points_and_z(turns: int = 0) -> Draw:
    """Points near a ring and z for stacked networks, and epsilon for steps of several turns."""
    shape = (max(turns, 1) * SIDES, BATCH)

    def draw(rng):
        batch = rng.choice(course.ring(), shape) + 0.02 * normal(rng, *shape, 2), normal(rng, *shape, 2)
        return (*batch, rng.random((*shape, 1), np.float32)) if turns else batch

    return draw


def labelled(shape: tuple[int, ...], num_classes: int) -> Draw:
    """Pictures, labels and z."""

    def draw(rng):
        labels = rng.integers(num_classes, size=BATCH).astype(np.int32)
        return pictures(rng, BATCH, *shape), labels, normal(rng, BATCH, LATENT)

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


def dcgan_pair(upsample=False, residual=False, last_conv=False, hidden=0, pack=1, masked=False, **features) -> Pair:
    """`features`: options of D's convolutions that both spellings share."""
    double = course.UpsampleConv if upsample else course.conv_transpose
    channels, *size = PICTURE

    def ours():
        dropout = {"dropout": 0.25, "batch_size": BATCH} if masked else {}
        generator = course.dcgan.Generator(LATENT, PICTURE, 4, 2, double, residual, last_conv)
        discriminator = course.dcgan.Discriminator(
            image_shape=(pack * channels, *size), base_channels=4, num_halvings=2, hidden=hidden, **dropout, **features
        )
        return [generator, course.Packed(discriminator, pack) if pack > 1 else discriminator]

    def twins(exact):
        generator = networks.dcgan_generator(
            exact, LATENT, PICTURE, upsample=upsample, residual=residual, last_conv=last_conv
        )
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


def acgan_pair(concatenate: bool, masked: bool = False) -> Pair:
    dropout = {"dropout": 0.25, "batch_size": BATCH} if masked else {}

    def twins(exact):
        generator = networks.dcgan_generator(exact, LATENT * (1 + concatenate), PICTURE)
        discriminator = networks.acgan_discriminator(CLASSES, PICTURE, 6, masked=BATCH if masked else 0)
        return [networks.ClassGenerator(CLASSES, LATENT, generator, concatenate), discriminator]

    return Pair(
        lambda: [
            course.acgan.Generator(LATENT, CLASSES, PICTURE, 4, 2, concatenate),
            course.acgan.Discriminator(CLASSES, PICTURE, 4, 2, hidden=6, **dropout),
        ],
        twins,
    )


def museum_pair(game, epsilon: float = 1e-5, kept: float = 0.8) -> Pair:
    hidden, num_classes = (10, 12), 10 if game.labels else 0
    settings = course.museum.Settings(latent_dim=LATENT, hidden=hidden)
    return Pair(
        lambda: [course.museum.Generator(settings, game), course.museum.Discriminator(settings, game)],
        lambda exact: list(networks.museum_networks(exact, LATENT, hidden, num_classes, epsilon, kept)),
    )


# Steps


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
        return lambda cells, new: make_step(cells[0], new(cells[0].trainable_params()), **options)

    def images(rng):
        return (pictures(rng, BATCH, *shape),)

    def images_and_noise(rng):
        return pictures(rng, BATCH, *shape), normal(rng, BATCH, latent_dim)

    def images_and_targets(rng):
        return pictures(rng, BATCH, 1, 28, 28), rng.dirichlet(np.ones(10), BATCH).astype(np.float32)

    vae_cases = [
        Case(f"vae, beta {beta}", vaes, alone(course.vae_step, beta=beta), partial(steps.vae, beta=beta), images_and_noise)
        for beta in (1.0, 4.0)
    ]
    return [
        Case("autoencoder", autoencoders, alone(course.autoencoder_step), steps.autoencoder, images),
        *vae_cases,
        Case("classifier", classifiers, alone(course.classifier_step), steps.classifier, images_and_targets),
    ]


def gans() -> list[Case]:
    small, picture = real_and_z((1, 4, 4)), real_and_z(PICTURE)
    games = {
        "mlp": (mlp_pair(0.01, False), small),
        "mlp, G normalised": (mlp_pair(0.0, True), small),
        "dcgan": (dcgan_pair(), picture),
        "dcgan, kernel 3, hidden": (dcgan_pair(hidden=6, kernel_size=3), picture),
        "dcgan, upsampling, last conv": (dcgan_pair(upsample=True, last_conv=True), picture),
        "dcgan, residual": (dcgan_pair(residual=True), picture),
        "dcgan, dropout": (dcgan_pair(masked=True), picture),
        "dcgan, packed": (dcgan_pair(pack=2), picture),
        "stacked": (stacked_pair(), points_and_z()),
        "stacked, packed": (stacked_pair(pack=2), points_and_z()),
    }
    orders = {"sequential": False, "simultaneous": True}
    cases = [
        Case(
            f"gan {order}, {name}",
            pair,
            players(course.gan_step, simultaneous=simultaneous),
            partial(steps.gan, simultaneous=simultaneous),
            draw,
        )
        for name, (pair, draw) in games.items()
        for order, simultaneous in orders.items()
    ]
    pair, draw = games["mlp"]

    def large(rng):  # for the ends of the tanh
        real, z = draw(rng)
        return real, 8 * z

    saturating = course.losses.saturating_generator_loss

    def smooth(real_logits, fake_logits):  # no functools.partial: jitted, MindSpore 2.10 takes its gradient for 0
        return course.losses.discriminator_loss(real_logits, fake_logits, 0.9)

    cases += [
        Case("gan, large z", pair, players(course.gan_step), steps.gan, large),
        Case("gan, smooth labels", pair, players(course.gan_step, loss_d=smooth), partial(steps.gan, real_target=0.9), draw),
        Case("gan, saturating", pair, players(course.gan_step, loss_g=saturating), partial(steps.gan, saturating=True), draw),
    ]
    cases += [
        Case(f"split gan, {name}", games[name][0], players(course.split_gan_step), steps.split_gan, games[name][1])
        for name in ("mlp", "mlp, G normalised", "dcgan")
    ]
    return cases + discriminator_steps(games)


def discriminator_steps(games: dict) -> list[Case]:
    """D alone learns, in its training mode, from a finished G in evaluation mode, and from one in training mode."""

    def step(training: bool, cells: list, new_optimizer: Callable) -> Callable:
        generator, discriminator = cells
        course.named(generator=generator, discriminator=discriminator)
        optimizer = course.named(optimizer=new_optimizer(discriminator.trainable_params()))["optimizer"]
        generator.set_train(training)
        discriminator.set_train()
        return course.discriminator_step(generator, discriminator, optimizer)

    def reference(training: bool, g, d, optimizer_g, optimizer_d) -> Callable:
        return steps.discriminator(g.train(training), d, optimizer_d)

    sharp = stacked_pair(damped=False), points_and_z()
    return [
        Case(f"discriminator, {name}", pair, partial(step, training), partial(reference, training), draw)
        for name, (pair, draw), training in (
            ("stacked, undamped", sharp, True),
            ("dcgan, G evaluating", games["dcgan"], False),
            ("dcgan, G training", games["dcgan"], True),
        )
    ]


def acgans() -> list[Case]:
    uniform = np.arange(BATCH, dtype=np.int32) % CLASSES
    pairs = {
        "multiplied": acgan_pair(False),
        "concatenated": acgan_pair(True),
        "dropout": acgan_pair(False, masked=True),
    }
    real = [
        Case(f"acgan, {name}", pair, players(course.acgan_step), steps.acgan, labelled(PICTURE, CLASSES))
        for name, pair in pairs.items()
    ]
    return real + [
        Case(
            f"acgan, uniform fakes, {name}",
            pair,
            lambda *given: players(course.acgan_step, fake_labels=ms.Tensor(uniform))(*given),
            partial(steps.acgan, fake_labels=torch.from_numpy(uniform).long()),
            labelled(PICTURE, CLASSES),
        )
        for name, pair in pairs.items()
    ]


def wgans() -> list[Case]:
    games = {
        "mlp, G normalised": (mlp_pair(0.0, True), partial(real_and_z, (1, 4, 4))),
        "dcgan": (dcgan_pair(normalise=False), partial(real_and_z, PICTURE)),
        "dcgan, upsampling, residual": (dcgan_pair(True, True, normalise=False), partial(real_and_z, PICTURE)),
        "stacked": (stacked_pair(), points_and_z),
    }
    return [
        Case(
            f"wgan-gp, {turns} turns, {name}",
            pair,
            players(course.wgan_gp_step, n_critic=turns),
            partial(steps.wgan_gp, n_critic=turns),
            draw(turns),
        )
        for name, (pair, draw) in games.items()
        for turns in (1, 3)
    ]


def discriminator_function(points, *weights):
    """The stacked D as a function of its weights."""
    return course.stacked_mlp(course.fourier_features(points, FREQUENCIES), *weights)


def unrolleds() -> list[Case]:
    return [
        Case(
            f"unrolled, K = {k}",
            stacked_pair(),
            players(course.unrolled_step, judge=discriminator_function, num_unrolled=k, learning_rate=0.5),
            partial(steps.unrolled, num_unrolled=k, rate=0.5),
            points_and_z(),
        )
        for k in (0, 1, 4)
    ]


def museum_cases() -> list[Case]:
    """Healthy games and those exhibits that change the step or the networks."""

    def museum(name: str, pair_options: dict | None = None, **options) -> Case:
        game = course.museum.find_game(name)

        def step(cells, new_optimizer):
            def new_optimizer_d(own):
                return new_optimizer(game.moved(own, cells[0].trainable_params()))

            return course.museum.museum_step(game, **course.two_players(*cells, new_optimizer, new_optimizer_d))

        return Case(
            f"museum, {name}", museum_pair(game, **pair_options or {}), step, partial(museum_reference, **options), real_and_z(DIGIT)
        )

    def with_classes(name: str, **options) -> Case:
        game = course.museum.find_game(name)
        return Case(
            f"museum, {name}",
            museum_pair(game),
            players(course.acgan_step, loss_class=game.loss_class),
            partial(steps.acgan, **options),
            labelled(DIGIT, 10),
        )

    return [
        museum("healthy"),
        museum("saturating_loss", saturating=True),
        museum("mixed_batch", joined=True),
        museum("g_in_d_turn", g_moves=True),
        museum("large_epsilon", {"epsilon": 0.8, "kept": 0.9}),
        with_classes("healthy_classes"),
        with_classes("double_softmax", double_softmax=True),
    ]


def museum_reference(g, d, optimizer_g, optimizer_d, g_moves: bool = False, **options) -> Callable:
    """`steps.museum`, where D's optimiser may move G as well."""
    if g_moves:
        optimizer_d.add_param_group({"params": list(g.parameters())})
    return steps.museum(g, d, optimizer_g, optimizer_d, **options)


def all_cases() -> list[Case]:
    return [*supervised(), *gans(), *acgans(), *wgans(), *unrolleds(), *museum_cases()]
