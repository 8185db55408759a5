"""Lesson 08: two sets of pictures as clouds in a classifier's features, and two ways to compare them.

Real are MNIST's test digits, fake those of the shipped VAE with 2 latent numbers. The clouds have 128 dimensions; they
are drawn in a plane that holds the line between their means and, across it, the direction of largest variance.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from gan_course import pretrained
from gan_course.data.mnist import mnist
from gan_course.evaluation.digits import digit_features
from gan_course.evaluation.frechet import fit_gaussian, frechet_distance
from gan_course.evaluation.kernel_distance import kernel_distance
from scripts.ideas.style import FAKE, INK, LARGE, REAL, SMALL, SOFT, arrow, frame, funnel, picture, sheet, write

COUNT, DRAWN, PAIRED = 1000, 250, 3  # pictures in a set, dots of it, dots with lines between them
SIDE, TOP = 276, 44
TITLES = {"real": "real", "fake": "fake, a VAE's"}
LINES = {"real": "-", "fake": "--"}
LOOKS = {"real": {"color": REAL, "marker": "o"}, "fake": {"color": FAKE, "marker": "x"}}


def plane(real: np.ndarray, fake: np.ndarray) -> np.ndarray:
    """Two directions at right angles, `(d, 2)`: from mean to mean, and that in which both clouds are widest besides."""
    first = fake.mean(axis=0) - real.mean(axis=0)
    first /= np.linalg.norm(first)
    both = np.concatenate([real - real.mean(axis=0), fake - fake.mean(axis=0)])
    both -= np.outer(both @ first, first)
    return np.stack([first, np.linalg.eigh(both.T @ both)[1][:, -1]], axis=1)


def draw() -> Figure:
    rng = np.random.default_rng(0)
    images = {"real": mnist("test")[0][:COUNT], "fake": pretrained.load("vae-2d").sample(COUNT, rng)}
    features = {name: digit_features(some).astype(float) for name, some in images.items()}
    axis = sheet(400)
    draw_pictures(axis, images)
    directions = plane(*features.values())
    centre = np.concatenate([*features.values()]).mean(axis=0) @ directions
    points = {name: some @ directions - centre for name, some in features.items()}
    scale = SIDE / 2.1 / max(np.abs(some[:DRAWN]).max() for some in points.values())
    points = {name: some * scale * (1, -1) for name, some in points.items()}
    draw_ellipses(axis, 320, points)
    draw_pairs(axis, 608, points)
    frechet = frechet_distance(*map(fit_gaussian, features.values()))
    kernel = kernel_distance(*features.values())
    for x, title, words in [
        (320, "Fréchet distance", f"means and spreads (rings)\nare compared: here {frechet:.0f}"),
        (608, "kernel distance (MMD)", f"pairs are compared, within\na set and across: here {kernel:.0f}"),
    ]:
        write(axis, x + SIDE / 2, TOP - 22, title, LARGE, weight="bold")
        write(axis, x + SIDE / 2, TOP + SIDE + 32, words)
    return axis.figure


def draw_pictures(axis: Axes, images: dict[str, np.ndarray]) -> None:
    """Four pictures of each set, and the classifier that makes features of them."""
    for (name, some), top in zip(images.items(), (44, 196)):
        colour = LOOKS[name]["color"]
        write(axis, 74, top - 20, TITLES[name], weight="bold")
        for index in range(4):
            left, upper = 16 + 60 * (index % 2), top + 60 * (index // 2)
            picture(axis, some[index, 0], left, upper, 54, edgecolor=colour, linestyle=LINES[name], linewidth=3)
    middle = TOP + SIDE / 2
    arrow(axis, (138, middle), (160, middle))
    funnel(axis, 164, middle, 120, 200, 120, "grey", "classifier's\nfeatures")
    write(axis, 224, middle + 122, "128 numbers\na picture", SMALL, color=SOFT)
    write(axis, 74, 344, f"{COUNT:,} of each", SMALL, color=SOFT)
    arrow(axis, (288, middle), (314, middle))


def draw_dots(axis: Axes, left: float, points: dict[str, np.ndarray], count: int, size: float) -> None:
    """A frame with `count` dots of each set."""
    frame(axis, left, TOP, SIDE, SIDE, edgecolor=SOFT)
    for name, some in points.items():
        across, down = some[:count].T + np.array([[left + SIDE / 2], [TOP + SIDE / 2]])
        axis.scatter(across, down, s=size, linewidths=0.6 if size < 20 else 2, **LOOKS[name])


def draw_ellipses(axis: Axes, left: float, points: dict[str, np.ndarray]) -> None:
    """Dots, the mean of each set, its ring at 2 standard deviations, and the way from mean to mean."""
    draw_dots(axis, left, points, DRAWN, 6)
    means = []
    for name, some in points.items():
        means.append(some.mean(axis=0) + (left + SIDE / 2, TOP + SIDE / 2))
        variances, axes = np.linalg.eigh(np.cov(some.T))
        angle = np.degrees(np.arctan2(axes[1, 1], axes[0, 1]))
        style = {"edgecolor": LOOKS[name]["color"], "linestyle": LINES[name]}
        width, height = 4 * np.sqrt(variances[::-1])
        axis.add_patch(Ellipse(means[-1], width, height, angle=angle, fill=False, linewidth=3, **style))
    arrow(axis, *means, linewidth=3, zorder=4)


def draw_pairs(axis: Axes, left: float, points: dict[str, np.ndarray]) -> None:
    """A few dots, and lines: within the real ones, within the fakes, and from each real one to each fake, dotted."""
    few = {name: some[:PAIRED] + (left + SIDE / 2, TOP + SIDE / 2) for name, some in points.items()}
    for one in few["real"]:
        for other in few["fake"]:
            axis.plot(*zip(one, other), color=INK, linewidth=0.8, linestyle=":")
    for name, some in few.items():
        for index in range(PAIRED):
            for other in some[:index]:
                style = {"color": LOOKS[name]["color"], "linestyle": LINES[name]}
                axis.plot(*zip(some[index], other), linewidth=1.4, **style)
    draw_dots(axis, left, points, PAIRED, 60)
