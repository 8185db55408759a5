"""What is measured: the recipe of each row, taken from the lessons, so that a better recipe is measured next time.

Nothing here needs MindSpore before a recipe is asked for.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from gan_course.data.sources import Sunflowers
from gan_course.lessons import load_lesson

Recipe = tuple[str, Any]  # a lesson's name and its settings
LONG = 10_000  # steps, so that no schedule of learning rates ends while steps are timed

# The DCGAN of the paper at 64x64: transposed convolutions, nothing at its ends.
PLAIN = {"size": (64, 64), "gray": False, "fold": 1, "shift": 0, "batch_size": 32, "upsample": False}
PLAIN |= {"base_channels": 32, "base_channels_d": 32, "num_doublings": 4, "num_halvings": 4, "kernel_size": 4}
PLAIN |= {"hidden_g": 0, "hidden_d": 0, "normalise_hidden": False, "dropout": 0.0}
PLAIN |= {"residual": False, "last_conv": False, "first_conv": False}
# The sunflowers folded; a shift of 2 is then one of 8 pixels.
FOLDED = {"fold": 4, "shift": 2, "base_channels": 48, "base_channels_d": 48, "num_doublings": 2, "num_halvings": 2}
FOLDED |= {"first_conv": True, "last_conv": True, "upsample": False}


def of_lesson(name: str, quick: bool) -> Recipe:
    """The recipe of the `class` profile, or of `smoke`."""
    return name, load_lesson(name).SETTINGS["smoke" if quick else "class"]


def plain(quick: bool) -> Recipe:
    settings = load_lesson("dcgan").Settings(data=Sunflowers(64 if quick else 256), **PLAIN)
    return "dcgan", replace(settings, base_channels=2, base_channels_d=2) if quick else settings


def sunflowers(quick: bool) -> Recipe:
    """Colour sunflowers as lesson 05 has them."""
    settings = load_lesson("dcgan").flowers()
    return "dcgan", replace(settings, data=Sunflowers(64), num_steps=20) if quick else settings


def folded(quick: bool) -> Recipe:
    """The same pictures folded, a variant that no lesson trains by default."""
    name, settings = sunflowers(quick)
    return name, replace(settings, **FOLDED)


def mixture(quick: bool) -> Recipe:
    settings = importlib.import_module("gan_course.lessons.mixture_gan").SETTINGS["ring"]
    return "mixture", replace(settings, num_seeds=2, hidden=(8, 8)) if quick else settings


STEPS: dict[str, Callable[[bool], Recipe]] = {  # rows of the table of steps
    "autoencoder": partial(of_lesson, "autoencoder"),
    "vae": partial(of_lesson, "vae"),
    "gan": partial(of_lesson, "gan"),
    "mlp-gan": partial(of_lesson, "mlp-gan"),
    "dcgan": partial(of_lesson, "dcgan"),
    "dcgan 64x64x3, sunflowers": sunflowers,
    "dcgan 64x64x3, plain": plain,
    "dcgan 64x64x3, folded": folded,
    "acgan": partial(of_lesson, "acgan"),
    "wgan-gp": partial(of_lesson, "wgan-gp"),
    "mixture": mixture,
}
TRAININGS: dict[str, Callable[[bool], Recipe]] = {  # whole ones, of the time to quality
    "digits": partial(of_lesson, "dcgan"),
    "sunflowers": sunflowers,
}


@dataclass(frozen=True)
class Noise:
    """A source of pictures that show nothing, any number of any size at once: for steps, which do not look at them."""

    count: int

    def pictures(self, size: tuple[int, int], gray: bool, at_least: int = 1) -> np.ndarray:
        """Float32 `(count, C, H, W)` in [-1, 1]."""
        rng = np.random.default_rng(0)
        return 2 * rng.random((self.count, 1 if gray else 3, *size), np.float32) - 1


def grown(batch_size: int, side: int, width: int, pictures: int) -> Recipe:
    """The DCGAN of the lesson's digits at other sizes: for growth."""
    lesson = load_lesson("dcgan")
    sizes = {"size": (side, side), "base_channels": width, "base_channels_d": width, "batch_size": batch_size}
    return "dcgan", replace(lesson.Settings(), data=Noise(pictures), fold=1, num_doublings=2, num_halvings=2, **sizes)
