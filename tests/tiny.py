"""Runs of the lessons so tiny that they take a second: few digits, narrow networks, ten steps."""

import importlib
from contextlib import contextmanager
from dataclasses import fields, replace

import numpy as np
import pytest

from gan_course.data.sources import Sunflowers
from gan_course.lessons import load_lesson
from gan_course.runs import score
from gan_course.runs.train import train_lesson

NUM_STEPS, EVALUATE_EVERY = 10, 4
DIGITS_A_CLASS = 60
TINY = {"num_steps": NUM_STEPS, "evaluate_every": EVALUATE_EVERY, "batch_size": 8, "latent_dim": 3}
TINY |= {"hidden": (8, 6), "num_train": 35, "num_test": 32, "num_samples": 50}
TINY |= {"num_doublings": 1, "num_halvings": 1, "base_channels": 2, "base_channels_d": 2, "hidden_g": 3, "hidden_d": 0}
TINY |= {"dropout": 0.25, "counts": (9, 9, 9, 8)}


@contextmanager
def few_digits():
    """MNIST of sixty digits a class in both splits, wherever it is read, and short cards at the end of a run."""
    module = importlib.import_module("gan_course.data.mnist")  # `gan_course.data.mnist` is the function
    read = module.read_idx

    def read_few(directory, stem):
        labels = read(directory, f"{stem.split('-')[0]}-labels-idx1-ubyte")
        return read(directory, stem)[module.choose(labels, range(10), DIGITS_A_CLASS)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "read_idx", read_few)
        patch.setattr(score, "NUM_BRIEF", {"mnist": 150, "sunflowers": 20})
        yield


def tiny_settings(lesson, **changes):
    """The settings of a lesson, as small as it has them."""
    settings = load_lesson(lesson).SETTINGS["smoke"]
    known = {field.name for field in fields(settings)}
    small = {name: value for name, value in TINY.items() if name in known}
    if isinstance(getattr(settings, "data", None), Sunflowers):
        small |= {"data": Sunflowers(35), "size": (8, 8), "hidden_g": (8, 6), "hidden_d": (8,)}
    return replace(settings, **small | changes)


def train_tiny(lesson, folder, *, seed=0, resume=False, **changes):
    """Train a lesson into a folder; return what `metrics.json` holds."""
    folder.mkdir(exist_ok=True)
    return train_lesson(lesson, tiny_settings(lesson, **changes), seed, folder, resume)


def parameters(path):
    """The bytes of everything in a checkpoint, by name; None if there is no such file."""
    if not path.exists():
        return None
    with np.load(path) as content:
        return {name: array.tobytes() for name, array in content.items()}
