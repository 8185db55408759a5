"""Sunflowers, drawn by code: as many as you like, of any size, no two alike, and free of anybody's rights."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from gan_course.data.drawing.painting import mix, planes, rgb
from gan_course.data.drawing.plants import Look, direction, paint_head, paint_stalk, random_look
from gan_course.data.drawing.scenery import random_scenery
from gan_course.errors import CourseError

POSES = ("face-on", "slim", "odd")
SMALLEST = 8  # pixels a side
SUPERSAMPLING = 3  # paint so many times larger, then average
LUMA = rgb(0.299, 0.587, 0.114)  # how bright red, green and blue look: ITU-R Rec. BT.601


def sunflowers(
    n: int = 256,
    size: tuple[int, int] = (64, 64),
    gray: bool = False,
    seed: int = 0,
    shares: Sequence[float] = (0.6, 0.3, 0.1),
) -> tuple[np.ndarray, np.ndarray]:
    """Draw n sunflowers. Image i depends on its place, `seed` and `shares` alone: a larger set begins with the smaller.

    Args:
        n: how many, at least 1.
        size: height and width in pixels, at least 8 each.
        gray: one channel, Rec. 601 luma, instead of three.
        seed: a whole number from 0; the same seed gives the same pictures.
        shares: how large a part of the set each of POSES gets, in proportion.

    Returns:
        images, float32 `(N, C, H, W)` in [-1, 1]: C = 3, in the order red, green, blue, or C = 1 if `gray`;
        and poses, int32 `(N,)`, positions in POSES.

    Raises:
        CourseError: an argument out of range.
    """
    check_whole("n", n, least=1)
    check_whole("seed", seed, least=0)
    check_size(size)
    images, poses = draw_set(n, tuple(size), seed, tuple(proportions(shares)))
    if gray:
        images = np.clip(images @ LUMA, 0, 1)[..., None]
    return np.ascontiguousarray(2 * images.transpose(0, 3, 1, 2) - 1), poses.copy()  # (N, C, H, W), (N,)


@lru_cache(maxsize=4)  # drawing takes seconds, and a lesson asks for the same set several times, in colour and in grey
def draw_set(n: int, size: tuple[int, int], seed: int, shares: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Draw n sunflowers, RGB in [0, 1], `(N, H, W, 3)`, and their poses, `(N,)`; not to be written to."""
    rng = np.random.default_rng(seed)
    poses = balanced_poses(rng, n, np.array(shares))
    return np.stack([draw_sunflower(own, size, POSES[pose]) for own, pose in zip(rng.spawn(n), poses)]), poses


def draw_sunflower(
    rng: np.random.Generator,
    size: tuple[int, int] = (64, 64),
    pose: str = "face-on",
    petals: tuple[np.ndarray, np.ndarray] | None = None,
) -> np.ndarray:
    """Draw one picture, float32 `(H, W, 3)` in [0, 1], RGB.

    Args:
        rng: all that is random comes from here.
        size: height and width in pixels, at least 8 each.
        pose: "face-on", one head that fills the frame; "slim", a whole plant with a small head; or "odd", that is
            a head that looks away, a profile, a bud, two heads, or a head cut off by the frame.
        petals: their colours at root and tip, RGB in [0, 1], `(3,)` each, instead of a sunflower's.

    Raises:
        CourseError: an unknown pose or an impossible size.
    """
    if pose not in POSES:
        raise CourseError(f"there is no pose {pose!r}: choose one of {', '.join(POSES)}")
    check_size(size)
    look = random_look(rng)
    if petals is not None:
        look = look._replace(root=petals[0], tip=petals[1])
    canvas = random_scenery(rng, look, *size)  # blurred anyway, so not painted larger
    canvas = canvas.repeat(SUPERSAMPLING, axis=1).repeat(SUPERSAMPLING, axis=2)
    paint = rng.choice(PAINTERS[pose])
    paint(canvas, rng, look)
    return np.ascontiguousarray(photograph(canvas, rng).transpose(1, 2, 0))


