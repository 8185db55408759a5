"""Lesson 02: what the KL term does to the encoder's clouds. A sketch of ten clouds, with numbers that are worked out.

With the KL the clouds are chosen as it would have them: all together have mean 0 and variance 1, like N(0, I). Without
it the same clouds lie further out and are smaller, which is what the other term, the NLL, rewards.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from scripts.ideas.style import BLUE, GREEN, INK, LARGE, SMALL, SOFT, VERMILION, arrow, frame, sheet, write

CLOUDS = 10
SPREAD = 0.5  # sigma of each cloud with the KL; the means then have the variance 1 - SPREAD^2
APART, NARROW = 3.2, 0.35  # without it: means this many times as far out, sigma this much of the size
UNIT, SIDE = 36, 400  # pixels for 1, and of a panel


def cloud_means(rng: np.random.Generator) -> np.ndarray:
    """Means `(CLOUDS, 2)` on a spiral, so that none hides another; mean 0, variance 1 - SPREAD^2 in each number."""
    turns = np.arange(CLOUDS) * np.pi * (3 - np.sqrt(5)) + rng.uniform(0, 2 * np.pi)
    means = np.sqrt(np.arange(CLOUDS) + 0.5)[:, None] * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return (means - means.mean(axis=0)) / means.std(axis=0) * np.sqrt(1 - SPREAD**2)


def mean_kl(means: np.ndarray, sigma: float) -> float:
    """From N(0, I), in nats: 1/2 sum(sigma^2 + mu^2 - 1 - log sigma^2) (Kingma & Welling 2014, equation 10)."""
    return float(0.5 * (sigma**2 + means**2 - 1 - np.log(sigma**2)).sum(axis=1).mean())


def share_covered(means: np.ndarray, sigma: float, z: np.ndarray) -> float:
    """The share of `z` within 2 sigma of some cloud's mean."""
    distances = np.linalg.norm(z[:, None] - means, axis=2)
    return float((distances.min(axis=1) < 2 * sigma).mean())


def draw() -> Figure:
    rng = np.random.default_rng(0)
    means = cloud_means(rng)
    axis = sheet(548)
    panels = [
        (28, "NLL alone: empty space", APART * means, NARROW * SPREAD),
        (472, "NLL + KL: one cloud, N(0, I)", means, SPREAD),
    ]
    for left, title, centres, sigma in panels:
        write(axis, left + SIDE / 2, 22, title, LARGE, weight="bold")
        frame(axis, left, 44, SIDE, SIDE, edgecolor=SOFT)
        draw_clouds(axis, left + SIDE / 2, 44 + SIDE / 2, centres, sigma, rng)
        covered = share_covered(centres, sigma, np.random.default_rng(1).standard_normal((20_000, 2)))
        words = f"KL of a cloud {mean_kl(centres, sigma):.1f} nats on average;\n"
        words += f"{100 * covered:.0f} % of new z fall into a cloud"
        write(axis, left + SIDE / 2, 474, words)
    draw_forces(axis, 472 + SIDE / 2, 44 + SIDE / 2)
    key = "a sketch; ringed dots: the encoder's cloud for each of ten pictures;   "
    key += "×: new z;   dashed: N(0, I); rings at 2σ"
    write(axis, 450, 528, key, SMALL, color=SOFT)
    return axis.figure


def draw_clouds(axis: Axes, x: float, y: float, means: np.ndarray, sigma: float, rng: np.random.Generator) -> None:
    """Dots and a ring at 2 sigma for each cloud; in black 2 sigma of N(0, I), and a few z from it."""
    for mean in means:
        across, up = (mean + sigma * rng.standard_normal((40, 2))).T * UNIT
        axis.scatter(x + across, y - up, s=3, color=BLUE, linewidths=0)
        axis.add_patch(Circle((x + mean[0] * UNIT, y - mean[1] * UNIT), 2 * sigma * UNIT, fill=False, edgecolor=BLUE))
    axis.add_patch(Circle((x, y), 2 * UNIT, fill=False, edgecolor=INK, linestyle="--", linewidth=1.6))
    across, up = np.random.default_rng(3).standard_normal((12, 2)).T * UNIT
    axis.scatter(x + across, y - up, s=34, color=INK, marker="x", linewidths=1.6)


def draw_forces(axis: Axes, x: float, y: float) -> None:
    """Two arrows each: inwards for the KL, outwards for the NLL, around the cloud."""
    for side in (-1, 1):
        arrow(axis, (x + side * 180, y + side * 60), (x + side * 116, y + side * 36), color=GREEN, linewidth=3.5)
        start, end = (x + side * 64, y - side * 100), (x + side * 96, y - side * 156)
        arrow(axis, start, end, color=VERMILION, linewidth=2.5, linestyle="--")
    write(axis, x - 112, y - 106, "KL pulls in\nand widens", weight="bold")
    write(axis, x + 26, y + 160, "NLL pushes apart\nand narrows", weight="bold")
