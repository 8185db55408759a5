"""Which number notices which fault of sunflowers: `.venv/bin/python -m experiments.measures`, about two minutes.

Drawings that no lesson learns from get faults of three strengths, 500 pictures each, and the numbers of a training are
measured on each, beside those of untouched drawings, of copies and of noise.
"""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from experiments.tables import Row, command, fill_table, rounded
from gan_course.data.sources import Sunflowers
from gan_course.data.sunflowers import POSES, sunflowers
from gan_course.evaluation.appearance import flower_distances
from gan_course.evaluation.nearest import nearest_images, typical_distance
from gan_course.evaluation.shares import pose_metrics
from gan_course.viz.pictures import image_grid, save_picture

SEED, OTHER_SEED = 750_001, 750_002  # of drawings that get faults, and of untouched ones; no classifier has seen them
SHOWN = 2  # pictures of each strength
Fault = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]  # (N, C, H, W) in [-1, 1], strength, rng


def grain(images: np.ndarray, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """White noise, in all colours."""
    return images + sigma * rng.standard_normal(images.shape)


def weave(images: np.ndarray, amplitude: float, rng: np.random.Generator) -> np.ndarray:
    """A wave along each axis which repeats every four pixels."""
    rows, columns = np.ogrid[: images.shape[2], : images.shape[3]]
    return images + amplitude * (np.cos(np.pi * rows / 2) + np.cos(np.pi * columns / 2))


def blur(images: np.ndarray, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Out of focus by so many pixels."""
    return gaussian_filter(images, (0, 0, sigma, sigma))


def ragged(images: np.ndarray, reach: float, rng: np.random.Generator) -> np.ndarray:
    """Each pixel from another place, so many pixels away."""
    height, width = images.shape[2:]
    ways = gaussian_filter(rng.standard_normal((len(images), 2, height, width)), (0, 0, 1.5, 1.5))
    places = np.mgrid[:height, :width] + reach * ways / ways.std()
    moved = [map_coordinates(c, place, order=1, mode="nearest") for image, place in zip(images, places) for c in image]
    return np.reshape(moved, images.shape)


def pale(images: np.ndarray, lost: float, rng: np.random.Generator) -> np.ndarray:
    """So much of the contrast is lost."""
    return images - lost * (images - images.mean(axis=(2, 3), keepdims=True))


def paste(images: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """The right half of that share of the pictures is that of another."""
    num, middle = round(share * len(images)), images.shape[3] // 2
    return np.concatenate(
        [
            np.concatenate([images[:num, :, :, :middle], np.roll(images, 1, axis=0)[:num, :, :, middle:]], axis=3),
            images[num:],
        ]
    )


def recoloured(images: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """So much of red has become green, of green blue, and of blue red."""
    return images + share * (np.roll(images, 1, axis=1) - images)


def salt(images: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """That share of the pixels is black or white."""
    dice = rng.uniform(size=(len(images), 1, *images.shape[2:]))
    return np.where(dice < share / 2, -1, np.where(dice > 1 - share / 2, 1, images))


def averaged(images: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """So much of each picture is given up for the mean of eight others: smears without an edge."""
    others = np.mean([np.roll(images, shift, axis=0) for shift in range(1, 9)], axis=0)
    return images + share * (others - images)


def copies(images: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """That share of the pictures is copied from the training set."""
    num = round(share * len(images))
    return np.concatenate([rng.choice(training(), num), images[num:]])


def one_pose(images: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """That share of the pictures shows one pose, face-on; the others are as they come."""
    num = round(share * len(images))
    face_on = [float(name == "face-on") for name in POSES]
    return np.concatenate([sunflowers(num, seed=SEED + 7, shares=face_on)[0], images[num:]])


FAULTS: dict[str, tuple[Fault, tuple[float, float, float]]] = {  # each with its strengths, slight to strong
    "grain": (grain, (0.1, 0.2, 0.4)),
    "weave": (weave, (0.06, 0.12, 0.25)),
    "blur": (blur, (0.7, 1.2, 2.5)),
    "ragged": (ragged, (1.0, 2.0, 4.0)),
    "pale": (pale, (0.3, 0.5, 0.8)),
    "paste": (paste, (0.25, 0.5, 1.0)),
    "recoloured": (recoloured, (0.25, 0.5, 1.0)),
    "salt": (salt, (0.01, 0.05, 0.2)),
    "averaged": (averaged, (0.15, 0.3, 0.6)),
    "one pose": (one_pose, (0.25, 0.5, 1.0)),
    "copies": (copies, (0.25, 0.5, 1.0)),
}


@command(__doc__, FAULTS)
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """Measure the faults that are asked for and missing, a row for each strength; draw them all."""
    count = 24 if smoke else 500
    runs = [({"fault": "none", "strength": ""}, partial(untouched, count)), ({"fault": "noise"}, partial(noise, count))]
    for name in names:
        _, strengths = FAULTS[name]
        runs += [
            ({"fault": name, "strength": strength}, lambda n=name, s=strength: [measure(spoilt(n, s, count))])
            for strength in strengths
        ]
    fill_table(out / "08_measures.csv", runs)
    save_picture(out / "08_measures.png", draw_faults(count))


def untouched(count: int) -> list[Row]:
    """The numbers of fresh drawings, as one row."""
    return [measure(sunflowers(count, seed=OTHER_SEED)[0])]


def noise(count: int) -> list[Row]:
    """Those of pixels from U(-1, 1)."""
    return [measure(np.random.default_rng(0).uniform(-1, 1, (count, *training().shape[1:])).astype(np.float32))]


def spoilt(name: str, strength: float, count: int) -> np.ndarray:
    """Drawings with a fault, `(count, 3, 64, 64)` in [-1, 1]."""
    fault, _ = FAULTS[name]
    images = fault(sunflowers(count, seed=SEED)[0], strength, np.random.default_rng(0))
    return np.clip(images, -1, 1).astype(np.float32)


def measure(images: np.ndarray) -> Row:
    """The numbers of `gan-course train` for pictures of sunflowers, and how near they come to the training pictures."""
    _, nearest = nearest_images(images, training())
    numbers = pose_metrics(images) | distances()(images) | {"nearest_ratio": np.median(nearest) / typical()}
    return rounded({name: float(value) for name, value in numbers.items()})


@cache
def training() -> np.ndarray:
    """The course's 256 sunflowers."""
    return Sunflowers().pictures()


@cache
def distances() -> Callable[[np.ndarray], dict[str, float]]:
    """What measures the distance of samples to them."""
    return flower_distances(training())


@cache
def typical() -> float:
    """How far they are from each other."""
    return typical_distance(training())


def draw_faults(count: int) -> np.ndarray:
    """A row for each fault, in the order of the table: some pictures without it, and with it at each strength."""
    clean = sunflowers(count, seed=SEED)[0][:SHOWN]
    rows = [
        np.concatenate([clean, *(spoilt(name, strength, count)[:SHOWN] for strength in strengths)])
        for name, (_, strengths) in FAULTS.items()
    ]
    return image_grid(np.concatenate(rows), columns=4 * SHOWN)


if __name__ == "__main__":
    main()
