"""GIFs: the frames that were recorded, at the steps wanted, in the bytes allowed."""

import base64
import io
import re
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from gan_course.viz.gif import (
    FRAME_MS,
    LAST_FRAME_MS,
    SHORT_MS,
    GifRecorder,
    contact_sheet,
    encode_gif,
    frame_durations,
    frame_steps,
    show_gif,
    stamp,
)
from gan_course.viz.palette import reduce_colours


def noise(number, *shape):
    return list(np.random.default_rng(0).integers(0, 256, (number, *shape), np.uint8))


def decode(content):
    gif = Image.open(io.BytesIO(content))
    return np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(gif)])


@given(st.integers(1, 100_000), st.integers(2, 60))
def test_frames_are_taken_first_and_last_and_early_ones_lie_closer(num_steps, num_frames):
    steps = frame_steps(num_steps, num_frames)
    assert steps[0] == 0 and steps[-1] == num_steps
    assert 2 <= len(steps) <= num_frames
    gaps = np.diff(steps)
    assert gaps.min() >= 1
    assert np.diff(gaps).min(initial=0) >= -1  # steps are whole numbers, so a gap can be one too long


@pytest.mark.parametrize("num_frames", [2, 10, 40])
def test_a_long_training_gives_every_frame_wanted_at_gaps_that_grow(num_frames):
    steps = frame_steps(100 * num_frames**2, num_frames)
    assert len(steps) == num_frames
    assert (np.diff(steps, 2) > 0).all()


@pytest.mark.parametrize("shape", [(24, 130), (24, 130, 3)])
def test_the_gif_has_the_frames_that_were_recorded(tmp_path, shape):
    pictures = iter(noise(50, *shape))
    recorder = GifRecorder(lambda: next(pictures), num_steps=400, num_frames=9)
    for step in range(401):
        recorder(step, {"loss": 1 / (step + 1)} if step else {})
    assert recorder.save(tmp_path / "progress.gif") == len(recorder.frames) == 9
    frames = decode((tmp_path / "progress.gif").read_bytes())
    assert frames.shape == (9, 24 + 14, 130, 3)  # a line of letters of 9 pixels
    assert Image.open(tmp_path / "progress.png").size[0] == 4 * (130 + 8)


def test_a_training_that_was_stopped_at_its_first_frame_has_a_film_of_one(tmp_path):
    recorder = GifRecorder(lambda: np.full((40, 30), 7, np.uint8), num_steps=1000)
    recorder(0, {})
    assert recorder.save(tmp_path / "one.gif") == 1
    with Image.open(tmp_path / "one.gif") as film:
        assert film.n_frames == 1 and film.info["duration"] == LAST_FRAME_MS
    assert (tmp_path / "one.png").exists()


def test_a_picture_that_stands_still_still_gives_every_frame(tmp_path):
    recorder = GifRecorder(lambda: np.full((40, 60), 100, np.uint8), num_steps=1000, num_frames=12)
    for step in range(1001):
        recorder(step, {})
    recorder.save(tmp_path / "progress.gif")
    assert len(decode((tmp_path / "progress.gif").read_bytes())) == 12


def test_the_picture_is_drawn_only_for_frames():
    drawn = count()
    recorder = GifRecorder(lambda: np.full((2, 30), next(drawn), np.uint8), num_steps=100, num_frames=3)
    for step in range(101):
        recorder(step, {})
    assert next(drawn) == 3
    assert [frame[0, 0] for frame in recorder.frames] == [0, 1, 2]


def test_only_the_losses_asked_for_are_stamped():
    def caption(names, **losses):
        recorder = GifRecorder(lambda: np.zeros((4, 200), np.uint8), num_steps=1, num_frames=2, names=names)
        recorder(1, losses)
        return recorder.captions

    assert caption(("a",), a=1.0, b=2.0) == ["step 1  a 1"]
    assert caption((), a=1.0, b=2.0) == ["step 1  a 1  b 2"]


@pytest.mark.parametrize("colours", [3, 16, 250])
def test_greys_are_kept_exactly_where_there_is_room(colours):
    greys = np.linspace(0, 255, colours).astype(np.uint8)
    frames = [np.roll(np.resize(greys, (40, 50)), shift, axis=1) for shift in range(3)]
    np.testing.assert_array_equal(decode(encode_gif(frames))[..., 0], frames)


