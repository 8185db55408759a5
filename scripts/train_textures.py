"""Train the classifier of faults and write its weights: `.venv/bin/python -m scripts.train_textures`.

Takes about six minutes on one core and gives the same weights on the same machine. `--smoke` only tries it out.
"""

from pathlib import Path
from time import perf_counter

import click
import numpy as np

from gan_course.data.sunflowers import LUMA, sunflowers
from gan_course.evaluation.classifier import CONFIDENT, save_weights
from gan_course.evaluation.poses import POSES
from gan_course.evaluation.textures import (
    FAULTS,
    WEIGHTS,
    TextureClassifier,
    clean_probabilities_of,
    load_texture_classifier,
)
from gan_course.models.inference import in_chunks
from scripts import faults
from scripts.fit import fit

TRAINING_SEED, HELD_OUT_SEED = 740_001, 740_002  # far from those that a lesson or a reader would choose
BATCH_SIZE = 64
CLEAN, TWO_FAULTS, GRAY = 0.4, 0.3, 0.35  # parts of each batch; of those with a fault; of all


@click.command(help=__doc__)
@click.option("--smoke", is_flag=True, help="Few drawings and steps, to try it out.")
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS, help="Where to write the weights.")
def main(smoke: bool, out: Path) -> None:
    """Draw, train, write, and print which part of held-out drawings, with each fault and without, is called clean."""
    num_training, num_held_out, num_steps = (24, 12, 2) if smoke else (4000, 1000, 2600)

    start = perf_counter()
    images, poses = sunflowers(num_training, seed=TRAINING_SEED, shares=(1, 1, 1))
    print(f"{num_training} drawings after {perf_counter() - start:.0f} s", flush=True)
    save_weights(train_classifier(images, poses, num_steps), out)
    print(f"{out}: {out.stat().st_size / 1000:.0f} kB after {perf_counter() - start:.0f} s", flush=True)

    images, _ = sunflowers(num_held_out, seed=HELD_OUT_SEED)
    report(load_texture_classifier(out), images)


def train_classifier(images: np.ndarray, poses: np.ndarray, num_steps: int) -> TextureClassifier:
    """Fit a fresh classifier to clean `images`, `(N, 3, 64, 64)` in [-1, 1], and their poses, int32 `(N,)`."""
    return fit(TextureClassifier, images, poses, spoil, num_steps, BATCH_SIZE, TRAINING_SEED, peak=6e-3)


def spoil(images: np.ndarray, poses: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Make a lesson of a batch: some drawings stay clean, most get a fault or two; some of both turn grey.

    Args:
        images: `(N, 3, 64, 64)` in [-1, 1].
        poses: int32 `(N,)`.
        rng: all that is random comes from here.

    Returns:
        Images of the same shape, and how probable each pose and each fault is to be the answer, `(N, 11)`.
    """
    num_clean = round(CLEAN * len(images))
    images = np.stack([photograph(image, rng) for image in images])
    targets = np.eye(len(POSES) + len(FAULTS), dtype=np.float32)[poses]
    for i in range(num_clean, len(images)):
        chosen = rng.choice(len(FAULTS), 1 + (rng.uniform() < TWO_FAULTS), replace=False)
        for fault in chosen:
            images[i] = with_fault(FAULTS[fault], images[i], rng, images[rng.integers(num_clean)])
        targets[i] = 0
        targets[i, len(POSES) + chosen] = 1 / len(chosen)
    return np.clip(images, -1, 1), targets


def photograph(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mirror or not, a little brighter or darker, in colour or in grey, as clean as before: the shape stays."""
    image = image[:, :, :: rng.choice((-1, 1))]
    if rng.uniform() < GRAY:
        image = gray(image)
    return np.clip(rng.uniform(0.85, 1.15) * image + rng.normal(0, 0.05), -1, 1).astype(np.float32)


def gray(image: np.ndarray) -> np.ndarray:
    """The luma of an RGB picture in all three channels."""
    return np.repeat(np.tensordot(LUMA, image, axes=1)[None], 3, axis=0)


def with_fault(name: str, image: np.ndarray, rng: np.random.Generator, other: np.ndarray) -> np.ndarray:
    """The picture with one of FAULTS, such as a mixture with `other`, which turns grey if the picture is."""
    if name == "mixture":
        is_gray = (image == image[:1]).all()
        return faults.mixture(image, rng, gray(other) if is_gray else other)
    return getattr(faults, name)(image, rng)


def report(model: TextureClassifier, images: np.ndarray) -> None:
    """Print the share of drawings that are called clean, as they are and with each fault, and the mean probability."""
    rng = np.random.default_rng(HELD_OUT_SEED)
    shown = {"no fault": images, "no fault, grey": np.stack([gray(image) for image in images])}
    for name in FAULTS:
        spoilt = [with_fault(name, image, rng, other) for image, other in zip(images, np.roll(images, 1, axis=0))]
        shown[name] = np.clip(spoilt, -1, 1).astype(np.float32)
    for name, pictures in shown.items():
        clean = clean_probabilities_of(in_chunks(model.features, pictures, size=250), model)
        print(f"{name:15} called clean {(clean > CONFIDENT).mean():6.1%}, mean probability {clean.mean():.3f}")


if __name__ == "__main__":
    main()
