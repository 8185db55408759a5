"""How a training is followed for an audience: a callback of `train` that takes little time and breaks nothing."""

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from gan_course.show.seen import Seen
from gan_course.viz.grids import grid_of
from gan_course.viz.pace import Pace
from gan_course.viz.recording import GROUPS, Recording

Callback = Callable[[int, dict[str, float]], None]  # the number of the step, its losses
# (an Experiment, the GifRecorder of its film, the History that it writes) -> a callback of its training
Audience = Callable[[Any, Any, Any], Callback]

SHARE = 0.03  # of the training's time, that pictures for the audience alone may take
PAUSE = 2.0  # seconds from one picture to the next, at least
MOST = 60  # pictures until a training has taken twice as long: a long one must not fill the memory


class Feeder:
    """A callback of a training, called after its film: puts what there is to be seen into `seen`.

    The film's frames are taken as they come; between them more are drawn as long as somebody looks.

    Args:
        seen: is fed.
        is_watched: whether somebody looks.
        names: `name`, `title` and `lesson` of the recording that `seen` becomes.
        experiment, film, history: an `Experiment`, the `GifRecorder` of its film and the `History` that it writes.
    """

    def __init__(self, seen: Seen, is_watched: Callable[[], bool], names: dict[str, str], experiment, film, history):
        self.seen, self.is_watched, self.names = seen, is_watched, names
        self.experiment, self.film, self.history = experiment, film, history
        self.pace: Pace | None = None
        self.taken = 0  # frames of the film

    def __call__(self, step: int, losses: dict[str, float]) -> None:
        """Take note of a step."""
        if self.pace is None:
            self.begin(step, losses)
        self.tell(step, losses)
        start = perf_counter()
        if len(self.film.frames) > self.taken:
            self.take_frames()
            self.pace.took(start, start)  # the film has paid for them
        elif self.pace.is_due(start) and self.is_watched():
            self.seen.add_picture(step, self.experiment.draw(), self.film.watch())
            self.pace.took(start, perf_counter())

    def begin(self, step: int, losses: dict[str, float]) -> None:
        """Tell what is known before, and what came before `step` in a training that goes on."""
        experiment, frame = self.experiment, self.film.frames[-1]
        recording = Recording(
            **self.names,
            frames=frame[None],
            steps=[],
            seconds=[],
            num_steps=experiment.num_steps,
            steps_per_epoch=experiment.batches.batches_per_epoch,
            lines=experiment.lines,
            grid=grid_of(frame, experiment.images.shape[2:]),
        )
        earlier = [number for number in sorted(self.history.rows) if number < step]
        self.seen.begin(recording, first=max(earlier, default=0))
        for number in earlier:
            self.tell(number, losses)
        self.pace = Pace(perf_counter(), SHARE, PAUSE, MOST)

    def tell(self, step: int, losses: dict[str, float]) -> None:
        """Sort what the history says of a step: losses, which have the names of `losses`, numbers, and bars."""
        row = self.history.rows.get(step, {})
        curves = {name: row[name] for name in self.experiment.curves or losses if name in row}
        numbers = {name: value for name, value in row.items() if name not in losses}
        bars: dict[str, dict[str, float]] = {}
        for group in GROUPS if numbers else ():
            for name in [name for name in numbers if name.startswith(f"{group}_")]:
                label = name.removeprefix(f"{group}_").replace("_", " ")
                bars.setdefault(group, {})[label] = numbers.pop(name)
        self.seen.add(step, curves, numbers, bars)

    def take_frames(self) -> None:
        """Show those frames of the film that are new."""
        film, new = self.film, slice(self.taken, None)
        for step, frame, seconds in zip(film.steps_taken[new], film.frames[new], film.seconds[new], strict=True):
            self.seen.add_picture(step, frame, seconds)
        self.taken = len(film.frames)


def harmless(callback: Callback) -> Callback:
    """The same, but when it fails it says so, once, and is called no more: no training must end for its audience."""
    failed = False

    def guarded(step: int, losses: dict[str, float]) -> None:
        nonlocal failed
        if failed:
            return
        try:
            callback(step, losses)
        except Exception as error:
            failed = True
            print(f"nothing more is shown ({type(error).__name__}: {error}); the training goes on", file=sys.stderr)

    return guarded
