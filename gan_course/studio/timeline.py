"""When a film shows what: the moments of one or several trainings on one axis, and how long each stays."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gan_course.errors import CourseError
from gan_course.viz.recording import Recording

TICK_MS = 40  # all durations are whole numbers of it: exact in a GIF (10 ms), and 25 pictures a second in an MP4


class Moment(NamedTuple):
    """One picture of a film."""

    at: float  # step or second of training
    frames: tuple[int, ...]  # which frame of each recording is shown
    milliseconds: int


def moments(recordings: Sequence[Recording], by: str, fps: float, ease: float, hold: float) -> list[Moment]:
    """All moments at which one of the recordings has a new frame; the others show their latest.

    Where trainings took their frames at different times these are many; of them no more are kept than half as many
    again as the longest recording has frames.

    Args:
        recordings: at least one.
        by: "steps" or "seconds" of training: what all are kept together on.
        fps: moments a second at the end of the film.
        ease: so many times as long as the last ones is the first one shown, and those between as a geometric series.
        hold: seconds that the last moment stays besides.

    Raises:
        CourseError: by seconds, and a recording has none.
    """
    axes = [axis_of(recording, by) for recording in recordings]
    places = np.unique(np.concatenate(axes))
    most = max(max(map(len, axes)) * 3 // 2, 2)
    if len(places) > most:
        places = places[np.linspace(0, len(places) - 1, most).round().astype(int)]
    shown = [np.maximum(np.searchsorted(axis, places, side="right") - 1, 0) for axis in axes]
    times = durations(len(places), fps, ease, hold)
    return [Moment(float(at), tuple(map(int, frames)), ms) for at, frames, ms in zip(places, zip(*shown), times)]


def thinned(shown: Sequence[Moment], every: int) -> list[Moment]:
    """One of so many moments, and the last, each for as long as those that it stands for."""
    last = len(shown) - 1
    kept = sorted({*range(0, last, every), last})
    parts = [shown[start:end] for start, end in zip(kept, [*kept[1:], last + 1])]
    return [part[0]._replace(milliseconds=sum(moment.milliseconds for moment in part)) for part in parts]


def axis_of(recording: Recording, by: str) -> np.ndarray:
    """Steps or seconds of a recording's frames, float64 `(frames,)`, never falling."""
    if by == "seconds":
        if len(recording.seconds) != len(recording.frames):
            raise CourseError(f"{recording.name!r} kept no seconds: leave out --by seconds, and captions of them")
        return np.maximum.accumulate(np.array(recording.seconds, float))
    return np.array(recording.steps, float)


def durations(number: int, fps: float, ease: float, hold: float) -> list[int]:
    """Milliseconds of each of `number` moments, whole ticks; rounding never adds up."""
    series = ease ** (1 - np.arange(number) / max(number - 1, 1))
    ends = np.concatenate([[0], np.cumsum(series)]) * 1000 / fps
    ends[-1] += 1000 * hold
    ticks = np.diff(np.round(ends / TICK_MS).astype(int))
    return (np.maximum(ticks, 1) * TICK_MS).tolist()