def photograph(canvas, rng) -> np.ndarray:
    """Average a large canvas down to pixels, `(3, H, W)`, and add what a camera adds: exposure, dark corners, grain."""
    height, width = canvas.shape[1] // SUPERSAMPLING, canvas.shape[2] // SUPERSAMPLING
    image = canvas.reshape(3, height, SUPERSAMPLING, width, SUPERSAMPLING).mean(axis=(2, 4))
    image *= planes(rgb(*rng.uniform(0.85, 1.3) * rng.normal(1, 0.03, 3)))
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    image *= 1 - rng.uniform(0, 0.2) * (x * x + y * y)
    image += rng.uniform(0.003, 0.015) * rng.standard_normal(image.shape, np.float32)
    return np.clip(image, 0, 1)


# Poses. Lengths are in units of the shorter side; positions start from the middle, x to the right, y down.


def unit(canvas) -> int:
    """The shorter side of a canvas, in pixels."""
    return min(canvas.shape[1:])


def place(canvas, x: float, y: float) -> np.ndarray:
    """A position as a point `(2,)` in pixels."""
    height, width = canvas.shape[1:]
    return np.array([width / 2 + x * unit(canvas), height / 2 + y * unit(canvas)])


def below(canvas, x: float) -> np.ndarray:
    """A point under the lower edge, where stems come from."""
    return place(canvas, x, 0.6) + (0, (canvas.shape[1] - unit(canvas)) / 2)


def any_way(rng, least: float, most: float) -> np.ndarray:
    """A direction from `least` to `most` radians away from the viewer, towards any side."""
    return direction(rng.uniform(least, most), rng.uniform(0, 2 * np.pi))


def paint_face_on(canvas, rng, look: Look) -> None:
    """One head, close and from the front."""
    one, centre = unit(canvas), place(canvas, *rng.uniform(-0.06, 0.06, 2))
    paint_stalk(canvas, rng, look, centre, below(canvas, rng.normal(0, 0.15)), 0.025 * one, 3, 0.5 * one)
    paint_head(canvas, rng, look, centre, rng.uniform(0.38, 0.54) * one, any_way(rng, 0, 0.3), rng.normal(0.05, 0.15))


def paint_slim(canvas, rng, look: Look) -> None:
    """A whole plant with a small head."""
    one, centre = unit(canvas), place(canvas, rng.normal(0, 0.08), rng.uniform(-0.27, -0.1))
    foot = below(canvas, rng.normal(0, 0.08))
    paint_stalk(canvas, rng, look, centre, foot, 0.016 * one, rng.integers(2, 6), 0.26 * one)
    paint_head(canvas, rng, look, centre, rng.uniform(0.13, 0.2) * one, any_way(rng, 0, 0.6))


def paint_tilted(canvas, rng, look: Look) -> None:
    """A head that looks far up, down or aside."""
    one, centre = unit(canvas), place(canvas, *rng.uniform(-0.08, 0.08, 2))
    paint_stalk(canvas, rng, look, centre, below(canvas, rng.normal(0, 0.15)), 0.025 * one, 2, 0.4 * one)
    paint_head(canvas, rng, look, centre, rng.uniform(0.36, 0.48) * one, any_way(rng, 1, 1.25), rng.uniform(0, 0.3))


def paint_profile(canvas, rng, look: Look) -> None:
    """A head from the side, its stem behind it."""
    one, side = unit(canvas), rng.choice((-1, 1))
    centre = place(canvas, side * rng.uniform(0, 0.12), rng.uniform(-0.15, 0.05))
    facing = direction(rng.uniform(1.25, 1.5), rng.normal(0, 0.3)) * (side, 1, 1)
    foot = below(canvas, -side * rng.uniform(0.15, 0.3))
    paint_stalk(canvas, rng, look, centre - 0.1 * one * facing[:2], foot, 0.025 * one, 2, 0.35 * one)
    paint_head(canvas, rng, look, centre, rng.uniform(0.3, 0.45) * one, facing, rng.uniform(0.5, 0.9))


