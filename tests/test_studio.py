"""Films: what is shown when and where, that words are whole, and that what was written can be opened again."""

import io
import itertools
import sys
import unicodedata

import imageio.v3 as iio
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import get_font
from PIL import Image, ImageSequence

from gan_course.errors import CourseError
from gan_course.studio import budget, film
from gan_course.studio.captions import CAPTIONS, count_lines, items_of, lines, rows
from gan_course.studio.chart import Scale, draw_chart, heights, losses_of
from gan_course.studio.films import headings_of
from gan_course.studio.frames import Frames, frames_of
from gan_course.studio.layout import arrange
from gan_course.studio.scene import placed_in
from gan_course.studio.style import DARK, LIGHT
from gan_course.studio.text import BOLD, REGULAR, Box, clean, font, font_path, shortened, text_height, write
from gan_course.studio.timeline import TICK_MS, durations, moments, thinned
from gan_course.viz.grids import Grid
from gan_course.viz.palette import image_of, join_palettes, palette_of
from gan_course.viz.recording import Recording

HOSTILE = [
    "05_dcgan digits",
    "\u202eevil\u202c \u200f\u2067name",
    "two\nlines\r\nand\ttabs\x00",
    "x" * 4000,
    "名前 的 🌻",
    "e\u0301" + "\u0301" * 40 + " tower",
    "$\\frac{1}{2 <script>alert('&')</script>",
    "שלום وقت",
    "\ud800 alone",
]


def recorded(count=6, cell=14, columns=4, rows=3, colour=False, seed=0, **changes):
    """A recording of noise that gets calmer, with losses, evaluations and seconds."""
    rng, gap = np.random.default_rng(seed), 2
    height, width = rows * (cell + gap) - gap, columns * (cell + gap) - gap
    frames = rng.integers(0, 256, (count, height, width, *[3] * colour), np.uint8)
    steps = [10 * i**2 for i in range(count)]
    fields = {
        "name": "digits",
        "title": "DCGAN",
        "lesson": "dcgan",
        "frames": frames,
        "steps": steps,
        "seconds": [0.5 * step for step in steps],
        "num_steps": steps[-1],
        "steps_per_epoch": 20.0,
        "curves": {"loss_d": (steps, np.linspace(1.4, 1.0, count).tolist()), "d_real": (steps, [0.5] * count)},
        "lines": {"2 log 2": 1.386},
        "numbers": {"frechet_classifier_distance": (steps[2:], [float(900 - i) for i in range(count - 2)])},
        "grid": Grid(columns, rows, cell, cell, gap),
    }
    return Recording(**fields | changes)


# --- when


@given(st.integers(1, 80), st.floats(0.5, 25), st.floats(1, 20), st.floats(0, 10))
def test_early_frames_stay_longer_and_all_durations_are_ticks(number, fps, ease, hold):
    times = durations(number, fps, ease, hold)
    assert len(times) == number and all(time >= TICK_MS and time % TICK_MS == 0 for time in times)
    ideal = [1000 / fps * ease ** (1 - i / max(number - 1, 1)) for i in range(number)]
    ideal[-1] += 1000 * hold
    assert all(abs(time - wanted) <= TICK_MS for time, wanted in zip(times, ideal))
    assert abs(sum(times) - sum(ideal)) <= TICK_MS / 2 + (TICK_MS * number if 1000 / fps < 1.01 * TICK_MS else 0)


@given(
    st.lists(st.lists(st.integers(0, 400), min_size=1, max_size=12, unique=True).map(sorted), min_size=1, max_size=3),
    st.sampled_from(["steps", "seconds"]),
)
def test_each_run_shows_its_latest_frame(all_steps, by):
    runs = [
        recorded(len(steps), steps=steps, seconds=[0.25 * step * (i + 1) for step in steps], numbers={})
        for i, steps in enumerate(all_steps)
    ]
    shown = moments(runs, by, 5, 3, 1)
    assert [moment.at for moment in shown] == sorted({moment.at for moment in shown})
    assert len(shown) <= max(2, 1.5 * max(map(len, all_steps)))
    for moment in shown:
        for run, index in zip(runs, moment.frames):
            times = getattr(run, by)
            assert index == max([i for i, time in enumerate(times) if time <= moment.at], default=0)
    assert shown[-1].frames == tuple(len(steps) - 1 for steps in all_steps)


