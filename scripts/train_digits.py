"""Train the classifier of digits on MNIST and write its weights: `.venv/bin/python -m scripts.train_digits`.

Takes three to four minutes on two cores and gives the same weights on the same machine. `--smoke` only tries it out.
"""

from pathlib import Path
from time import perf_counter

import click
import numpy as np
from scipy.ndimage import gaussian_filter

from gan_course.data import mnist
from gan_course.data.shifts import shifted
from gan_course.evaluation.classifier import save_weights
from gan_course.evaluation.digits import (
    NUM_CLASSES,
    WEIGHTS,
    DigitClassifier,
    digit_probabilities,
    load_digit_classifier,
)
from gan_course.evaluation.shares import wilson_interval
from scripts.fit import fit

SEED = 28
BATCH_SIZE = 128
STRANGE = 0.05  # part of each batch


@click.command(help=__doc__)
@click.option("--smoke", is_flag=True, help="Few digits and steps, to try it out.")
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS, help="Where to write the weights.")
def main(smoke: bool, out: Path) -> None:
    """Train, write, and print the accuracy on the test set."""
    per_class, num_steps = (20, 2) if smoke else (None, 10_000)

    start = perf_counter()
    model = train_classifier(*mnist("train", per_class=per_class), num_steps)
    save_weights(model, out)
    print(f"{out}: {out.stat().st_size / 1000:.0f} kB after {perf_counter() - start:.0f} s", flush=True)

    images, labels = mnist("test", per_class=per_class)
    report(digit_probabilities(images, load_digit_classifier(out)), labels)


def train_classifier(images: np.ndarray, labels: np.ndarray, num_steps: int) -> DigitClassifier:
    """Fit a fresh classifier to `images`, `(N, 1, 28, 28)` in [-1, 1], and their digits, int32 `(N,)`."""
    targets = np.eye(NUM_CLASSES, dtype=np.float32)[labels]
    return fit(DigitClassifier, images, targets, spoil, num_steps, BATCH_SIZE, SEED, peak=3e-3, weight_decay=1e-4)


def spoil(images: np.ndarray, targets: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Make a batch harder: shift every digit, and put pictures without a digit in place of a few.

    Args:
        images: `(N, 1, 28, 28)` in [-1, 1].
        targets: the probability of each digit, `(N, 10)`.
        rng: all that is random comes from here.

    Returns:
        Images and targets of the same shapes.
    """
    images, targets = shifted(images, rng), targets.copy()
    strange = slice(0, round(STRANGE * len(images)))
    images[strange, 0] = [strange_picture(rng, image) for image in images[strange, 0]]
    targets[strange] = 1 / NUM_CLASSES  # says: none of them (outlier exposure, Hendrycks et al. 2019)
    return images, targets


def strange_picture(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """No digit, `(28, 28)` in [-1, 1]: noise from fine to coarse, a plain grey, or a digit cut up and shuffled."""
    kind, side = rng.integers(3), len(image)
    if kind == 0:
        noise = gaussian_filter(rng.standard_normal((side, side)), rng.choice((0, rng.uniform(0, 6))))
        return np.clip(rng.uniform(-1, 1) + rng.uniform(0.05, 1) * noise / noise.std(), -1, 1)
    if kind == 1:
        return np.full((side, side), rng.uniform(-1, 1))
    piece = rng.choice((1, 2, 4, 7))
    pieces = image.reshape(side // piece, piece, side // piece, piece).swapaxes(1, 2).reshape(-1, piece, piece)
    shuffled = rng.permutation(pieces).reshape(side // piece, side // piece, piece, piece)
    return shuffled.swapaxes(1, 2).reshape(side, side)


def report(probabilities: np.ndarray, labels: np.ndarray) -> None:
    """Print the accuracy, of each digit and overall, with 95 % intervals."""
    right = probabilities.argmax(axis=1) == labels
    for name, chosen in [*((str(digit), labels == digit) for digit in range(NUM_CLASSES)), ("all", labels >= 0)]:
        low, high = wilson_interval(int(right[chosen].sum()), int(chosen.sum()))
        print(f"{name:4} {right[chosen].mean():7.2%} of {chosen.sum():6}, 95 % interval {low:.2%} to {high:.2%}")
    print(f"mean confidence {probabilities.max(axis=1).mean():.3f}")


if __name__ == "__main__":
    main()
