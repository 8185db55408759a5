"""A scorecard as text, with what its numbers mean."""

from math import floor, inf, log10

from gan_course.evaluation.bootstrap import Estimate
from gan_course.evaluation.classifier import CONFIDENT

MEANINGS = {  # what each number sees; mode_share_... are the histogram that class_kl speaks of
    "frechet_classifier_distance": "means, spreads and correlations of the classifier's features; low is good",
    "kernel_distance": "any difference of the features, without bias by the number of images; low is good",
    "texture_kernel_distance": "the same of features that see grain, weave, blur and paste, in colour; low is good",
    "spectral_distance": "root mean square difference of the mean spectra, in decibels, at full size; low is good",
    "share_clean": f"share of samples that are drawings without fault (probability above {CONFIDENT}); see the real",
    "precision": "share of samples as near to some real image as its 3rd real neighbour: do they look real?",
    "recall": "share of real images as near to some sample as its 3rd neighbour: is all variety there?",
    "classifier_confidence": "mean of the largest probability: does each picture show something known?",
    "modes_captured": f"classes that at least 1 sample in 100 shows with confidence (probability above {CONFIDENT})",
    "class_kl": "how far the class histogram is from that of the training images, in nats; 0 is equal",
    "nearest_held_out_ratio": "pixel distance to the nearest training image; 1 is held-out images, near 0 is copies",
}
LABEL_MEANINGS = {  # of models that are told which class to draw
    "gan_train_accuracy": "real images that a linear classifier names right which learnt from the samples: variety",
    "gan_test_accuracy": "samples that one names right which learnt from as many real images: right classes",
}


def as_table(card: dict[str, dict[str, Estimate]]) -> str:
    """A scorecard as text: a row a metric, a column a set, each number with how far its interval reaches."""
    width = max(18, *(len(name) + 2 for name in card))
    metrics = list(next(iter(card.values())))
    lines = [" " * 28 + "".join(name.rjust(width) for name in card)]
    for metric in metrics:
        lines.append(metric.ljust(28) + "".join(as_cell(numbers[metric]).rjust(width) for numbers in card.values()))
    meanings = [f"{name}: {text}" for name, text in (MEANINGS | LABEL_MEANINGS).items() if name in metrics]
    return "\n".join([*lines, "", *meanings])


def as_cell(number: Estimate) -> str:
    """0.123 ±0.045, 7.1 ±2.1 or 7,890 ±12: the longer side of an interval that has two, such as that of a share.

    It is shown with two figures, as far as three decimals allow; more would say what nobody knows.
    """
    reach = max(number.high - number.value, number.value - number.low)
    decimals = min(3, max(0, 1 - floor(log10(reach)))) if 0 < reach < inf else 3
    return f"{number.value:,.{decimals}f} ±{reach:,.{decimals}f}"