# --- words


@pytest.mark.parametrize("text", HOSTILE)
def test_any_name_becomes_one_line_that_the_font_has(text):
    shown = clean(text, "run 1")
    assert shown and shown == " ".join(shown.split())
    known = get_font(str(font_path(REGULAR))).get_charmap()
    for character in shown:
        assert ord(character) in known
        assert unicodedata.category(character)[0] != "C" and unicodedata.bidirectional(character) not in ("RLO", "RLI")


def test_a_name_without_any_letter_that_can_be_shown_is_a_number():
    runs = [recorded(2, name=name) for name in ("名前", "\u202e", "a", "a")]
    assert headings_of(runs, ()) == ["run 1", "run 2", "a (1)", "a (2)"]
    assert headings_of(runs[:1], ()) == ["DCGAN"]
    assert headings_of(runs[:2], ("x", "y\n")) == ["x", "y"]


@given(st.text(min_size=1, max_size=60), st.integers(8, 300))
def test_a_shortened_name_fits_and_keeps_both_ends(text, width):
    text = clean(text, "a")
    letters = font(REGULAR, 14)
    short = shortened(text, letters, width)
    assert letters.getlength(short) <= max(width, letters.getlength("…"))
    if short != text:
        first, last = short.split("…") if short.count("…") == 1 else (short, "")
        assert text.startswith(first) and text.endswith(last)


@given(st.sampled_from(HOSTILE), st.booleans(), st.integers(1, 150), st.integers(1, 30))
def test_not_a_pixel_outside_of_its_box_is_written(text, to_right, width, height):
    image = Image.new("RGB", (200, 60), "white")
    box = Box(20, 15, width, height)
    write(image, box, clean(text, "a"), font(BOLD, 17), (0, 0, 0), to_right)
    outside = np.asarray(image).copy()
    outside[box.top : box.bottom, box.left : box.right] = 255
    assert (outside == 255).all()


def test_numbers_are_those_measured_last_and_what_is_unknown_is_left_out():
    run = recorded(
        5, steps=[0, 5, 10, 20, 3000], numbers={"kernel_distance": ([5, 15], [0.12345, None]), "b": ([], [])}
    )
    items = {item.name: item.values for item in items_of(run, CAPTIONS)}
    assert items["step"] == ["0", "5", "10", "20", "3,000"]
    assert items["epoch"][-2:] == ["1.0", "150.0"]
    assert items["kernel distance"] == ["–", "0.123", "0.123", "–", "–"]
    assert items["b"] == ["–"] * 5
    bare = recorded(5, seconds=[], steps_per_epoch=None, numbers={})
    assert [item.name for item in items_of(bare, CAPTIONS)] == ["step"]


# --- where

RUNS = st.lists(
    st.tuples(st.integers(20, 700), st.integers(20, 700), st.booleans()).map(
        lambda shape: Frames(np.zeros((1, *shape[:2]), np.uint8), shape[2])
    ),
    min_size=1,
    max_size=4,
)
SIZES = st.tuples(st.integers(160, 2400), st.integers(160, 2400))
ITEMS = items_of(recorded(), CAPTIONS)


def layout_or_skip(*arguments):
    try:
        return arrange(*arguments)
    except CourseError:
        assume(False)


