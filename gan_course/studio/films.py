"""A film of one or several trainings, for a slide: from recordings to a GIF, a WebP or an MP4."""

import base64
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gan_course.errors import CourseError
from gan_course.studio.budget import LEVELS, within
from gan_course.studio.captions import CAPTIONS, check_captions, items_of
from gan_course.studio.chart import Chart, Scale, draw_chart, heights, losses_of
from gan_course.studio.encode import import_ffmpeg
from gan_course.studio.frames import frames_of
from gan_course.studio.layout import Layout, arrange
from gan_course.studio.scene import make_scene
from gan_course.studio.style import DARK, LIGHT, Style
from gan_course.studio.text import clean
from gan_course.studio.timeline import axis_of, moments
from gan_course.viz.recording import Recording

WIDE = 1.6  # times as wide as high: there is room for curves
LEAST_SIDE, MOST_SIDE = 160, 4096


class Film(NamedTuple):
    """What was written. A notebook shows it, stored in the notebook itself."""

    path: Path
    pictures: int
    seconds: float
    size: tuple[int, int]
    megabytes: float
    given_up: str  # to be short enough, in words

    def __str__(self) -> str:
        width, height = self.size
        text = f"{self.path}: {self.pictures} pictures, {self.seconds:.1f} s, {width}x{height}, {self.megabytes:.2f} MB"
        return f"{text}; given up for that: {self.given_up}" if self.given_up else text

    def _repr_html_(self) -> str:
        kind = self.path.suffix.lower()[1:]
        data = base64.b64encode(self.path.read_bytes()).decode()
        if kind == "mp4":
            return f'<video controls loop muted style="width: 100%" src="data:video/mp4;base64,{data}"></video>'
        alt = f"{self.pictures} moments of a training"
        return f'<img alt="{alt}" style="width: 100%" src="data:image/{kind};base64,{data}">'


