"""A sunflower plant: the look of its variety, its head in space (disc, petals, sepals), its stem and leaves.

Directions are 3-vectors, x to the right, y down, z to the viewer; from afar, the picture of a vector is its x and y.
A head looks along `facing`. Its petals stand on spokes around it, so that a tilted head or a profile needs no code of
its own.
"""

from typing import NamedTuple

import numpy as np

from gan_course.data.drawing.painting import mix, paint_blade, paint_ellipse, paint_stem, rgb, scatter_dots

GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))  # 137.5 degrees, the smaller part of a turn in golden section

LEMON, GOLD, ORANGE, RUST = rgb(1.0, 0.9, 0.2), rgb(1.0, 0.76, 0.04), rgb(0.97, 0.55, 0.03), rgb(0.55, 0.16, 0.05)
NIGHT, BROWN, OLIVE, HONEY = rgb(0.1, 0.06, 0.05), rgb(0.36, 0.2, 0.08), rgb(0.5, 0.48, 0.15), rgb(0.75, 0.5, 0.12)
WARM = rgb(0.7, 1.1, 1.3)  # exponents of brightness: in the shade, blue goes first, and yellow turns to orange


class Look(NamedTuple):
    """What the plants of one picture look like, and the light that falls on them."""

    rings: list[int]  # petals in each ring, from the back
    root: np.ndarray  # colour of a petal at its root
    tip: np.ndarray  # and at its tip
    length: float  # of a petal, in radii of the disc
    width: float  # half of a petal's, in lengths
    blunt: float  # fullness of a petal's tip
    florets: np.ndarray  # colours (3, 3): centre, middle, rim
    pollen: float  # how yellow the open florets are
    green: np.ndarray  # of leaves and stem
    light: np.ndarray  # unit vector (3,) to the sun


class Head(NamedTuple):
    """Where a flower head is: the middle of its disc `(2,)`, the disc's radius, and where it looks, unit `(3,)`."""

    centre: np.ndarray
    radius: float
    facing: np.ndarray


class Blade(NamedTuple):
    """A petal or sepal as the viewer sees it, for `paint_blade`, and what it hides."""

    base: np.ndarray
    axis: np.ndarray
    across: np.ndarray
    root: np.ndarray
    tip: np.ndarray
    bend: float
    fold: float
    nearness: float  # z of its middle
    over_disc: bool


