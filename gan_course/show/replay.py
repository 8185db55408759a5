"""A recording shown as if it were being trained: its pictures and numbers, one after another."""

import time
from collections import defaultdict
from collections.abc import Iterator

from gan_course.show.seen import Seen
from gan_course.viz.recording import Recording

SECONDS = 60.0  # of a replay, at most
FASTEST = 0.1  # seconds a frame, at least


def paced(recording: Recording, seconds: float = SECONDS) -> Iterator[int]:
    """The numbers of a recording's frames, each when it is due: in `seconds`, or as much less as the training took."""
    seconds = min(seconds, *recording.seconds[-1:])
    for index in range(len(recording.steps)):
        yield index
        time.sleep(max(seconds / len(recording.steps), FASTEST))


def replay(recording: Recording, seen: Seen, seconds: float = SECONDS) -> None:
    """Feed a recording to `seen` frame by frame, with what was measured between two of them."""
    seen.begin(recording)
    rows = rows_of(recording)
    waiting = sorted(rows, reverse=True)
    for index in paced(recording, seconds):
        step = recording.steps[index]
        while waiting and waiting[-1] <= step:
            seen.add(waiting[-1], *rows[waiting.pop()])
        seen.add(step, {})
        seen.add_picture(step, recording.frames[index], recording.seconds[index] if recording.seconds else 0.0)


def rows_of(recording: Recording) -> dict[int, tuple[dict, dict, dict]]:
    """By step: losses, numbers, and bars by group, where there were any."""
    rows: dict[int, tuple[dict, dict, dict]] = defaultdict(lambda: ({}, {}, {}))
    for place, curves in enumerate((recording.curves, recording.numbers)):
        for name, (steps, values) in curves.items():
            for step, value in zip(steps, values, strict=True):
                rows[step][place][name] = value
    for group, (steps, heights) in recording.bars.items():
        for index, step in enumerate(steps):
            rows[step][2][group] = {label: values[index] for label, values in heights.items()}
    return rows