def film(
    recordings: Recording | Sequence[Recording],
    path: Path | str,
    size: tuple[int, int] = (1920, 1080),
    *,
    fps: float = 5.0,
    ease: float = 3.0,
    hold: float = 3.0,
    loop: int = 0,
    columns: int | None = None,
    rows: int | None = None,
    captions: Sequence[str] = CAPTIONS,
    labels: Sequence[str] = (),
    by: str = "steps",
    curves: bool | None = None,
    dark: bool = False,
    max_mb: float = 5.0,
    show_progress: bool = True,
) -> Film:
    """Write a film of one training, or of several side by side; the same arguments give the same bytes.

    Args:
        recordings: of the trainings, see `gan_course.runs.recording.recording_of`.
        path: of the film; .gif, .webp or .mp4 says its format. A file that is there is replaced.
        size: width and height in pixels; an MP4 takes even numbers only, and one pixel less where a number is odd.
        fps: recorded frames a second, towards the end, at most 25.
        ease: so many times as long as the last ones is the first frame shown, those between in between.
        hold: seconds that the last frame stays besides.
        loop: how often a GIF or WebP is played; 0 for ever.
        columns: of each frame only the first so many columns of pictures, and as many rows.
        rows: only the first so many rows.
        captions: what is said beside the pictures, of "step", "epoch", "seconds", "numbers" (all evaluations), and of
            the names of single evaluations.
        labels: headings of the runs; by default their names, or of one run alone its title.
        by: "steps" or "seconds" of training, on which several runs are kept together.
        curves: the losses with a moving line; None: on wide films, where they do not cost too much of the pictures.
        dark: light letters on dark ground.
        max_mb: megabytes that the film may have; colours, then pixels of the pictures, then frames, are given up.
        show_progress: a bar while it is encoded.

    Raises:
        CourseError: an argument is out of range, or a recording does not have what is asked for.
    """
    recordings = [recordings] if isinstance(recordings, Recording) else list(recordings)
    path = Path(path)
    kind = path.suffix.lower()
    check(recordings, kind, size, by, loop, (columns, rows), fps=fps, ease=ease, hold=hold, max_mb=max_mb)
    check_captions(recordings, captions)
    if kind == ".mp4":
        import_ffmpeg()
        size = (size[0] // 2 * 2, size[1] // 2 * 2)
    headings = headings_of(recordings, labels)
    times = moments(recordings, by, fps, ease, hold)
    runs = [frames_of(recording, columns, rows) for recording in recordings]
    items = [items_of(recording, captions) for recording in recordings]
    layout = arrange(size, runs, items, wanted_curves(recordings, size, curves))
    style = DARK if dark else LIGHT
    scene = make_scene(layout, style, runs, items, headings, charts_of(recordings, layout, style, by))
    content, given_up, count = within(scene, times, kind, loop, int(max_mb * 1e6), show_progress)
    path.write_bytes(content)
    seconds = sum(moment.milliseconds for moment in times) / 1000
    return Film(path, count, seconds, layout.size, len(content) / 1e6, given_up)


def check(
    recordings: Sequence[Recording],
    kind: str,
    size: tuple[int, int],
    by: str,
    loop: int,
    cells: tuple[int | None, int | None],
    **numbers: float,
) -> None:
    """Refuse what no film can be made of, in words that suit the command line, too."""
    if kind not in LEVELS:
        raise CourseError(f"a film ends in {', '.join(LEVELS)}, not in {kind or 'nothing'!r}: choose one of them")
    if any(number is not None and number < 1 for number in cells):
        raise CourseError("columns and rows must be at least 1: leave them out for all")
    if not recordings:
        raise CourseError("there is nothing to show: give at least one run")
    if not all(LEAST_SIDE <= side <= MOST_SIDE for side in size):
        raise CourseError(f"size must be from {LEAST_SIDE} to {MOST_SIDE} pixels a side, not {size[0]}x{size[1]}")
    if by not in ("steps", "seconds"):
        raise CourseError(f"by must be steps or seconds, not {by!r}")
    if not 0 <= loop <= 65_535:
        raise CourseError(f"loop must be from 0, which is for ever, to 65535, not {loop}")
    for name, (low, high) in RANGES.items():
        if not (math.isfinite(numbers[name]) and low <= numbers[name] <= high):
            raise CourseError(f"{name.replace('_', '-')} must be from {low:g} to {high:g}, not {numbers[name]:g}")


RANGES = {"fps": (0.1, 25), "ease": (1, 100), "hold": (0, 600), "max_mb": (0.01, 1000)}


def headings_of(recordings: Sequence[Recording], labels: Sequence[str]) -> list[str]:
    """A heading for each run, fit to be drawn; those that would be the same are numbered.

    Raises:
        CourseError: not as many labels as runs.
    """
    if labels and len(labels) != len(recordings):
        raise CourseError(f"{len(labels)} labels for {len(recordings)} runs: give one for each")
    alone = len(recordings) == 1
    given = labels or [(each.title if alone else "") or each.name for each in recordings]
    headings = [clean(text, f"run {number}") for number, text in enumerate(given, start=1)]
    return [
        f"{text} ({headings[: i + 1].count(text)})" if headings.count(text) > 1 else text
        for i, text in enumerate(headings)
    ]


def wanted_curves(recordings: Sequence[Recording], size: tuple[int, int], curves: bool | None) -> bool | None:
    """Whether there are charts; None: where they cost little.

    Raises:
        CourseError: they are wanted, and a recording has none.
    """
    without = [recording.name for recording in recordings if not recording.curves]
    if curves and without:
        raise CourseError(f"{without[0]!r} recorded no losses: leave out --curves")
    if curves is None and (without or size[0] < WIDE * size[1]):
        return False
    return curves


def charts_of(recordings: Sequence[Recording], layout: Layout, style: Style, by: str) -> list[Chart | None]:
    """The chart of each run, None where the layout has none; one scale for all whose losses have the same names."""
    if layout.tiles[0].chart is None:
        return [None] * len(recordings)
    losses = [losses_of(recording, by) for recording in recordings]
    end = max(axis_of(recording, by)[-1] for recording in recordings)
    charts = []
    for each, recording, tile in zip(losses, recordings, layout.tiles):
        low, high = heights([other for other in losses if other.keys() == each.keys()], recording.lines)
        scale = Scale(by, end, low, high)
        charts.append(draw_chart(each, recording.lines, tile.chart, layout.text, style, scale))
    return charts
