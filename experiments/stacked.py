"""Stacked MNIST, the number that papers on mode collapse compare: `.venv/bin/python -m experiments.stacked`.

Three digits in the three channels of a picture make 1,000 modes. Each recipe learns from them, and 26,000 of its
pictures are read by the digit classifier, a channel at a time. Runs that the table holds already are not made again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import process_time

import mindspore as ms
import numpy as np
from mindspore import nn

from experiments.tables import Row, Run, command, fill_table, lay_out, rounded, work_folder
from gan_course.data.batches import normal_noise
from gan_course.data.mnist import mnist
from gan_course.data.stacked_digits import stacked, stacked_batches, with_margin, without_margin
from gan_course.evaluation.stacked_digits import stacked_metrics
from gan_course.lessons import dcgan
from gan_course.lessons.picture_gan import learning_rate
from gan_course.models.dcgan import Discriminator, initialise
from gan_course.models.inference import generate
from gan_course.models.packing import Packed
from gan_course.training.averaging import averaging
from gan_course.training.guard import stopping_at_nan
from gan_course.training.loop import Callback, Step, train
from gan_course.training.losses import relativistic_generator_loss, relativistic_loss
from gan_course.training.players import two_players
from gan_course.training.steps.gan import gan_step
from gan_course.training.steps.rounds import rounds_step, zero_centred_penalty
from gan_course.viz.pictures import image_grid

NUM_SAMPLES = 26_000  # as the papers count
SHOWN = 36
REPEATED = ("relativistic, R1 + R2",)  # from a second seed
Players = dict[str, nn.Cell]


# Recipes
def plain(players: Players) -> Step:
    """The two losses of lesson 03."""
    return gan_step(**players)


def relativistic(players: Players) -> Step:
    """D compares real with generated pictures, and R1 and R2 hold its slope at both (gamma = 1)."""
    discriminator = players["discriminator"]

    def penalty(real, fake, epsilon):
        return (zero_centred_penalty(discriminator, real) + zero_centred_penalty(discriminator, fake)) / 2

    step = rounds_step(**players, loss_d=relativistic_loss, loss_g=relativistic_generator_loss, penalty=penalty)
    unused = ms.Tensor(np.zeros((1, 1), np.float32))  # epsilon, which other penalties need
    return lambda real, z: step(real, z, unused)


@dataclass(frozen=True)
class Recipe:
    """Networks, rates and number of steps; how to train; how many pictures D sees at a time."""

    settings: dcgan.Settings
    make_step: Callable[[Players], Step] = plain
    pack: int = 1
    normalise: bool = True  # batch normalisation in D, which has no place beside a penalty on the slope at one picture


def as_published(pack: int = 1) -> Recipe:
    """The DCGAN that PacGAN's authors count with (the code they released), a quarter as wide, for fewer steps.

    Four doublings and four halvings, hence 32x32 for 28x28; 16 to 128 channels, where they have 64 to 512; batches of
    64 (packs), Adam at 2e-4. They give G two updates to one of D; here its rate is twice D's.
    """
    networks = {"size": (32, 32), "num_doublings": 4, "num_halvings": 4, "base_channels": 16, "base_channels_d": 16}
    rates = {"learning_rate_g": 4e-4, "learning_rate_d": 2e-4}
    return Recipe(dcgan.paper(gray=False, batch_size=64, num_steps=5_000, **networks, **rates), pack=pack)


def recipes() -> dict[str, Recipe]:
    """By the name of the run, in the order in which they are made."""
    paper = dcgan.paper(gray=False, batch_size=64, num_steps=10_000)
    chosen = replace(dcgan.SETTINGS["class"], gray=False, decay_start=0.5, num_steps=10_000)
    rates = {"learning_rate_g": 1e-3, "learning_rate_d": 1e-3}
    unnormalised = replace(chosen, normalise_hidden=False, normal_init=False, **rates)
    return {
        "lesson 05's DCGAN": Recipe(chosen),
        "DCGAN": Recipe(paper),
        "relativistic, R1 + R2": Recipe(unnormalised, relativistic, normalise=False),
        "PacDCGAN2": Recipe(paper, pack=2),
        "deep DCGAN": as_published(),
    }


# All put together
@dataclass
class Game:
    """Networks and batches, ready to be trained."""

    step: Step
    batches: Iterator[tuple[np.ndarray, ...]]
    callbacks: tuple[Callback, ...]
    generator: nn.Cell  # z (N, latent_dim) -> (N, 3, H, W): the average of its weights, where there is one
    settings: dcgan.Settings

    def pictures(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Pictures of fresh noise, `(count, 3, 28, 28)` in [-1, 1]."""
        z = rng.standard_normal((count, self.settings.latent_dim), np.float32)
        return without_margin(generate(self.generator, z))


