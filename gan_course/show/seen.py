"""What an audience has been shown of a training so far: it grows, in the form of a recording.

The training writes and the server's threads read, each under a lock that nobody holds for more than milliseconds.
"""

import io
from collections.abc import Mapping
from dataclasses import replace
from threading import Lock
from time import perf_counter
from typing import Any

import numpy as np
from PIL import Image

from gan_course.viz.recording import Recording, document_of, short, thinned

PREPARING, TRAINING, ENDED, FAILED = "preparing", "training", "ended", "failed"
REFRESH, REFRESHES = 1.0, 100  # curves are sent again after so many seconds, or this part of the time so far
LARGE = 2  # losses that are told in large letters, at most


class Seen:
    """Pictures, losses and evaluations of one training, from first to last.

    Args:
        title: of what is trained.
        headline: the number of an evaluation that stands for all.
    """

    def __init__(self, title: str, headline: str = ""):
        self.title, self.headline = title, headline
        self.lock = Lock()
        self.state, self.words = PREPARING, ""
        self.version = 0  # of the document
        self.recording: Recording | None = None
        self.pictures: dict[str, np.ndarray | bytes] = {}  # by the file's name; bytes once somebody asked for it
        self.ended: dict[str, Any] = {}  # what is known when all is over, in place of parts of the document
        self.step = self.first = 0
        self.began = self.refreshed = perf_counter()

    def say(self, words: str) -> None:
        """One sentence for the audience, in place of the last one."""
        with self.lock:
            self.words = words

    def begin(self, recording: Recording, first: int = 0) -> None:
        """Begin a training that goes on from step `first`.

        Args:
            recording: what is known of it beforehand; its frames, curves, numbers and bars are left aside.
            first: the last step that was made before.
        """
        with self.lock:
            self.recording = replace(recording, steps=[], seconds=[], curves={}, numbers={}, bars={})
            self.state, self.words, self.step, self.first = TRAINING, "", first, first
            self.version += 1

    def add(
        self,
        step: int,
        losses: Mapping[str, float],
        numbers: Mapping[str, float] | None = None,
        bars: Mapping[str, Mapping[str, float]] | None = None,
    ) -> None:
        """Take note of one step, and of an evaluation where there was one. It takes microseconds."""
        with self.lock:
            self.step = step
            if step <= self.first + 1:
                self.began = perf_counter()  # the first step, which also compiles, tells nothing of the others
            extend(self.recording.curves, step, losses)
            extend(self.recording.numbers, step, numbers or {})
            for group, heights in (bars or {}).items():
                steps, values = self.recording.bars.setdefault(group, ([], {}))
                steps.append(step)
                for label, height in heights.items():
                    values.setdefault(label, []).append(height)
            now = perf_counter()
            if numbers or bars or now - self.refreshed > max(REFRESH, (now - self.began) / REFRESHES):
                self.version, self.refreshed = self.version + 1, now

    def add_picture(self, step: int, picture: np.ndarray, seconds: float) -> None:
        """Take a picture, uint8 `(H, W)` or `(H, W, 3)`, always of one size; not a second one of the same step."""
        with self.lock:
            if self.recording.steps and step <= self.recording.steps[-1]:
                return
            self.pictures[f"frames-{len(self.recording.steps)}.png"] = picture
            self.recording.frames = picture[None]  # its size is all that a document tells of it
            self.recording.steps.append(step)
            self.recording.seconds.append(seconds)
            self.version += 1

    def end(self, state: str, words: str, document: Mapping[str, Any] = {}, files: Mapping[str, bytes] = {}) -> None:
        """Nothing more will come.

        Args:
            state: ENDED or FAILED.
            words: one sentence for the audience.
            document: parts of a recording's document, which take the place of what was said on the way.
            files: pictures that these name.
        """
        with self.lock:
            self.state, self.words, self.ended = state, words, dict(document)
            self.pictures |= files
            self.version += 1

    def now(self) -> dict[str, Any]:
        """Where the training stands: what the page writes large, and which version of the document there is."""
        with self.lock:
            now = {"title": self.title, "state": self.state, "words": self.words, "version": self.version}
            if self.recording is None:
                return now
            seconds, done = perf_counter() - self.began, self.step - self.first - 1
            latest = {name: values[-1] for name, (_, values) in self.recording.numbers.items()}
            headline = self.headline if self.headline in latest else next(iter(latest), None)
            curves = list(self.recording.curves.items())[:LARGE]
            num_steps = self.recording.num_steps
            left = seconds / done * (num_steps - self.step) if self.state == TRAINING and done > 0 else None
            return short(
                now
                | {
                    "step": self.step,
                    "num_steps": num_steps,
                    "seconds_left": left,
                    "losses": {name: values[-1] for name, (_, values) in curves if values},
                    "evaluation": {} if headline is None else {headline: latest[headline]},
                }
            )

    def document(self) -> dict[str, Any] | None:
        """All of it as `recording.json` has it, each frame a sheet of its own; None before the first frame."""
        with self.lock:
            if self.recording is None or not self.recording.steps:
                return None
            curves = {name: thinned(*map(np.asarray, curve)) for name, curve in self.recording.curves.items()}
            sheets = [{"file": f"frames-{i}.png", "count": 1, "columns": 1} for i in range(len(self.recording.steps))]
            document = document_of(replace(self.recording, curves=curves), {"frames": sheets})
            return document | self.ended | {"live_version": self.version}

    def picture(self, file: str) -> bytes | None:
        """The bytes of a picture that the document names; None if it names no such one."""
        picture = self.pictures.get(file)
        if isinstance(picture, np.ndarray):  # outside of the lock: at worst two threads encode the same
            self.pictures[file] = picture = encode_png(picture)
        return picture


def extend(curves: dict[str, tuple[list[int], list[float]]], step: int, values: Mapping[str, float]) -> None:
    """Add a point to each curve, and begin those that are new."""
    for name, value in values.items():
        steps, heights = curves.setdefault(name, ([], []))
        steps.append(step)
        heights.append(value)


def encode_png(picture: np.ndarray) -> bytes:
    """PNG without loss, as quickly as it can be had."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "png", compress_level=1)
    return stream.getvalue()
