"""Pictures of a training while it runs: how often, what they cost, what they tell, and what is left at the end."""

import io
from types import SimpleNamespace

import IPython.display
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gan_course.viz import live as module
from gan_course.viz.live import live
from gan_course.viz.panel import MAX_POINTS, Panel, limits, means
from gan_course.viz.png import encode, enlarged


@pytest.fixture
def outputs(monkeypatch):
    """What the output of the notebook held, from first to last."""
    contents = []

    def display(content, **options):
        assert options.pop("metadata") and options == {"raw": True, "display_id": True}
        contents.append(content)
        return SimpleNamespace(update=lambda content, raw, metadata: contents.append(content))

    monkeypatch.setattr(IPython.display, "display", display)
    return contents


@pytest.fixture
def clock(monkeypatch):
    """Time stands still but for `clock.now += seconds`."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(module, "perf_counter", lambda: clock.now)
    return clock


def decode(content):
    return np.asarray(Image.open(io.BytesIO(content["image/png"])).convert("RGB"))


def run(clock, draw, num_steps, step_seconds, last_step=None, first=0, **options):
    with live(draw, **options)(num_steps, first, "digits") as show:
        for step in range(first + 1, (last_step or num_steps) + 1):
            clock.now += step_seconds
            show(step, {"loss_d": 1.0, "loss_g": 1 / step})


def grey(level=100):
    return np.full((20, 30), level, np.uint8)


@pytest.mark.parametrize("cost", [0.01, 0.2, 0.5])
@pytest.mark.parametrize("step_seconds", [0.01, 0.3])
def test_pictures_take_three_hundredths_of_the_time_at_most_and_come_every_two_seconds_at_best(
    outputs, clock, cost, step_seconds
):
    moments = []

    def draw():
        clock.now += cost
        moments.append(clock.now)
        return grey()

    began = clock.now
    run(clock, draw, round(40 / step_seconds), step_seconds)
    assert cost * (len(moments) - 1) <= 0.03 * (clock.now - began) + cost  # the first is before, the last one after
    pauses = np.diff(moments[:-1])
    assert (pauses >= 2).all()
    assert len(outputs) == len(moments) >= 3
    assert pauses.max() <= 2 + step_seconds + 2.5 * cost / 0.03


def test_of_slow_steps_each_is_shown_once(outputs, clock):
    run(clock, grey, 3, 20.0)
    assert len(outputs) == 4  # before the first step and after each
    assert "first step" in outputs[0]["text/plain"]


def test_the_line_tells_where_it_stands_how_long_it_takes_and_three_losses(outputs, clock):
    run(clock, grey, 10_000, 0.01, last_step=1000)
    assert "step 1,000 of 10,000, stopped after 10 s, loss_d 1, loss_g 0.001" in outputs[-1]["text/plain"]
    running = outputs[len(outputs) // 2]["text/plain"]
    step = int(running.split("step ")[1].split(" of")[0].replace(",", ""))
    assert f"{(10_000 - step) / 100:.0f} s left" in running
    with live(grey)(10_000, 0, "") as show:
        clock.now += 3
        show(1, {})
    assert "9999 s" not in outputs[-2]["text/plain"] and "500 min left" in outputs[-2]["text/plain"]
    assert all("\n" not in content["text/plain"] for content in outputs)


def test_a_run_that_goes_on_counts_only_its_own_steps(outputs, clock):
    run(clock, grey, 200, 0.1, first=100)
    assert "step 100 of 200" in outputs[0]["text/plain"] and "s left" in outputs[1]["text/plain"]
    assert outputs[1]["text/plain"].split(" s left")[0].endswith(" 8")
    assert "step 200 of 200, 10 s," in outputs[-1]["text/plain"]


def test_the_last_picture_is_of_the_last_state_also_of_a_training_that_fails(outputs, clock):
    levels = iter([0, 255])
    with pytest.raises(RuntimeError, match="diverged"):
        with live(lambda: grey(next(levels)))(10, 0, ""):
            raise RuntimeError("diverged")
    first, last = (decode(content) for content in outputs)
    assert first[40, 10].max() < 3 and last[40, 10].min() > 252
    assert outputs[-1]["text/plain"].startswith("step 0 of 10, stopped")


@pytest.mark.parametrize("shape", [(238, 238), (394, 394), (476, 236), (394, 394, 3), (700, 900, 3), (3, 2)])
def test_the_picture_that_is_kept_is_wide_and_short_in_bytes_even_of_noise(outputs, clock, shape):
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    run(clock, lambda: noise, 300, 0.001, lines={"log 2": 0.69}, bars=lambda: {"1": 0.5}, bars_label="class accuracy")
    assert len(outputs[-1]["image/png"]) <= 40_000
    assert all(decode(content).shape[1] == 900 for content in outputs)


def test_bars_grow_with_their_numbers(outputs, clock):
    heights = iter([{}, {"1": 0.2, "8": 0.9}, {"1": 1.0, "8": 0.9}])
    with live(grey, bars=lambda: next(heights), bars_label="class accuracy")(100, 0, "") as show:
        for step in (1, 2):
            clock.now += 100 * (step == 1)
            show(step, {"loss": 1.0})
    blue = [(np.abs(decode(content)[-160:] - [31.0, 119, 180]) < 40).all(axis=2).sum() for content in outputs]
    assert blue[0] == 0 < blue[1] and blue[2] / blue[1] == pytest.approx(1.9 / 1.1, rel=0.15)


# Curves


def blue_rows(panel, **size):
    """The rows, from above, of what is drawn in the colour of the first curve, right of the axis."""
    picture = panel.render(**({"width": 400, "height": 400, "bars": {}} | size)).astype(int)
    rows, columns = np.nonzero((np.abs(picture - [31, 119, 180]) < 30).all(axis=2))
    return rows[(columns > 60) & (rows > 40)]


def test_a_curve_lies_between_the_lines_that_it_lies_between():
    panel = Panel(lines={"below": 0.0, "above": 1.0})
    for step in range(1, 500):
        panel.add(step, {"loss": 0.75})
    rows = blue_rows(panel)
    top, bottom = 32 + 0.08 / 1.16 * 322, 32 + 1.08 / 1.16 * 322  # pixels of both lines
    assert rows.mean() == pytest.approx(bottom + 0.75 * (top - bottom), abs=3)


def test_a_peak_at_the_beginning_does_not_press_the_rest_flat():
    panel = Panel()
    for step in range(1, 1200):
        panel.add(step, {"loss": 1e6 if step < 10 else np.sin(step / 50)})
    rows = blue_rows(panel)
    assert np.quantile(rows, 0.9) - np.quantile(rows, 0.1) > 150


def test_only_the_curves_asked_for_are_drawn_and_told():
    panel = Panel(["b"])
    panel.add(1, {"a": 1.0, "b": 2.0})
    assert panel.last(3) == {"b": 2.0}


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=1000))
def test_means_are_few_and_keep_the_sum(values):
    found = means(values)
    stretch = -(-len(values) // MAX_POINTS)
    lengths = np.full(len(found), stretch)
    lengths[-1] = len(values) - stretch * (len(found) - 1)
    assert len(found) <= MAX_POINTS and 1 <= lengths[-1] <= stretch
    assert (found * lengths).sum() == pytest.approx(sum(values), abs=1e-3)


def test_limits_hold_lines_and_bear_what_is_no_number():
    assert limits([np.array([np.nan, np.inf, 1.0, 3.0])], [5.0]) == pytest.approx((0.72, 5.32), abs=0.05)
    assert limits([np.array([np.nan])], []) == pytest.approx((-0.08, 1.08))
    low, high = limits([np.array([2.0, 2.0])], [])
    assert low < 2 < high


# PNG


@pytest.mark.parametrize(("size", "scale"), [((10, 20), 5), ((99, 30), 1), ((100, 100), 1), ((101, 50), 1)])
def test_a_picture_grows_by_whole_pixels(size, scale):
    picture = np.random.default_rng(0).integers(0, 256, size[::-1], np.uint8)
    shown = np.asarray(enlarged(picture, 100))
    np.testing.assert_array_equal(shown[..., 0], picture.repeat(scale, axis=0).repeat(scale, axis=1))


def test_a_large_picture_shrinks_and_keeps_its_shape():
    assert enlarged(np.zeros((600, 1200), np.uint8), 100).size == (600, 300)


def test_coarse_pixels_are_squares():
    picture = np.random.default_rng(0).integers(0, 256, (40, 40), np.uint8)
    shown = np.asarray(enlarged(picture, 80, coarseness=2))[..., 0]
    np.testing.assert_array_equal(shown, shown[::4, ::4].repeat(4, axis=0).repeat(4, axis=1))
    np.testing.assert_allclose(shown[::4, ::4], picture.reshape(20, 2, 20, 2).mean(axis=(1, 3)), atol=1)


def test_few_colours_are_kept_exactly():
    picture = Image.fromarray(np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0]]], np.uint8))
    for smallest in (False, True):
        np.testing.assert_array_equal(Image.open(io.BytesIO(encode(picture, 16, smallest))).convert("RGB"), picture)