def paint_bud(canvas, rng, look: Look) -> None:
    """A bud that looks up, almost closed, green with the first yellow."""
    one, centre = unit(canvas), place(canvas, *rng.uniform(-0.1, 0.1, 2))
    first_yellow = mix(look.green, look.tip, rng.uniform(0.5, 1))
    look = look._replace(rings=[13, 8], length=rng.uniform(1, 1.4), width=0.25, root=look.green, tip=first_yellow)
    facing = direction(rng.uniform(1.2, 1.5), rng.normal(-np.pi / 2, 0.4))
    paint_stalk(canvas, rng, look, centre, below(canvas, rng.normal(0, 0.15)), 0.03 * one, 3, 0.4 * one)
    paint_head(canvas, rng, look, centre, rng.uniform(0.35, 0.5) * one, facing, rng.uniform(1.3, 1.5))


def paint_pair(canvas, rng, look: Look) -> None:
    """Two heads side by side."""
    one, slope = unit(canvas), rng.uniform(-0.2, 0.2)
    for side in (-1, 1):
        centre = place(canvas, side * rng.uniform(0.2, 0.26), side * slope - 0.05)
        foot = below(canvas, side * rng.uniform(0, 0.2))
        paint_stalk(canvas, rng, look, centre, foot, 0.02 * one, 1, 0.3 * one)
        paint_head(canvas, rng, look, centre, rng.uniform(0.22, 0.3) * one, any_way(rng, 0, 0.6))


def paint_cropped(canvas, rng, look: Look) -> None:
    """A head so near that the frame cuts most of it off."""
    corner = place(canvas, *rng.choice((-1, 1), 2) * rng.uniform(0.35, 0.55, 2))
    paint_head(canvas, rng, look, corner, rng.uniform(0.75, 0.95) * unit(canvas), any_way(rng, 0, 0.5))


PAINTERS = {
    "face-on": (paint_face_on,),
    "slim": (paint_slim,),
    "odd": (paint_tilted, paint_profile, paint_bud, paint_pair, paint_cropped),
}


def balanced_poses(rng: np.random.Generator, n: int, shares: np.ndarray) -> np.ndarray:
    """A random sequence of poses, int32 `(N,)`, which keeps to the shares from its beginning.

    Each picture takes the pose that is furthest behind its share; some noise keeps the order from repeating itself.
    """
    owed, poses = np.zeros(len(shares)), np.empty(n, np.int32)
    for i in range(n):
        owed += shares
        wanted = np.where(shares > 0, owed + rng.uniform(0, 0.5, len(shares)), -np.inf)
        poses[i] = wanted.argmax()
        owed[poses[i]] -= 1
    return poses


def check_whole(name: str, value: int, least: int) -> None:
    """Refuse anything but a whole number from `least` on."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise CourseError(f"{name} must be a whole number of at least {least}, not {value!r}")


def check_size(size: tuple[int, int]) -> None:
    """Refuse anything but a height and a width."""
    if not isinstance(size, Sequence) or len(size) != 2:
        raise CourseError(f"size must be a height and a width, not {size!r}")
    check_whole("height", size[0], least=SMALLEST)
    check_whole("width", size[1], least=SMALLEST)


def proportions(shares: Sequence[float]) -> np.ndarray:
    """Return the shares as an array, made to add up to 1."""
    advice = f"shares must be {len(POSES)} numbers from 0, one each for {', '.join(POSES)}, not {shares!r}"
    try:
        parts = np.array(shares, float)
    except (TypeError, ValueError):
        raise CourseError(advice) from None
    if parts.shape != (len(POSES),) or not np.isfinite(parts).all() or parts.min() < 0 or parts.max() == 0:
        raise CourseError(advice)
    return parts / parts.sum()
