"""A few numbers of a generator that anyone can measure again in seconds; its model card keeps them."""

import json
import re
from typing import Any

import numpy as np

from gan_course.data.sources import Digits, Sunflowers
from gan_course.evaluation.digits import digit_probabilities
from gan_course.evaluation.poses import pose_probabilities
from gan_course.lessons.acgan import digit_names, kind_classifier
from gan_course.lessons.trained import Trained
from gan_course.runs.config import source_of

# By how much a number may differ on another machine: pictures there differ by some 1e-5, classifiers a little more.
TOLERANCE = 0.02


def measure(trained: Trained, count: int, seed: int) -> dict[str, float]:
    """Draw `count` pictures with the noise of `seed`; say how bright, varied and rough they are, and what they show.

    `pixel_mean` and `pixel_std` are over all pixels, `neighbour_difference` is the mean absolute difference of pixels
    side by side. Where the course has a classifier: `class_accuracy` is the share of pictures that show the class
    asked for, `confidence` the mean of the largest probability that the classifier gives.
    """
    pictures = trained.sample(count, np.random.default_rng(seed))
    numbers = {
        "pixel_mean": pictures.mean(),
        "pixel_std": pictures.std(),
        "neighbour_difference": np.abs(np.diff(pictures, axis=3)).mean(),
    } | classified(trained, pictures)
    return {name: round(float(value), 4) for name, value in numbers.items()}


def classified(trained: Trained, pictures: np.ndarray) -> dict[str, float]:
    """What the course's classifiers make of pictures of all classes in turn; {} of a folder's pictures."""
    source = source_of(trained.settings)
    if not isinstance(source, Digits | Sunflowers):
        return {}
    digits = isinstance(source, Digits)
    if trained.class_names:
        shown = digit_names(pictures) if digits else kind_classifier(pictures.shape[1] == 1)(pictures)
        return {"class_accuracy": (shown == np.resize(trained.class_names, len(pictures))).mean()}
    probabilities = digit_probabilities(pictures) if digits else pose_probabilities(pictures)
    return {"confidence": probabilities.max(axis=1).mean()}


def as_block(count: int, seed: int, numbers: dict[str, float]) -> str:
    """The block of a card that `read_block` reads."""
    return f"```json\n{json.dumps({'samples': count, 'seed': seed, 'numbers': numbers}, indent=2)}\n```"


def read_block(card: str) -> dict[str, Any]:
    """{"samples": count, "seed": seed, "numbers": {name: value}} of the text of a card."""
    (found,) = re.findall(r"```json\n(.*?)\n```", card, flags=re.DOTALL)
    return json.loads(found)
