"""Some steps of games without batch normalisation, by one worker or by several: `python shared_steps.py OUT WORKERS`.

The first worker writes all parameters and losses to OUT, an `.npz`. msrun starts it where there are several.
"""

import sys
from types import SimpleNamespace

import numpy as np
from tiny import few_digits, tiny_settings

import gan_course  # noqa: F401  sets MindSpore's log level

# isort: split
import mindspore as ms
from mindspore import nn

from gan_course.data import Batches
from gan_course.lessons import load_lesson
from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.runs.workers import share
from gan_course.training.players import two_players
from gan_course.training.steps.gan import gan_step
from gan_course.training.steps.wgan_gp import wgan_gp_step
from gan_course.training.workers import ALONE, join

NUM_STEPS, BATCH_SIZE = 3, 8
LESSONS = ("autoencoder", "vae", "gan")


def game(make_step, seed, optimizer, rows=BATCH_SIZE, draw=None, **options):
    """Two dense networks on noise for pictures, as `share` takes an experiment."""
    ms.set_seed(seed)
    generator, discriminator = Generator(3, (8,), (1, 4, 4), 0.2), Discriminator((1, 4, 4), (8,), 0.2)
    players = two_players(generator, discriminator, optimizer, optimizer)
    pictures = np.random.default_rng(0).uniform(-1, 1, (50, 1, 4, 4)).astype(np.float32)
    batches = Batches(pictures, batch_size=rows, seed=seed, latent_dim=3, draw=draw)
    return SimpleNamespace(cells=players, batches=batches, step=make_step(**players, **options))


def epsilon(rng):
    return (rng.random((3 * BATCH_SIZE, 1), np.float32),)


def experiments():
    """By name, each with its sums over the workers in another order.

    A gradient that is 0 but for rounding, as that of a critic's biases, Adam makes a full step of: there plain descent.
    """
    with few_digits():
        for lesson in LESSONS:
            yield lesson, load_lesson(lesson).build(tiny_settings(lesson, batch_size=BATCH_SIZE), seed=0)
    yield "simultaneous", game(gan_step, 1, nn.Adam, simultaneous=True)
    yield "gradient penalty", game(wgan_gp_step, 2, nn.SGD, 3 * BATCH_SIZE, epsilon, n_critic=3)


def main(out, workers):
    team = join(workers) if workers > 1 else ALONE
    found = {}
    for name, experiment in experiments():
        if workers > 1:
            share(experiment, team)
        for number in range(NUM_STEPS):
            losses = experiment.step(*map(ms.Tensor, next(experiment.batches)))
            found |= {f"{name}/{number}/{key}": value.asnumpy().copy() for key, value in losses.items()}
            for role, cell in experiment.cells.items():
                for parameter in cell.get_parameters():
                    found[f"{name}/{number}/{role}/{parameter.name}"] = parameter.asnumpy().copy()
    if team.rank == 0:
        np.savez(out, **found)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