def build(recipe: Recipe, seed: int) -> Game:
    """Put networks, optimisers, step and batches together."""
    settings = recipe.settings
    ms.set_seed(seed)
    generator, discriminator, average = networks(recipe, np.random.default_rng(seed))
    rates = (settings.learning_rate_g, settings.learning_rate_d)
    schedules = [learning_rate(rate, settings.num_steps, settings.decay_start) for rate in rates]
    adams = [partial(nn.Adam, beta1=settings.beta1, learning_rate=schedule) for schedule in schedules]
    players = two_players(generator, discriminator, *adams)
    callbacks = [stopping_at_nan(players)]
    if average is not None:
        noise = normal_noise(settings.batch_size, settings.latent_dim)
        callbacks.append(averaging(average.set_train(False), generator, settings.average_decay, inputs=noise))
    digits = with_margin(mnist("train")[0][:, 0], settings.size)
    count = settings.batch_size * recipe.pack  # batch_size is how many answers D gives
    batches = stacked_batches(digits, count, settings.latent_dim, np.random.default_rng([seed, 1]))
    best = generator if average is None else average
    return Game(recipe.make_step(players), batches, tuple(callbacks), best, settings)


def networks(recipe: Recipe, rng: np.random.Generator) -> tuple[nn.Cell, nn.Cell, nn.Cell | None]:
    """Generator, discriminator and averaged generator: those of `dcgan`, but for packs and batch normalisation in D."""
    settings = recipe.settings
    generator, discriminator, average = dcgan.networks(settings, (3, *settings.size), rng)
    if recipe.pack == 1 and recipe.normalise:
        return generator, discriminator, average
    discriminator = Discriminator(
        (3 * recipe.pack, *settings.size),
        settings.base_channels_d,
        settings.num_halvings,
        hidden=settings.hidden_d,
        normalise_hidden=settings.normalise_hidden and recipe.normalise,
        normalise=recipe.normalise,
        kernel_size=settings.kernel_size,
    )
    if settings.normal_init:
        initialise(discriminator, rng)
    return generator, Packed(discriminator, recipe.pack) if recipe.pack > 1 else discriminator, average


# The table
def learnt(recipe: Recipe, seed: int, num_samples: int, file: Path | None) -> list[Row]:
    """Train; a row. Some pictures go into `file`, if there is one. `seconds` are the processor's, on one core."""
    start = process_time()
    game = build(recipe, seed)
    num_steps = recipe.settings.num_steps
    if train(game.step, game.batches, num_steps, game.callbacks).last_step < num_steps:
        raise KeyboardInterrupt  # which the training took for a wish to end it early
    seconds = round(process_time() - start, 1)
    return [{"steps": num_steps} | counted(game.pictures(num_samples, np.random.default_rng(2)), file, seconds)]


def not_learnt(draw: Callable[[int, np.random.Generator], np.ndarray], num_samples: int, file: Path) -> list[Row]:
    """The same row of pictures that no network made."""
    return [{"steps": 0} | counted(draw(num_samples, np.random.default_rng(2)), file, 0.0)]


def counted(pictures: np.ndarray, file: Path | None, seconds: float) -> Row:
    """What the digit classifier reads in pictures `(N, 3, 28, 28)`."""
    if file:
        np.save(file, image_grid(pictures[:SHOWN], scale=2)[None])
    return rounded(stacked_metrics(pictures) | {"seconds": seconds})


def real_digits(count: int, rng: np.random.Generator) -> np.ndarray:
    """Test digits, which neither a GAN nor the classifier has learnt from."""
    return stacked(mnist("test")[0][:, 0], count, rng)


def noise(count: int, rng: np.random.Generator) -> np.ndarray:
    """Each pixel drawn evenly from [-1, 1]."""
    return rng.uniform(-1, 1, (count, 3, 28, 28)).astype(np.float32)


@command(__doc__, ["stacked"])
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """Write the table and the picture."""
    num_samples = 200 if smoke else NUM_SAMPLES
    files = {name: work_folder(out, "07_stacked") / f"{name}.npy" for name in ("real", "noise", *recipes())}
    runs: list[Run] = [
        ({"run": name, "seed": 0}, partial(not_learnt, draw, num_samples, files[name]))
        for name, draw in (("real", real_digits), ("noise", noise))
    ]
    for name, seed in [(name, 0) for name in recipes()] + [(name, 1) for name in REPEATED if not smoke]:
        recipe = recipes()[name]
        if smoke:
            recipe = replace(recipe, settings=replace(recipe.settings, num_steps=2))
        file = files[name] if seed == 0 else None
        runs.append(({"run": name, "seed": seed}, partial(learnt, recipe, seed, num_samples, file)))
    fill_table(out / "07_stacked.csv", runs)
    lay_out([file for name, file in files.items() if name != "noise"], out / "07_stacked.png", columns=3)


if __name__ == "__main__":
    main()
