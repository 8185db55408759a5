"""What lies behind a sunflower, out of focus: sky, horizon, and a field with other sunflowers in it."""

import numpy as np
from scipy.ndimage import gaussian_filter

from gan_course.data.drawing.painting import blend, mix, planes, rgb, scatter_dots, smooth_noise
from gan_course.data.drawing.plants import Look, paint_leaf

BLUE, GREY, HAZE, DUSK, CLOUD = (
    rgb(0.2, 0.45, 0.85),
    rgb(0.72, 0.75, 0.78),
    rgb(0.7, 0.82, 0.93),
    rgb(1.0, 0.75, 0.5),
    rgb(0.97, 0.97, 0.96),
)
SHADOW, LEAF, STRAW = rgb(0.05, 0.1, 0.04), rgb(0.45, 0.6, 0.22), rgb(0.75, 0.7, 0.42)


def random_scenery(rng: np.random.Generator, look: Look, height: int, width: int) -> np.ndarray:
    """Sky above a wavy horizon, field below it; now and then only sky or only field. Float32 `(3, H, W)`."""
    horizon = rng.choice((0, rng.uniform(0.6, 0.95), 1), p=(0.35, 0.45, 0.2))  # 0 at the top
    unit = min(height, width)
    canvas = sky(rng, height, width, unit)
    skyline = height * (1.2 * horizon - 0.1) + 0.03 * unit * smooth_noise(rng, 1, width, (1, 0.15 * unit))  # (1, W)
    blend(canvas, field(rng, look, height, width, unit), np.clip(np.arange(height)[:, None] - skyline, 0, 1))
    blur = unit * rng.uniform(0.008, 0.03)
    return gaussian_filter(canvas, (0, blur, blur), mode="nearest")


def sky(rng, height, width, unit) -> np.ndarray:
    """Blue or grey above, haze or dusk below, and clouds; `(3, H, W)`."""
    zenith = mix(BLUE, GREY, rng.uniform() ** 2)
    haze = mix(HAZE, DUSK, max(0, rng.uniform(-2, 0.8)))
    down = np.linspace(0, rng.uniform(0.2, 1.2), height, dtype=np.float32)[:, None]
    canvas = mix(planes(zenith), planes(haze), down) * np.ones((1, width), np.float32)
    shapes = smooth_noise(rng, height, width, (0.2 * unit, 0.35 * unit))
    shapes += 0.5 * smooth_noise(rng, height, width, (0.08 * unit, 0.12 * unit))
    blend(canvas, planes(CLOUD), np.clip(0.5 * shapes + rng.uniform(-0.8, 0.5), 0, 0.9))
    return canvas


def field(rng, look: Look, height, width, unit) -> np.ndarray:
    """Green in sun and shadow, some leaves, and often other sunflowers; `(3, H, W)`."""
    patches = sum(smooth_noise(rng, height, width, (size * unit, size * unit)) for size in (0.3, 0.12, 0.05))
    sunlit = mix(LEAF, STRAW, rng.uniform() ** 3)
    canvas = mix(planes(SHADOW), planes(sunlit), np.clip(rng.uniform(0.1, 0.9) + 0.15 * patches, 0, 1))
    for _ in range(rng.integers(3, 12)):
        base = rng.uniform(0, (width, height))
        paint_leaf(canvas, rng, look, base, rng.uniform(0.1, 0.5) * unit, rng.choice((-1, 1)))
    if rng.uniform() < 0.6:
        paint_far_heads(canvas, rng, look, unit)
    return canvas


def paint_far_heads(canvas, rng, look: Look, unit) -> None:
    """Yellow dots with darker middles, the many small ones first."""
    height, width = canvas.shape[1:]
    for size in (0.015, 0.025, 0.045):
        n = rng.integers(1, 3 + int(0.03 / size**2))
        points, colours = rng.uniform(0, (width, height), (n, 2)), look.tip * rng.uniform(0.6, 1, (n, 1))
        scatter_dots(canvas, points, colours, size * unit)
        scatter_dots(canvas, points, colours * look.florets[1], 0.3 * size * unit)