@given(SIZES, RUNS, st.integers(0, 4), st.sampled_from([None, True, False]))
@example((166, 160), [Frames(np.zeros((1, 20, 20), np.uint8), False)] * 3, 1, None)  # where captions were cut
@example((160, 160), [Frames(np.zeros((1, 20, 20), np.uint8), False)] * 3, 1, None)
@settings(max_examples=100)
def test_nothing_overlaps_and_nothing_is_cut(size, runs, number, charts):
    layout = layout_or_skip(size, runs, [ITEMS[:number]] * len(runs), charts)
    boxes = []
    for tile, run in zip(layout.tiles, runs):
        placed = placed_in(tile, ITEMS[:number], layout)
        for each in placed:
            assert inside(each.name, tile.caption) and inside(each.value, tile.caption)
            assert max(map(font(BOLD, layout.text).getlength, each.item.values)) <= each.value.width
        if placed:
            assert placed[0].item.name == "step"
            assert font(REGULAR, placed[0].letters).getlength("step") <= placed[0].name.width
        assert bool(placed) == bool(number)
        boxes += [tile.heading, tile.picture, *(part for each in placed for part in (each.name, each.value))]
        boxes += [tile.chart] if tile.chart else []
        assert (tile.chart is None) is not charts or charts is None
        factors = tile.picture.width / run.pictures.shape[2], tile.picture.height / run.pictures.shape[1]
        if run.sharp and min(factors) >= 1:
            assert factors[0] == factors[1] == int(factors[0])
    assert all(inside(box, Box(0, 0, *size)) and min(box.width, box.height) > 0 for box in boxes)
    assert not [pair for pair in itertools.combinations(boxes, 2) if overlap(*pair)]
    assert layout.text >= 14 * size[0] / 900


def inside(box, other):
    return box.left >= other.left and box.top >= other.top and box.right <= other.right and box.bottom <= other.bottom


def overlap(a, b):
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom


@given(st.integers(10, 40), st.integers(60, 900), st.integers(20, 300))
def test_a_caption_in_lines_has_the_values_whole_and_loses_its_end_first(letters, width, height):
    placed = lines(ITEMS, Box(5, 5, width, height), letters)
    assert [each.item for each in placed] == ITEMS[: len(placed)]
    assert all(inside(part, Box(5, 5, width, height)) for each in placed for part in (each.name, each.value))
    if height >= count_lines(ITEMS, width, letters) * 1.5 * letters:
        assert len(placed) == len(ITEMS)


def test_values_stand_below_each_other_and_a_long_name_gets_smaller_letters():
    wide, narrow = (rows(ITEMS, Box(0, 0, width, 500), 30, 20) for width in (1000, 470))
    assert len({each.value.right for each in wide}) == 1 and wide[0].letters == 30
    assert 20 <= narrow[0].letters < 30


@pytest.mark.parametrize(
    ("size", "letters"), [((1920, 1080), 34), ((1080, 1080), 34), ((900, 300), 14), ((200, 200), 10)]
)
def test_letters_are_as_high_as_a_hall_needs(size, letters):
    assert text_height(size) == letters


def test_wide_films_of_one_run_have_curves_beside_a_picture_as_high_as_the_film():
    run = recorded(cell=28, columns=8, rows=8)
    layout = arrange((1920, 1080), [frames_of(run)], [items_of(run, CAPTIONS)], None)
    (tile,) = layout.tiles
    assert tile.picture.width == 4 * 238 and tile.chart.left > tile.picture.right


# --- pictures


def test_the_first_columns_and_rows_are_shown():
    run = recorded()
    np.testing.assert_array_equal(frames_of(run, 2).pictures, run.frames[:, :30, :30])
    np.testing.assert_array_equal(frames_of(run, 3, 1).pictures, run.frames[:, :14, :46])
    np.testing.assert_array_equal(frames_of(run, 99).pictures, run.frames)
    with pytest.raises(CourseError, match="have no columns"):
        frames_of(recorded(grid=None), 2)


@pytest.mark.parametrize(("cell", "sharp"), [(28, True), (32, True), (48, False), (64, False)])
def test_small_pictures_are_enlarged_by_whole_factors_and_photographs_are_not(cell, sharp):
    frames = frames_of(recorded(cell=cell, columns=8, rows=8))
    own = frames.pictures.shape[1]
    size = frames.fitted(2.7 * own, 5 * own)
    assert size == ((2 * own, 2 * own) if sharp else (round(2.7 * own),) * 2)
    picture = np.asarray(frames.picture(0, size))
    assert picture.shape == (*size, 3)
    if sharp:
        np.testing.assert_array_equal(picture[..., 0], frames.pictures[0].repeat(2, axis=0).repeat(2, axis=1))


def test_pixels_that_were_repeated_count_once():
    run = recorded()
    large = run.frames.repeat(3, axis=1).repeat(3, axis=2)
    enlarged = recorded(frames=large, grid=Grid(4, 3, 42, 42, 6))
    np.testing.assert_array_equal(frames_of(enlarged).pictures, run.frames)
    assert frames_of(enlarged).sharp
    plot = recorded(frames=large, grid=None)  # a map in large squares may have small dots on it
    np.testing.assert_array_equal(frames_of(plot).pictures, large)


