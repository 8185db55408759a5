"""A film in the bytes allowed: colours or quality go first, then pixels of the pictures, then frames, never words."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image
from tqdm import tqdm

from gan_course.errors import CourseError
from gan_course.studio.encode import encode_gif, encode_mp4, encode_webp
from gan_course.studio.scene import Scene
from gan_course.studio.timeline import Moment, thinned
from gan_course.viz.palette import image_of, join_palettes, palette_of

WORDS = 40  # colours of a GIF for all but the pictures
LOOK_AT = 8  # pictures that colours are chosen from
TRY = 6  # neighbouring moments that are encoded to see what a step down saves


class Level(NamedTuple):
    """How good a film is; `quality` is colours of the pictures, WebP's quality or H.264's rate factor."""

    quality: int
    block: int = 1  # as in `Frames.picture`
    every: int = 1  # of so many frames one is kept


# From the best to the coarsest, as (quality, block, every). Fewer than 64 colours hurt photographs more than squares of
# three pixels do, and those more than half of the frames.
COLOURS = (
    (200,),
    (128,),
    (64,),
    (64, 2),
    (64, 3),
    (64, 2, 2),
    (64, 3, 2),
    (32, 3, 2),
    (32, 4, 3),
    (16, 6, 4),
    (8, 8, 4),
)
GREYS = ((200,), (64,), (32,), (16,), (16, 1, 2), (16, 2, 2), (16, 3, 2), (8, 4, 4), (4, 8, 4))
WEBP = ((80,), (70,), (60,), (60, 2), (60, 3), (60, 3, 2), (60, 4, 3), (60, 8, 4))
MP4 = ((20,), (24,), (28,), (28, 2), (28, 3), (28, 4), (28, 8, 4))
QUALITY = {".gif": "colours", ".webp": "quality", ".mp4": "rate factor"}
LEVELS = {".gif": COLOURS, ".webp": WEBP, ".mp4": MP4}


def within(
    scene: Scene, moments: Sequence[Moment], kind: str, loop: int, max_bytes: int, show_progress: bool
) -> tuple[bytes, str, int]:
    """The film as bytes, at most `max_bytes`, what was given up for it, in words ("" if nothing), and its pictures.

    The best film is made first. If it is too long, a few of its pictures tell which level may do.

    Args:
        scene: what is drawn.
        moments: all that are shown.
        kind: ".gif", ".webp" or ".mp4".
        loop: as in `film`.
        max_bytes: at least one.
        show_progress: a bar while it is encoded.

    Raises:
        CourseError: it cannot be had so short.
    """
    levels = levels_of(scene, kind)
    encode = encoder_of(scene, kind, loop)

    best = encode(moments, levels[0], show_progress)
    if len(best) <= max_bytes:
        return best, "", len(moments)
    middle = max(len(moments) // 2 - TRY // 2, 0)
    few = moments[middle : middle + TRY]
    share = len(best) / len(encode(few, levels[0], False))
    for number, level in enumerate(levels[1:], start=1):
        shown = thinned(moments, level.every)
        expected = share * len(shown) / len(moments) * len(encode(few, level, False))
        if number < len(levels) - 1 and expected > 1.05 * max_bytes:
            continue
        if len(content := encode(shown, level, show_progress)) <= max_bytes:
            return content, given_up(levels[0], level, kind), len(shown)
    raise CourseError(
        f"this film needs {len(content) / 1e6:.1f} MB at its coarsest: allow it, or choose a smaller size"
    )


def levels_of(scene: Scene, kind: str) -> list[Level]:
    """What a film can be, the best first; greys need fewer colours."""
    grey = all(run.pictures.ndim == 3 for run in scene.runs)
    return [Level(*level) for level in (GREYS if kind == ".gif" and grey else LEVELS[kind])]


def given_up(best: Level, level: Level, kind: str) -> str:
    """The words for what a level lacks."""
    words = [f"{QUALITY[kind]} ({level.quality} instead of {best.quality})"] if level.quality != best.quality else []
    words += [f"pixels of the pictures (squares of {level.block})"] if level.block > 1 else []
    words += [f"frames (one of {level.every} is left)"] if level.every > 1 else []
    hint = "; a .webp or .mp4 keeps more" if kind == ".gif" and level.block > 1 else ""
    return ", ".join(words) + hint


def encoder_of(scene: Scene, kind: str, loop: int) -> Callable[[Sequence[Moment], Level, bool], bytes]:
    """A function from moments and a level to bytes."""

    def encode(moments: Sequence[Moment], level: Level, show_progress: bool) -> bytes:
        pictures = drawn(scene, moments, level.block, show_progress)
        durations = [moment.milliseconds for moment in moments]
        if kind == ".gif":
            return encode_gif(pictures, durations, loop, palette_for(scene, moments, level.quality))
        if kind == ".webp":
            return encode_webp(pictures, durations, loop, level.quality)
        return encode_mp4(pictures, durations, level.quality)

    return encode


def drawn(scene: Scene, moments: Sequence[Moment], block: int, show_progress: bool) -> Iterator[Image.Image]:
    """The pictures of the film one by one, with a bar where somebody watches."""
    disable = None if show_progress else True
    for moment in tqdm(moments, desc="encoding", unit="picture", leave=False, disable=disable):
        yield scene.draw(moment, block)


def palette_for(scene: Scene, moments: Sequence[Moment], colours: int) -> Image.Image:
    """One palette for all of a film: some colours for words and curves, and so many for the pictures."""
    style = image_of(np.array([scene.style.ground, scene.style.ink, scene.style.faint], np.uint8))
    words = palette_of(np.asarray(scene.without_pictures(moments[len(moments) // 2])), WORDS)
    chosen = np.linspace(0, len(moments) - 1, LOOK_AT).round().astype(int)
    pixels = [
        np.asarray(run.picture(moments[i].frames[number], run.pictures.shape[2:0:-1])).reshape(-1, 3)
        for i in sorted(set(chosen))
        for number, run in enumerate(scene.runs)
    ]
    return join_palettes(join_palettes(style, words), palette_of(np.concatenate(pixels)[None], colours))
