"""A real training, tiny, that somebody looks at: it learns the same, bit for bit."""

import io
import json
from types import SimpleNamespace

import numpy as np
import pytest
from test_runs import SAME_BYTES
from tiny import NUM_STEPS, parameters, tiny_settings

from gan_course.lessons import TRAINED
from gan_course.runs.folder import CHECKPOINT, RECORDING
from gan_course.runs.train import train_lesson
from gan_course.show import terminal, watching
from gan_course.show.page import open_page
from gan_course.show.seen import Seen
from gan_course.show.watching import Feeder

pytestmark = pytest.mark.usefixtures("small_world")
NAMES = {"name": "run", "title": "A training", "lesson": "gan"}
QUICK = ("gan", "dcgan")
LESSONS = [lesson if lesson in QUICK else pytest.param(lesson, marks=pytest.mark.slow) for lesson in TRAINED]


class Still:
    """A film that keeps to its first frame, so that all others are drawn for the audience alone."""

    watch = staticmethod(lambda: 0.0)

    def __init__(self, film):
        self.film = film

    frames = property(lambda self: self.film.frames[:1])
    steps_taken = property(lambda self: self.film.steps_taken[:1])
    seconds = property(lambda self: self.film.seconds[:1])


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_training_learns_the_same_when_every_step_is_drawn_for_a_page_and_a_terminal(
    finished, lesson, tmp_path, monkeypatch
):
    monkeypatch.setattr(watching, "Pace", lambda *_: SimpleNamespace(is_due=lambda now: True, took=lambda *_: None))
    monkeypatch.setattr(terminal, "PAUSE", 0)
    monkeypatch.setattr(terminal, "SHARE", 1000)
    stream, seen = io.StringIO(), Seen("A training")
    stream.isatty = lambda: True
    monkeypatch.setattr(terminal, "sys", SimpleNamespace(stdout=stream))

    def audience(experiment, film, history):
        painted = terminal.in_terminal(experiment, film, history)
        fed = Feeder(seen, lambda: True, NAMES, experiment, Still(film), history)
        return lambda step, losses: (fed(step, losses), painted(step, losses))

    train_lesson(lesson, tiny_settings(lesson), 0, tmp_path, audience=audience)
    assert seen.document()["frames"]["steps"] == list(range(NUM_STEPS + 1))
    assert stream.getvalue().count("step ") == NUM_STEPS + 1
    folder = finished(lesson)
    assert not [name for name in SAME_BYTES if (folder / name).read_bytes() != (tmp_path / name).read_bytes()]
    without, watched = (parameters(place / CHECKPOINT) for place in (folder, tmp_path))
    different = {name for name in without | watched if without.get(name) != watched.get(name)}
    assert different == {"array/frame_seconds"}  # when the frames of the film were taken


def test_the_page_shows_what_the_run_keeps(tmp_path):
    """At the end the two documents agree, but that the page has its own sheets."""
    recording = tmp_path / RECORDING
    with open_page(NAMES, "white_dots", recording, browse=False) as (seen, audience):
        train_lesson("gan", tiny_settings("gan"), 0, tmp_path, audience=audience)
        live = seen.document()
    shown, kept = seen.document(), json.loads((recording / "recording.json").read_text(encoding="utf-8"))
    assert shown["frames"]["steps"] == kept["frames"]["steps"] == list(range(NUM_STEPS + 1))
    assert np.allclose(shown["frames"]["seconds"], kept["frames"]["seconds"], atol=0.01)
    for part in ("curves", "numbers", "grid", "lines", "num_steps", "steps_per_epoch"):
        assert live[part] == shown[part] == kept[part], part
    assert shown["pictures"] == kept["pictures"] and seen.picture(kept["pictures"]["real"]["file"])
    assert seen.now()["evaluation"].keys() == {"white_dots"}