def vogel_spiral(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Where a sunflower puts its n florets: radius sqrt((k + 1/2) / n), angle k * 137.5 degrees, k = 0 .. n - 1.

    H. Vogel, A better way to construct the sunflower head, Mathematical Biosciences 44, 179-189, 1979. The square root
    gives every floret the same area; the golden angle never lines them up, so that no gap stays.

    Returns:
        radii in (0, 1) and angles in radians, each float64 `(n,)`.
    """
    k = np.arange(n)
    return np.sqrt((k + 0.5) / n), k * GOLDEN_ANGLE


def random_look(rng: np.random.Generator) -> Look:
    """Choose a variety and a time of day."""
    tip = mix(LEMON, GOLD, rng.uniform(0, 1.3)) if rng.uniform() < 0.75 else mix(GOLD, ORANGE, rng.uniform())
    root = mix(tip, ORANGE, rng.uniform(0.1, 0.9))
    if rng.uniform() < 0.1:
        root = mix(root, RUST, rng.uniform(0.4, 1))
    tones = mix(NIGHT, BROWN, rng.uniform(0, 1.2)), mix(BROWN, HONEY, rng.uniform()), mix(BROWN, OLIVE, rng.uniform())
    count, length = int(rng.choice((13, 17, 21))), rng.uniform(0.8, 1.7)
    light = np.array([rng.uniform(-1, 1), rng.uniform(-1, -0.2), rng.uniform(0.4, 1)])
    return Look(
        rings=[count, int(count * rng.uniform(0.6, 1)), 8][: rng.integers(2, 4)],
        root=root,
        tip=tip,
        length=length,
        width=rng.uniform(3.0, 4.5) * (1 + length / 2) / count / length,  # together they go a bit more than round
        blunt=rng.uniform(0.1, 1),
        florets=np.stack([tones[k] for k in rng.choice(3, 3, p=(0.5, 0.3, 0.2))]),
        pollen=max(0, rng.uniform(-0.5, 0.9)),
        green=rgb(rng.uniform(0.25, 0.48), rng.uniform(0.46, 0.64), rng.uniform(0.12, 0.24)),
        light=light / np.linalg.norm(light),
    )


def direction(tilt: float, towards: float) -> np.ndarray:
    """The unit vector that leans `tilt` radians away from the viewer, to the angle `towards` in the picture."""
    return np.array([np.sin(tilt) * np.cos(towards), np.sin(tilt) * np.sin(towards), np.cos(tilt)])


def spokes(facing: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Unit vectors `(K, 3)` at right angles to `facing`, at some angles `(K,)` around it."""
    right = np.array([facing[2] + 1e-9, 0, -facing[0]])
    right /= np.linalg.norm(right)
    return np.outer(np.cos(angles), right) + np.outer(np.sin(angles), np.cross(facing, right))


def silhouette(facing: np.ndarray, radius: float, thickness: float) -> tuple[np.ndarray, np.ndarray]:
    """Half axes, each `(2,)`, of the ellipse that a flattened ball shows, `thickness` times as thick as wide."""
    towards = np.arctan2(facing[1], facing[0])
    lean = np.array([np.cos(towards), np.sin(towards)])
    seen = np.hypot(facing[2], thickness * np.hypot(facing[0], facing[1]))
    return radius * seen * lean, radius * np.array([-lean[1], lean[0]])


def ring(rng, head: Head, light, n, start, length, width, cone, root, tip, behind=0.0) -> list[Blade]:
    """n blades around a head, each a little different from the next.

    Args:
        light: unit vector `(3,)` to the sun.
        start, length: where they begin and how long they are, in radii of the disc.
        width: half of theirs, in lengths.
        cone: how far they rise out of the plane of the disc, in radians.
        root, tip: their colours.
        behind: how far behind the disc they begin, in its radii.
    """
    angles = 2 * np.pi * (np.arange(n) + rng.normal(0, 0.22, n) + rng.uniform()) / n
    cones = cone + rng.normal(0, 0.15, n)
    outwards = spokes(head.facing, angles)
    axes = np.cos(cones)[:, None] * outwards + np.outer(np.sin(cones), head.facing)
    across = np.cross(head.facing, outwards) + np.outer(rng.normal(0, 0.3, n), head.facing)
    axes *= head.radius * length * rng.normal(1, 0.09, (n, 1))
    across *= head.radius * length * width * rng.normal(1, 0.12, (n, 1))

    normals = np.cross(axes, across)
    sun = np.abs(normals @ light) / np.linalg.norm(normals, axis=1)
    shades = (0.82 + 0.35 * sun[:, None]) ** WARM * rng.normal(1, 0.06, (n, 1)).astype(np.float32)
    bends, folds = rng.normal(0, 0.5, n), 0.4 * (across @ light) / np.linalg.norm(across, axis=1)

    bases = head.radius * (start * outwards - behind * head.facing)
    nearness = bases[:, 2] + axes[:, 2] / 2
    folded_over = axes[:, :2] @ head.facing[:2] > 0.3 * np.linalg.norm(axes, axis=1)
    over_disc = folded_over & (outwards[:, 2] > 0)
    axes, across = flatten(axes, across)
    bases = head.centre + bases[:, :2]
    return list(map(Blade, bases, axes, across, root * shades, tip * shades, bends, folds, nearness, over_disc))


def flatten(axes: np.ndarray, across: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project blades `(K, 3)` into the picture `(K, 2)`. One seen edge-on stays visible, as its curl does in nature."""
    flat = axes[:, :2]
    stretch = 0.3 * np.linalg.norm(axes, axis=1) / np.linalg.norm(flat, axis=1)
    flat = flat * np.maximum(stretch, 1)[:, None]
    sideways = np.stack([-flat[:, 1], flat[:, 0]], axis=1) / np.linalg.norm(flat, axis=1, keepdims=True)
    seen = (across[:, :2] * sideways).sum(axis=1)
    least = 0.3 * np.linalg.norm(across, axis=1)
    missing = np.where(np.abs(seen) < least, np.copysign(least, seen) - seen, 0)
    return flat, across[:, :2] + missing[:, None] * sideways


def paint_head(canvas, rng, look: Look, centre, reach, facing, cone=0.05) -> None:
    """Paint a flower head.

    Args:
        centre: the middle of its disc, `(2,)`.
        reach: from there to the tips of its petals, in pixels, when seen from the front.
        facing: where its disc looks, a unit vector `(3,)`.
        cone: how far the petals rise out of the plane of the disc, in radians; less than 0 when they droop.
    """
    head = Head(np.asarray(centre), reach / (0.85 + look.length), facing)
    greens = look.green * 0.8, look.green
    sepals = ring(rng, head, look.light, 13, 0.8, 0.75 * look.length, 0.33, cone - 0.4, *greens, behind=0.3)
    blades = sepals + petals(rng, look, head, cone)
    blades.sort(key=lambda blade: blade.nearness)

    receptacle = silhouette(facing, 0.9 * head.radius, 0.6)
    paint_ellipse(canvas, head.centre - 0.25 * head.radius * facing[:2], *receptacle, look.green * 0.7)
    paint_blades(canvas, [blade for blade in blades if not blade.over_disc], look.blunt)
    paint_disc(canvas, rng, look, head)
    paint_blades(canvas, [blade for blade in blades if blade.over_disc], look.blunt)


def petals(rng, look: Look, head: Head, cone: float) -> list[Blade]:
    """All rings of petals; the inner ones are shorter, stand up more, and get more light."""
    blades = []
    for k, n in enumerate(look.rings):
        shade, length = 0.8 + 0.2 * k / len(look.rings), look.length * (1 - 0.1 * k)
        colours = look.root * shade, look.tip * shade
        blades += ring(rng, head, look.light, n, 0.9 - 0.05 * k, length, look.width, cone + 0.15 * k, *colours)
    return blades


def paint_blades(canvas, blades: list[Blade], blunt: float) -> None:
    """Paint the blades of a head, the farthest first."""
    for b in blades:
        paint_blade(canvas, b.base, b.axis, b.across, b.root, b.tip, b.bend, b.fold, blunt=blunt)


def paint_disc(canvas, rng, look: Look, head: Head, dome=0.35) -> None:
    """Paint the seed head: a dark plate, and on it a dome of florets on Vogel's spiral."""
    n = int(np.clip(head.radius**2 / 5, 40, 500))
    radii, angles = vogel_spiral(n)
    outwards = radii[:, None] * spokes(head.facing, angles)
    normals = head.facing + 2 * dome * outwards
    sun = np.clip(normals @ look.light / np.linalg.norm(normals, axis=1), 0, 1)

    colours = np.stack([np.interp(radii, (0.2, 0.55, 0.9), channel) for channel in look.florets.T], axis=1)
    in_bloom = np.exp(-(((radii - rng.uniform(0.4, 0.9)) / 0.15) ** 2))  # ring after ring, from the rim inwards
    colours = mix(colours, look.root, (look.pollen * in_bloom * rng.uniform(size=n))[:, None])
    colours *= ((0.5 + 0.7 * sun) * rng.uniform(0.6, 1.3, n))[:, None]

    spacing = head.radius / np.sqrt(n)
    points = head.centre + head.radius * (outwards + np.outer(dome * (1 - radii**2), head.facing))[:, :2]
    points += rng.normal(0, 0.2 * spacing, (n, 2))
    seen = normals[:, 2] > 0
    paint_ellipse(canvas, head.centre, *silhouette(head.facing, head.radius, 0.25), look.florets[2] * 0.45)
    scatter_dots(canvas, points[seen], colours[seen], size=1.1 * spacing)


def paint_stalk(canvas, rng, look: Look, top, foot, thickness, n_leaves, leaf) -> None:
    """Paint a swaying stem from `top` down to `foot`, its leaves, about `leaf` long, to the left and right by turns."""
    t = np.linspace(0, 1, 12)
    sway = rng.normal(0, 0.06) * (foot[1] - top[1])
    xs = mix(foot[0], top[0], (1 - t) ** 2) + sway * np.sin(np.pi * t)
    ys = mix(top[1], foot[1], t)
    paint_stem(canvas, xs, ys, thickness, look.green * 0.9)
    first = rng.choice((-1, 1))
    for k in range(n_leaves):
        place = mix(0.25, 0.95, (k + rng.uniform(0, 0.8)) / n_leaves)
        base = np.array([np.interp(place, t, xs), np.interp(place, t, ys)])
        paint_leaf(canvas, rng, look, base, leaf * mix(0.7, 1.1, place), first * (-1) ** k)


def paint_leaf(canvas, rng, look: Look, base, length, side) -> None:
    """Paint a broad leaf that leaves a stem to the left (side -1) or right (+1) and bends down towards its tip."""
    rise = rng.normal(0.15, 0.5)
    axis = length * rng.normal(1, 0.15) * np.array([side * np.cos(rise), -np.sin(rise)])
    across = np.array([-axis[1], axis[0]]) * side * rng.uniform(0.15, 0.4)
    green = look.green * rng.normal(0.95, 0.12)
    paint_blade(canvas, base, axis, across, green * 0.75, green, rng.uniform(0, 1.2), fold=-0.2, waist=0.5, blunt=0.2)
