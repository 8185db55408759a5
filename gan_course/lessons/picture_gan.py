"""The recipe that all GANs on pictures share: how they are averaged, drawn, evaluated and sampled while they train.

What differs between them, networks, losses and step, stands in a file a lesson.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.batches import Draw, normal_noise
from gan_course.data.folding import unfold
from gan_course.data.sources import Digits, Source, Sunflowers
from gan_course.evaluation.appearance import flower_distances
from gan_course.evaluation.distances import digit_distances
from gan_course.evaluation.shares import digit_metrics, pose_metrics
from gan_course.lessons.experiment import Experiment, Metrics, Sampler
from gan_course.models.inference import generate
from gan_course.training.averaging import averaging
from gan_course.training.dropout import renewing
from gan_course.training.loop import Step
from gan_course.training.schedules import cosine_ramp
from gan_course.viz.pictures import image_grid

BALANCE = {"log 2": np.log(2), "2 log 2": 2 * np.log(2)}  # losses of G and D where D answers 1/2 to everything
Evaluate = Callable[[np.ndarray], Metrics]  # images (N, C, H, W) -> numbers


class Settings(Protocol):
    """What the recipe reads of a lesson's settings."""

    size: tuple[int, int]
    latent_dim: int
    batch_size: int
    average_decay: float
    evaluate_every: int
    num_samples: int
    num_steps: int


@dataclass(frozen=True)
class Inputs:
    """What goes into G outside of its training: z, and labels where it knows classes; a row a picture."""

    shown: tuple[np.ndarray, ...]  # in every frame
    evaluated: tuple[np.ndarray, ...]  # in every evaluation
    typical: Draw  # as in the training, for the batch statistics of the averaged generator
    draw: Callable[[int, np.random.Generator], tuple[np.ndarray, ...]]  # fresh ones for samples


def noise_inputs(settings: Settings) -> Inputs:
    """Inputs of a G of z ~ N(0, I) alone: the same for every seed, frame and evaluation."""
    (fixed_z,) = normal_noise(settings.num_samples, settings.latent_dim)(np.random.default_rng(0))
    num_shown = 64 if max(settings.size) <= 32 else 36
    return Inputs(
        shown=(fixed_z[:num_shown],),
        evaluated=(fixed_z,),
        typical=normal_noise(settings.batch_size, settings.latent_dim),
        draw=lambda count, rng: normal_noise(count, settings.latent_dim)(rng),
    )


def picture_gan(
    settings: Settings,
    players: dict[str, nn.Cell],
    average: nn.Cell | None,
    step: Step,
    batches: Batches,
    evaluate: Evaluate | None,
    seed: int,
    fold: int = 1,
    inputs: Inputs | None = None,
    draw_grid: Callable[[np.ndarray], np.ndarray] = image_grid,
    curves: tuple[str, ...] = ("loss_d", "loss_g"),
    lines: dict[str, float] = BALANCE,
    class_names: tuple[str, ...] = (),
    bars: str = "",
) -> Experiment:
    """Put a GAN on pictures together.

    Args:
        settings: how long, how many samples, how much averaging.
        players: networks and optimisers, by `two_players`.
        average: a second generator for the average of the weights, which then makes the pictures; None without one.
        step: made of the players.
        batches: what the step takes.
        evaluate: numbers of the images that `inputs.evaluated` give; None where nobody can judge them.
        seed: what the experiment was built with; of the dropout masks, too.
        fold: the factor by which G's pictures are folded; they are unfolded for eyes and metrics.
        inputs: of G; by default noise alone.
        draw_grid: images of `inputs.shown` -> a picture.
        curves, lines, class_names, bars: see `Experiment`.
    """
    inputs = noise_inputs(settings) if inputs is None else inputs
    generators = {"generator": players["generator"]} if average is None else {"average": average.set_train(False)}
    best = next(iter(generators.values()))
    callbacks = [renewing(players["discriminator"], seed)]
    if average is not None:
        generators["generator"] = players["generator"]
        smooth = averaging(average, players["generator"], settings.average_decay, inputs=inputs.typical)
        callbacks.insert(0, smooth)
    return Experiment(
        cells=players | ({} if average is None else {"average": average}),
        step=step,
        batches=batches,
        num_steps=settings.num_steps,
        evaluate_every=settings.evaluate_every,
        draw=lambda: draw_grid(unfold(generate(best, *inputs.shown), fold)),
        evaluate=lambda: evaluate(unfold(generate(best, *inputs.evaluated), fold)) if evaluate else {},
        callbacks=tuple(callbacks),
        curves=curves,
        lines=lines,
        samplers={name: sampler(network, inputs, fold) for name, network in generators.items()},
        class_names=class_names,
        bars=bars,
        walk=lambda part: draw_grid(unfold(generate(best, *on_the_way(inputs.shown, part)), fold)),
        fold=fold,
        settings=settings,
        seed=seed,
    )


def on_the_way(shown: tuple[np.ndarray, ...], part: float) -> tuple[np.ndarray, ...]:
    """The inputs of a frame after `part`, from 0 to 1, of a closed path: each z turns with another one of the frame.

    Cosine and sine of one angle are the factors, so that every z on the way is as normal as those at its start.
    """
    z, *labels = shown
    angle = 2 * np.pi * part
    turned = np.cos(angle) * z + np.sin(angle) * np.roll(z, len(z) // 2, axis=0)
    return turned.astype(z.dtype), *labels


def sampler(generator: nn.Cell, inputs: Inputs, fold: int = 1) -> Sampler:
    """A function that draws images from `generator`, whose own are folded by `fold`."""
    return lambda count, rng: unfold(generate(generator, *inputs.draw(count, rng)), fold)


def learning_rate(rate: float, num_steps: int, decay_start: float) -> float | list[float]:
    """The rate itself for the part `decay_start` of `num_steps`, then a fall to a hundredth of it along a cosine.

    One number a step, or the rate alone where `decay_start` is 1.
    """
    if decay_start >= 1:
        return rate
    num_steady = round(decay_start * num_steps)
    return [rate] * num_steady + cosine_ramp(rate, rate / 100, num_steps - num_steady)


def evaluation_of(source: Source, images: np.ndarray) -> Evaluate | None:
    """What gives the numbers of generated pictures, by what they were learnt from; None for those of a folder."""
    if isinstance(source, Digits):
        distances = digit_distances(images)
        return lambda samples: digit_metrics(samples) | distances(samples)
    if isinstance(source, Sunflowers):
        distances = flower_distances(images)
        return lambda samples: pose_metrics(samples) | distances(samples)
    return None
