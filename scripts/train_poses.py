"""Train the classifier of sunflower poses and write its weights: `.venv/bin/python -m scripts.train_poses`.

Takes about four minutes on two cores and gives the same weights on the same machine. `--smoke` only tries it out.
"""

from pathlib import Path
from time import perf_counter

import click
import numpy as np
from scipy.ndimage import gaussian_filter, shift

from gan_course.data.sunflowers import sunflowers
from gan_course.evaluation.classifier import save_weights
from gan_course.evaluation.poses import (
    POSES,
    SIDE,
    WEIGHTS,
    PoseClassifier,
    load_pose_classifier,
    pose_probabilities,
    small_grays,
)
from gan_course.evaluation.shares import wilson_interval
from scripts.fit import fit

TRAINING_SEED, HELD_OUT_SEED = 730_001, 730_002  # far from those that a lesson or a reader would choose
BATCH_SIZE = 128
MIXED, STRANGE = 0.15, 0.1  # parts of each batch


@click.command(help=__doc__)
@click.option("--smoke", is_flag=True, help="Few drawings and steps, to try it out.")
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS, help="Where to write the weights.")
def main(smoke: bool, out: Path) -> None:
    """Draw, train, write, and print the accuracy on held-out drawings."""
    num_training, num_held_out, num_steps = (24, 12, 2) if smoke else (6000, 3000, 3000)

    start = perf_counter()
    images, poses = sunflowers(num_training, gray=True, seed=TRAINING_SEED, shares=(1, 1, 1))
    print(f"{num_training} drawings after {perf_counter() - start:.0f} s", flush=True)
    model = train_classifier(small_grays(images), poses, num_steps)
    save_weights(model, out)
    print(f"{out}: {out.stat().st_size / 1000:.0f} kB after {perf_counter() - start:.0f} s", flush=True)

    images, poses = sunflowers(num_held_out, gray=True, seed=HELD_OUT_SEED, shares=(1, 1, 1))
    report(pose_probabilities(images, load_pose_classifier(out)), poses)


def train_classifier(images: np.ndarray, poses: np.ndarray, num_steps: int) -> PoseClassifier:
    """Fit a fresh classifier to `images`, `(N, 1, 32, 32)` in [-1, 1], and their poses, int32 `(N,)`."""
    targets = np.eye(len(POSES), dtype=np.float32)[poses]
    return fit(PoseClassifier, images, targets, spoil, num_steps, BATCH_SIZE, TRAINING_SEED, 4e-3, weight_decay=1e-4)


# A GAN's pictures are less perfect than the drawings, so the classifier learns from worse ones.


def spoil(images: np.ndarray, targets: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Make a batch harder: some drawings mixed, a few replaced by no drawings at all, all of them photographed badly.

    Args:
        images: `(N, 1, 32, 32)` in [-1, 1].
        targets: the probability of each pose, `(N, 3)`.
        rng: all that is random comes from here.

    Returns:
        Images and targets of the same shapes.
    """
    images, targets = images.copy(), targets.copy()
    num_mixed, num_strange = round(MIXED * len(images)), round(STRANGE * len(images))
    mixed = slice(0, num_mixed)
    images[mixed], targets[mixed] = mixture(images, targets, num_mixed, rng)
    strange = slice(num_mixed, num_mixed + num_strange)
    images[strange] = [strange_picture(rng, image) for image in images[strange]]
    targets[strange] = 1 / len(POSES)  # says: none of them (outlier exposure, Hendrycks et al. 2019)
    return np.stack([bad_photograph(image[0], rng) for image in images])[:, None], targets


def mixture(images: np.ndarray, targets: np.ndarray, num: int, rng: np.random.Generator):
    """Lay the last `num` drawings over the first, targets as well (mixup, Zhang et al. 2018)."""
    weight = rng.uniform(0, 0.5, (num, 1)).astype(np.float32)
    return (
        images[:num] + weight[..., None, None] * (images[-num:] - images[:num]),
        targets[:num] + weight * (targets[-num:] - targets[:num]),
    )


def strange_picture(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """No sunflower, `(1, 32, 32)`: noise from fine to coarse, a plain grey, or a drawing cut up and shuffled."""
    kind = rng.integers(3)
    if kind == 0:
        noise = gaussian_filter(rng.standard_normal((1, SIDE, SIDE)), (0, *2 * [rng.choice((0, rng.uniform(0, 8)))]))
        return rng.uniform(-0.8, 0.8) + rng.uniform(0.05, 0.8) * noise / noise.std()
    if kind == 1:
        return np.full((1, SIDE, SIDE), rng.uniform(-1, 1))
    piece = rng.choice((1, 2, 4, 8))
    pieces = image.reshape(SIDE // piece, piece, SIDE // piece, piece).swapaxes(1, 2).reshape(-1, piece, piece)
    shuffled = rng.permutation(pieces).reshape(SIDE // piece, SIDE // piece, piece, piece)
    return shuffled.swapaxes(1, 2).reshape(1, SIDE, SIDE)


def bad_photograph(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mirror, shift, blur, change contrast and brightness, add noise: `(32, 32)` -> float32 `(32, 32)` in [-1, 1]."""
    image = image[:, :: rng.choice((-1, 1))]
    image = shift(image, rng.uniform(-1, 1, 2), order=1, mode="nearest")
    image = gaussian_filter(image, rng.choice((0, rng.uniform(0, 1.5))))
    image = rng.uniform(0.5, 1.3) * image + rng.normal(0, 0.1)
    image = image + rng.choice((0, rng.uniform(0, 0.25))) * rng.standard_normal(image.shape)
    return np.clip(image, -1, 1).astype(np.float32)


def report(probabilities: np.ndarray, poses: np.ndarray) -> None:
    """Print the accuracy, of each pose and overall, with 95 % intervals."""
    right = probabilities.argmax(axis=1) == poses
    for name, chosen in [*((name, poses == pose) for pose, name in enumerate(POSES)), ("all", poses >= 0)]:
        low, high = wilson_interval(int(right[chosen].sum()), int(chosen.sum()))
        print(f"{name:8} {right[chosen].mean():7.2%} of {chosen.sum()}, 95 % interval {low:.2%} to {high:.2%}")
    print(f"mean confidence {probabilities.max(axis=1).mean():.3f}")


if __name__ == "__main__":
    main()