@pytest.mark.parametrize("sharp", [True, False])
@pytest.mark.parametrize("block", [1, 2, 3, 5])
def test_pixels_given_up_leave_the_size_as_it_is(sharp, block):
    frames = Frames(recorded(colour=True).frames, sharp)
    size = frames.fitted(100, 100) if not sharp else frames.fitted(130, 130)
    picture = np.asarray(frames.picture(0, size, block))
    assert picture.shape == (*size[::-1], 3)
    squares = block * (size[0] // frames.pictures.shape[2] if sharp else 1)
    np.testing.assert_array_equal(picture[:squares, :squares], np.broadcast_to(picture[0, 0], (squares, squares, 3)))


# --- curves


@pytest.mark.parametrize("style", [LIGHT, DARK])
def test_the_line_is_where_the_film_is_and_only_what_has_been_is_strong(style):
    run, box = recorded(), Box(7, 11, 400, 250)
    losses = losses_of(run, "steps")
    assert list(losses) == ["loss d"]
    chart = draw_chart(losses, run.lines, box, 16, style, Scale("steps", 250, *heights([losses], run.lines)))
    places = []
    for at in (0, 100, 200, 250):
        film = Image.new("RGB", (420, 270), style.ground)
        chart.draw(film, box, at, style, 2)
        drawn = np.asarray(film)[box.top : box.bottom, box.left : box.right]
        row = drawn[chart.top + 5 : chart.bottom - 5]
        (columns,) = np.nonzero((row == style.ink).all(axis=(0, 2)))
        places.append(columns.mean() + 0.5)
        left, right = columns[0], columns[-1] + 1
        np.testing.assert_array_equal(drawn[:, :left], np.asarray(chart.strong)[:, :left])
        np.testing.assert_array_equal(drawn[:, right:], np.asarray(chart.pale)[:, right:])
    np.testing.assert_allclose(places, chart.left + np.array([0, 0.4, 0.8, 1]) * (chart.right - chart.left), atol=1)


def test_curves_are_told_over_seconds():
    places, _ = losses_of(recorded(), "seconds")["loss d"]
    np.testing.assert_allclose(places, recorded().seconds)


@given(st.lists(st.one_of(st.none(), st.floats(width=32)), min_size=1, max_size=8), st.sampled_from(HOSTILE))
@settings(max_examples=10)
def test_any_curve_can_be_drawn(values, name):
    run = recorded(curves={name: (list(range(len(values))), values)}, lines={name: 1.0})
    losses = losses_of(run, "steps")
    low, high = heights([losses], run.lines)
    assert low < 1 < high and np.isfinite([low, high]).all()
    chart = draw_chart(losses, run.lines, Box(0, 0, 300, 150), 14, DARK, Scale("steps", 8, low, high))
    assert chart.strong.size == chart.pale.size == (300, 150)


# --- films


def opened(path):
    """Frames RGB `(N, H, W, 3)` and their milliseconds."""
    with Image.open(path) as image:
        found = [(np.asarray(frame.convert("RGB")), frame.info["duration"]) for frame in ImageSequence.Iterator(image)]
        return np.stack([frame for frame, _ in found]), [time for _, time in found]


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_film_opens_again_with_all_its_frames_and_the_same_bytes_twice(tmp_path, kind):
    run = recorded(colour=True)
    made = film(run, tmp_path / f"one.{kind}", (640, 360), hold=1, loop=2)
    film(run, tmp_path / f"two.{kind}", (640, 360), hold=1, loop=2)
    assert made.path.read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
    frames, times = opened(made.path)
    assert frames.shape == (6, 360, 640, 3) and made.pictures == 6
    assert times == durations(6, 5, 3, 1) and made.seconds == pytest.approx(sum(times) / 1000)
    assert Image.open(made.path).info["loop"] == {"gif": 1, "webp": 2}[kind]  # a GIF counts repeats
    assert "6 pictures" in str(made) and f"image/{kind};base64" in made._repr_html_()


def test_a_gif_that_plays_once_says_nothing_of_a_loop(tmp_path):
    film(recorded(), tmp_path / "a.gif", (320, 180), loop=1)
    assert "loop" not in Image.open(tmp_path / "a.gif").info
    film(recorded(), tmp_path / "b.gif", (320, 180))
    assert Image.open(tmp_path / "b.gif").info["loop"] == 0


@pytest.mark.parametrize("size", [(320, 180), (321, 181), (323, 200)])
def test_an_mp4_opens_again_has_even_sides_and_the_same_bytes_twice(tmp_path, size):
    pytest.importorskip("imageio_ffmpeg", reason="MP4 is tested only where imageio-ffmpeg is installed")
    made = film(recorded(), tmp_path / "one.mp4", size, hold=1)
    film(recorded(), tmp_path / "two.mp4", size, hold=1)
    assert made.path.read_bytes() == (tmp_path / "two.mp4").read_bytes()
    frames = np.stack(list(iio.imiter(made.path, plugin="FFMPEG")))
    assert frames.shape[1:3] == made.size[::-1] == (size[1] // 2 * 2, size[0] // 2 * 2)
    assert len(frames) == sum(durations(6, 5, 3, 1)) / TICK_MS
    assert len({frame.tobytes() for frame in frames}) >= 6
    assert "<video" in made._repr_html_()


def test_without_ffmpeg_one_sentence_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(CourseError, match="pip install -c constraints.txt imageio-ffmpeg"):
        film(recorded(), tmp_path / "a.mp4")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_slide_of_a_whole_run_is_below_five_megabytes(tmp_path, kind):
    """Noise in colour is the dearest there is; a real run has more frames, and more that stays."""
    run = recorded(5, cell=64, columns=6, rows=6, colour=True)
    made = film(run, tmp_path / f"a.{kind}", max_mb=5)
    frames, _ = opened(made.path)
    assert frames.shape == (5, 1080, 1920, 3)
    assert made.megabytes == made.path.stat().st_size / 1e6 <= 5


@pytest.mark.parametrize(("kind", "words"), [("gif", "colours"), ("webp", "quality")])
def test_few_bytes_cost_colours_then_pixels_and_never_words(tmp_path, kind, words):
    run = recorded(4, cell=48, rows=4, colour=True)
    best = film(run, tmp_path / f"best.{kind}", (640, 360), max_mb=50)
    assert best.given_up == "" and "given up" not in str(best)
    least = max(0.5 * best.megabytes, 0.02)
    coarse = film(run, tmp_path / f"coarse.{kind}", (640, 360), max_mb=least)
    assert coarse.megabytes <= least
    assert words in coarse.given_up and "given up" in str(coarse) and "\n" not in str(coarse)
    (fine, _), (rough, _) = opened(best.path), opened(coarse.path)
    assert fine.shape[1:] == rough.shape[1:]
    heading = np.s_[-1, :60, 370:600]  # right of the pictures
    assert np.abs(fine[heading].astype(int) - rough[heading]).mean() < 4


@pytest.mark.parametrize("every", [1, 2, 3, 7, 50])
def test_frames_given_up_leave_the_film_as_long_as_it_was(every):
    shown = moments([recorded(12, cell=8)], "steps", 5, 3, 2)
    left = thinned(shown, every)
    assert sum(moment.milliseconds for moment in left) == sum(moment.milliseconds for moment in shown)
    assert left[0].at == shown[0].at and left[-1].at == shown[-1].at
    assert len(left) == len({*range(0, 11, every), 11})


def test_what_cannot_be_had_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(CourseError, match="at its coarsest"):
        film(recorded(), tmp_path / "a.gif", (1280, 720), max_mb=0.01)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("labels", list(itertools.pairwise(HOSTILE)))
def test_hostile_names_make_films_like_others(tmp_path, labels):
    runs = [recorded(2, name=name, title=name, curves={name: ([0, 10], [1.0, 2.0])}) for name in labels]
    made = film(runs, tmp_path / "a.gif", (480, 270), curves=True)
    assert len(opened(made.path)[0]) == 2


def test_each_side_shows_its_own_run_at_the_same_time(tmp_path):
    """One run is black then white at step 10, the other at step 30."""
    frames = np.zeros((2, 40, 40), np.uint8)
    frames[1] = 255
    runs = [recorded(2, frames=frames, steps=[0, step], seconds=[0, 40 - step], grid=None) for step in (10, 30)]

    def shown(**options):
        made = film(runs, tmp_path / "a.gif", (400, 200), curves=False, dark=True, max_mb=9, **options)
        pictures, _ = opened(made.path)
        left, right = pictures[:, :, :200], pictures[:, :, 200:]
        return [tuple(bool((side == 255).mean() > 0.05) for side in sides) for sides in zip(left, right)]

    assert shown() == [(False, False), (True, False), (True, True)]
    assert shown(by="seconds") == [(False, False), (False, True), (True, True)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"path": "a.avi"}, "a film ends in .gif, .webp, .mp4, not in '.avi'"),
        ({"path": "a"}, "not in 'nothing'"),
        ({"size": (100, 1080)}, "size must be from 160 to 4096"),
        ({"size": (1920, 10_000)}, "size must be from 160 to 4096"),
        ({"fps": 0}, "fps must be from 0.1 to 25, not 0"),
        ({"fps": float("nan")}, "fps must be from 0.1 to 25"),
        ({"ease": 0.5}, "ease must be from 1 to 100"),
        ({"hold": -1}, "hold must be from 0"),
        ({"loop": -1}, "loop must be from 0"),
        ({"max_mb": 0}, "max-mb must be from 0.01"),
        ({"by": "hours"}, "by must be steps or seconds"),
        (
            {"captions": ["step", "fid"]},
            "there is no 'fid' to show: choose captions from step, epoch, seconds, numbers",
        ),
        ({"labels": ["a", "b"]}, "2 labels for 1 runs"),
        ({"columns": 0}, "columns and rows must be at least 1"),
        ({"recordings": []}, "nothing to show"),
        ({"recordings": recorded(grid=None), "columns": 2}, "have no columns and rows"),
        ({"recordings": recorded(seconds=[]), "by": "seconds"}, "kept no seconds"),
        ({"recordings": recorded(curves={}), "curves": True}, "recorded no losses"),
        ({"recordings": [recorded()] * 30, "size": (320, 180)}, "30 runs do not fit on 320x180"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path, changes, message):
    arguments = {"recordings": recorded(), "path": "a.gif"} | changes
    with pytest.raises(CourseError) as caught:
        film(**arguments | {"path": tmp_path / arguments["path"]})
    assert message in str(caught.value) and "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


# --- palettes


def test_a_joined_palette_keeps_the_first_colours_exactly():
    """Pillow takes the nearest colour by six bits of each, so a near one of the second would take their place."""
    words = image_of(np.array([[255, 255, 255], [17, 17, 17]], np.uint8))
    near = image_of(np.array([[252, 252, 253], [20, 17, 17], [200, 100, 50]], np.uint8))
    joined = join_palettes(words, near)
    picture = Image.new("RGB", (4, 1), "white")
    picture.putpixel((1, 0), (17, 17, 17))
    picture.putpixel((2, 0), (200, 100, 50))
    shown = np.asarray(picture.quantize(palette=joined, dither=Image.Dither.NONE).convert("RGB"))
    np.testing.assert_array_equal(shown, np.asarray(picture))
    assert len(joined.getpalette()) == 3 * 3


def test_a_rare_colour_survives_among_many_pixels():
    rng = np.random.default_rng(0)
    picture = rng.normal((60, 120, 60), 10, (600, 600, 3)).clip(0, 255).astype(np.uint8)
    picture[300, 300] = (255, 0, 0)
    palette = palette_of(picture, 16)
    colours = np.array(palette.getpalette(), int).reshape(-1, 3)
    assert np.abs(colours - (255, 0, 0)).max(axis=1).min() <= 8


def test_encoders_give_one_duration_a_picture():
    pictures = [Image.new("RGB", (20, 20), (i, 0, 0)) for i in (0, 100, 200)]
    content = budget.encode_gif(iter(pictures), [40, 80, 120], 0, palette_of(np.concatenate(pictures), 8))
    _, times = opened(io.BytesIO(content))
    assert times == [40, 80, 120]
