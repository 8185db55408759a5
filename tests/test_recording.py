"""A recording comes back as it was, and is made of what a training has to show."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_course.data.mnist import mnist
from gan_course.errors import CourseError
from gan_course.lessons import acgan, dcgan, vae
from gan_course.runs.recording import keep_recording, recording_of, said_by, steps_of_film, until
from gan_course.runs.train import train_lesson
from gan_course.training.history import History
from gan_course.viz.gif import GifRecorder, frame_steps
from gan_course.viz.grids import Grid, cells_of, grid_of
from gan_course.viz.pictures import image_grid, to_uint8
from gan_course.viz.recording import Recording, read_document, read_recording, thinned, write_recording
from gan_course.viz.sprites import MOST_SIDE, cut, sheets


def recorded(frames, **changes):
    count = len(frames)
    steps, seconds = list(range(count)), [0.5 * i for i in range(count)]
    fields = {"name": "a run", "title": "A lesson", "lesson": "", "num_steps": count, "frames": frames}
    return Recording(**fields | {"steps": steps, "seconds": seconds} | changes)


@given(
    count=st.integers(1, 40),
    size=st.tuples(st.integers(1, 1500), st.integers(1, 1500)),
    colour=st.booleans(),
)
@settings(deadline=None, max_examples=25)
def test_sheets_hold_all_frames_in_order_and_are_not_too_large(count, size, colour):
    frames = np.zeros((count, *size, *([3] if colour else [])), np.uint8)
    frames.reshape(count, -1)[:] = np.arange(count, dtype=np.uint8)[:, None]
    found = list(sheets(frames))
    assert all(max(sheet.shape[:2]) <= MOST_SIDE for sheet, _, _ in found)
    np.testing.assert_array_equal(np.concatenate([cut(*part) for part in found]), frames)


@pytest.mark.parametrize("shape", [(5, 30, 20), (5, 30, 20, 3)])
def test_it_comes_back_as_it_was(tmp_path, shape):
    rng = np.random.default_rng(0)
    frames = rng.integers(0, 256, shape, np.uint8)
    given = recorded(
        frames,
        curves={"loss_d": ([1, 2], [1.5, float("nan")])},
        lines={"log 2": np.float32(0.5)},
        numbers={"confidence": ([2], [0.25])},
        bars={"mode_share": ([2], {"0": [0.5], "</script>": [0.5]})},
        words=[(2, 'D wins: <b>"lower"</b> its rate')],
        metrics={"step": 2, "card": {"recall": 0.5}},
        config={"seed": 0},
        grid=Grid(2, 3, 9, 9, 1),
        steps_per_epoch=2.5,
        pictures={"real": frames[0], "nearest": frames[1], "walk": frames[1:4]},
    )
    size = write_recording(tmp_path / "recording", given)
    assert size == sum(path.stat().st_size for path in (tmp_path / "recording").iterdir())
    back = read_recording(tmp_path / "recording")
    for name in ("real", "nearest", "walk"):
        np.testing.assert_array_equal(back.pictures[name], given.pictures[name])
    np.testing.assert_array_equal(back.frames, frames)
    assert back.curves == {"loss_d": ([1, 2], [1.5, None])}  # JSON has no NaN
    for name in ("name", "title", "steps", "seconds", "lines", "numbers", "bars", "words", "metrics", "config", "grid"):
        assert getattr(back, name) == getattr(given, name), name


def test_it_stays_small_and_what_goes_first_is_sharpness(tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (12, 60, 60, 3), np.uint8)
    exact = write_recording(tmp_path, recorded(frames))
    coarse = write_recording(tmp_path, recorded(frames), max_bytes=exact // 4)
    assert coarse <= exact // 4
    assert len(read_recording(tmp_path).frames) == 12
    write_recording(tmp_path, recorded(frames, pictures={"walk": frames}), max_bytes=10_000)
    few = read_recording(tmp_path)
    assert "walk" not in few.pictures
    assert 2 <= len(few.frames) == len(few.steps) == len(few.seconds) < 12 and few.steps[-1] == 11


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "of another version"),
        ({"format": "something else"}, "damaged"),
        ({"frames": {}}, "damaged"),
        ({"bars": None}, "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(tmp_path, change, said):
    with pytest.raises(CourseError, match="no recording"):
        read_recording(tmp_path)
    write_recording(tmp_path, recorded(np.zeros((2, 4, 4), np.uint8)))
    document = json.loads((tmp_path / "recording.json").read_text())
    (tmp_path / "recording.json").write_text(json.dumps(document | change))
    with pytest.raises(CourseError, match=said):
        read_recording(tmp_path)


def test_a_document_names_no_file_outside_of_its_folder(tmp_path):
    (tmp_path / "secret.webp").write_bytes(b"no picture of this recording")
    write_recording(tmp_path / "recording", recorded(np.zeros((2, 4, 4), np.uint8)))
    path = tmp_path / "recording" / "recording.json"
    path.write_text(path.read_text().replace("frames-0.webp", "../secret.webp"))
    with pytest.raises(CourseError, match="damaged"):
        read_recording(tmp_path / "recording")


@given(st.integers(1, 2000), st.integers(1, 300))
@settings(deadline=None)
def test_a_thin_curve_has_the_mean_of_the_thick_one(count, most):
    steps, values = thinned(np.arange(1, count + 1), np.arange(count, dtype=float), most)
    assert len(steps) == len(values) <= most and steps[-1] == count
    lengths = np.diff([0, *steps])
    assert np.dot(values, lengths) == pytest.approx(count * (count - 1) / 2)


@pytest.mark.parametrize("scale", [1, 2, 4])
@pytest.mark.parametrize("columns", [3, 4])
def test_a_grid_is_found_and_its_cells_are_the_pictures(scale, columns):
    images = np.random.default_rng(0).uniform(-1, 1, (12, 1, 7, 5)).astype(np.float32)
    frame = image_grid(images, columns=columns, scale=scale)
    grid = grid_of(frame, (7, 5))
    assert grid == Grid(columns, 12 // columns, 5 * scale, 7 * scale, 2 * scale)
    np.testing.assert_array_equal(cells_of(frame, grid)[:, ::scale, ::scale], to_uint8(images)[:, 0])
    assert grid_of(frame[1:], (7, 5)) is None


def test_a_history_is_sorted_into_curves_numbers_and_bars():
    history = History()
    for step in range(1, 11):
        history.record(step, loss_d=1.0, loss_g=2.0, d_real=0.5)
    history.record(10, classifier_confidence=0.9, mode_share_0=0.25, mode_share_face_on=0.75)
    said = said_by(history, {"classifier_confidence": 0.9}, ["loss_d", "loss_g"])
    assert list(said["curves"]) == ["loss_d", "loss_g"]
    assert said["numbers"] == {"classifier_confidence": ([10], [0.9])}
    assert said["bars"] == {"mode_share": ([10], {"0": [0.25], "face on": [0.75]})}
    assert until(history, 4).last_step == 4 and until(history, 4)["loss_d"].tolist() == [1.0] * 4


@pytest.mark.parametrize("count", [1, 2, 5, 13, 24, 40])
def test_frames_of_an_old_film_are_given_their_steps(count):
    steps = steps_of_film(1000, count)
    assert len(steps) == count and steps == sorted(set(steps)) and steps[0] == 0
    if count > 1:
        assert steps[-1] == 1000
        assert steps_of_film(1000, len(frame_steps(1000, count))) == frame_steps(1000, count)


def test_a_run_leaves_one_and_an_older_run_is_read_from_its_film(tmp_path):
    settings_ = replace(dcgan.SETTINGS["smoke"], num_steps=4, evaluate_every=2)
    train_lesson("dcgan", settings_, 0, tmp_path)
    recording = recording_of(tmp_path)
    assert recording.title == "DCGAN" and recording.config["settings"]["num_steps"] == 4
    assert recording.steps == [0, 1, 2, 3, 4] and len(recording.seconds) == 5
    assert recording.seconds == sorted(recording.seconds)
    assert recording.bars["mode_share"][0] == [2, 4] and len(recording.bars["mode_share"][1]) == 10
    digits = to_uint8(mnist("train")[0])[:, 0]
    nearest = cells_of(recording.pictures["nearest"], recording.grid)
    cells = cells_of(recording.frames[-1], recording.grid).astype(float)
    for cell, found in zip(cells[:3], nearest[:3]):
        distances = ((digits - cell) ** 2).sum(axis=(1, 2))
        assert ((found - cell) ** 2).sum() == distances.min()
    np.testing.assert_array_equal(recording.pictures["walk"][0], recording.frames[-1])  # where a walk begins

    film = recording.frames
    for path in (tmp_path / "recording").iterdir():
        path.unlink()
    old = recording_of(tmp_path)
    assert len(old.frames) == len(film) and old.steps == [0, 1, 2, 3, 4] and list(old.curves) == ["loss_d", "loss_g"]


@pytest.mark.parametrize("lesson", [acgan, vae])
def test_other_lessons_show_what_they_have(tmp_path, lesson):
    experiment = lesson.build(replace(lesson.SETTINGS["smoke"], num_steps=2))
    recorder = GifRecorder(experiment.draw, 2)
    history = experiment.train(callbacks=[recorder])
    keep_recording(tmp_path, recorder, history, experiment, name="<b>mine</b>")
    recording = read_recording(tmp_path / "recording")
    assert recording.name == recording.title == "<b>mine</b>"
    assert recording.pictures["nearest"].shape == recording.frames[0].shape
    assert ("class_accuracy" in recording.bars) == (lesson is acgan)
    assert read_document(tmp_path / "recording")["version"] == 1


def test_a_training_without_an_experiment_keeps_its_frames_and_losses(tmp_path):
    recorder, history = GifRecorder(lambda: np.zeros((8, 8), np.uint8), 3), History()
    for step in range(4):
        recorder(step, {})
        history.record(step, loss_d=1.0)
    keep_recording(tmp_path / "WGAN-GP", recorder, history)
    recording = read_recording(tmp_path / "WGAN-GP" / "recording")
    assert recording.name == recording.title == "WGAN-GP" and recording.grid is None and not recording.pictures
    assert recording.steps == [0, 1, 2, 3] and list(recording.curves) == ["loss_d"]