@pytest.mark.parametrize("max_bytes", [2_000_000, 12_000])
def test_a_colour_stays_the_same_in_every_frame(max_bytes):
    """Ten coloured squares on white, beside noise that changes: a map of classes keeps its legend."""
    colours = np.random.default_rng(0).integers(0, 256, (10, 3), np.uint8)
    frames = [np.full((60, 100, 3), 255, np.uint8) for _ in range(12)]
    for frame, random in zip(frames, noise(12, 20, 100, 3)):
        frame[:20] = colours.repeat(10, axis=0)
        frame[40:] = random // 2 + 64
    shown = np.array(decode(encode_gif(frames, max_bytes)), int)
    height, width = shown.shape[1:3]
    squares = shown[:, height // 6, (np.arange(10) * width // 10 + width // 20)]
    assert (squares == squares[0]).all()
    assert np.abs(squares[0] - colours).max() <= 32


def test_many_near_colours_stay_near():
    """A blue sky above a green field, every pixel a little different, beside a few bright dots."""
    rng = np.random.default_rng(0)
    frames = np.empty((3, 60, 80, 3))
    frames[:, :30], frames[:, 30:] = (110, 150, 220), (50, 90, 40)
    frames += rng.normal(0, 12, frames.shape)
    frames[:, ::20, ::20] = (255, 220, 0)
    frames = frames.clip(0, 255).astype(np.uint8)
    off = np.abs(reduce_colours(frames, 32).astype(int) - frames)
    assert off.mean() < 8 and off[:, ::20, ::20].max() <= 32


@pytest.mark.parametrize("max_bytes", [30_000, 10_000, 2_000])
@pytest.mark.parametrize("shape", [(60, 50), (60, 50, 3), (50, 31)])
def test_even_noise_fits_into_the_bytes_allowed(shape, max_bytes):
    content = encode_gif(noise(8, *shape), max_bytes)
    assert len(content) <= max_bytes
    assert len(decode(content)) == 8


def test_the_last_frame_stays_and_the_gif_repeats():
    gif = Image.open(io.BytesIO(encode_gif(noise(4, 40, 40))))
    durations = []
    for number in range(4):
        gif.seek(number)
        durations.append(gif.info["duration"])
    assert durations[:3] == [durations[0]] * 3 and durations[3] > 5 * durations[0]
    assert gif.info["loop"] == 0


def test_letters_stay_whole_when_the_pictures_are_made_coarser():
    """The strip below the pictures holds as many dark pixels in few bytes as in many, beside one another."""
    frames, captions = noise(6, 80, 200), ["step 100  loss_d 1.38"] * 6

    def letters(max_bytes):
        shown = decode(encode_gif(frames, max_bytes, captions))[-1, :, :, 0]
        return shown.shape, (shown[-12:] < 100).sum()

    (large, dark), (small, still_dark) = letters(2_000_000), letters(20_000)
    assert small[1] < 0.7 * large[1] and still_dark == pytest.approx(dark, rel=0.1)


def test_grey_and_still_frames_are_short_and_the_last_one_stays():
    rng = np.random.default_rng(0)
    grey = [rng.integers(125, 131, (20, 20), np.uint8) for _ in range(2)]
    moving = noise(5, 20, 20)
    frames = [*grey, *moving[:3], moving[2], *moving[3:]]
    short, usual = [SHORT_MS], [FRAME_MS]
    assert frame_durations(frames) == 2 * short + 2 * usual + short + 2 * usual + [LAST_FRAME_MS]
    assert frame_durations(frames[:1]) == [LAST_FRAME_MS]


@given(st.integers(1, 8), st.booleans())
def test_there_is_a_duration_for_each_frame(number, colour):
    assert len(frame_durations(noise(number, 5, 5, *[3] * colour))) == number


@pytest.mark.parametrize("shape", [(30, 120), (30, 120, 3)])
def test_a_stamp_is_a_strip_below_the_picture(shape):
    (picture,) = noise(1, *shape)
    stamped, other = stamp([picture, picture], ["step 1", "step 2"])
    assert stamped.shape[0] > 38 and stamped.shape[1:] == shape[1:] and stamped.dtype == np.uint8
    np.testing.assert_array_equal(stamped[:30], picture)
    assert stamped[30:].min() < 64 and stamped[30:].max() == 255
    assert not np.array_equal(stamped, other)


def test_a_long_caption_takes_more_lines_in_all_frames():
    frames = noise(2, 30, 120)
    one, two = (stamp(frames, ["step 1", last])[0].shape[0] for last in ("step 2", "step 2  loss_d 1.38  loss_g 0.69"))
    assert two > one + 9


def test_the_caption_of_a_tall_picture_stands_beside_it():
    frames = noise(2, 200, 100)
    stamped = stamp(frames, ["step 1", "step 2"])
    assert {frame.shape for frame in stamped} == {(200, 200)}
    np.testing.assert_array_equal(stamped[1][:, :100], frames[1])


@pytest.mark.parametrize(("number", "rows"), [(1, 1), (4, 1), (5, 2), (12, 3), (40, 3)])
@pytest.mark.parametrize("colour", [(), (3,)])
def test_a_contact_sheet_shows_up_to_twelve_frames_from_the_first_to_the_last(number, rows, colour):
    frames = noise(number, 10, 6, *colour)
    sheet = contact_sheet(frames)
    assert sheet.shape == (rows * 18, 4 * 14, *colour)
    tiles = [
        sheet[top + 4 : top + 14, left + 4 : left + 10]
        for top in range(0, rows * 18, 18)
        for left in range(0, 4 * 14, 14)
    ]
    shown = [tile for tile in tiles if not (tile == 255).all()]
    assert len(shown) == min(number, 12)
    places = [next(i for i, frame in enumerate(frames) if np.array_equal(frame, tile)) for tile in shown]
    assert places == sorted(places) and places[0] == 0 and places[-1] == number - 1


def test_a_shown_gif_is_stored_in_the_page(tmp_path):
    path = tmp_path / "film.gif"
    path.write_bytes(encode_gif(noise(3, 20, 20)))
    html = show_gif(path).data
    stored = re.search(r"base64,([A-Za-z0-9+/=]+)", html)[1]
    assert base64.b64decode(stored) == path.read_bytes()
    assert str(tmp_path) not in html


@pytest.mark.parametrize(
    ("natural", "width", "shown", "sharp"), [(300, 238, 600, True), (301, 600, 600, False), (400, 900, 900, True)]
)
def test_a_film_is_wide_and_its_pixels_are_square_where_they_are_large(tmp_path, natural, width, shown, sharp):
    path = tmp_path / "film.gif"
    path.write_bytes(encode_gif(noise(2, 10, natural)))
    html = show_gif(path, width=width).data
    assert f"width: {shown}px" in html and ("pixelated" in html) is sharp
