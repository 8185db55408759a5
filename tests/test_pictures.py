"""Grids and figures."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gan_course.viz.pictures import (
    figure_to_picture,
    image_grid,
    plot_curves,
    plot_games,
    plot_latents,
    plot_runs,
    save_picture,
    show_picture,
    show_rows,
    to_uint8,
)

GROUND = 128


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def random_images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)


def test_black_is_0_white_is_255_and_the_rest_is_clipped():
    np.testing.assert_array_equal(to_uint8(np.array([-9, -1, 0, 1, 9, np.nan])), [0, 0, 128, 255, 255, 128])


def test_every_grey_survives_the_way_to_images_and_back():
    greys = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(to_uint8(greys.astype(np.float32) / np.float32(127.5) - 1), greys)


@given(
    count=st.integers(1, 10),
    channels=st.sampled_from([1, 3]),
    columns=st.integers(1, 11),
    gap=st.integers(0, 3),
    scale=st.integers(1, 3),
)
def test_each_image_stands_in_its_place(count, channels, columns, gap, scale):
    height, width = 4, 3
    images = random_images(count, channels, height, width)
    grid = image_grid(images, columns, gap, scale)
    rows = -(-count // columns)
    size = ((rows * (height + gap) - gap) * scale, (columns * (width + gap) - gap) * scale)
    assert grid.dtype == np.uint8 and grid.shape == (size if channels == 1 else (*size, 3))
    small = grid[::scale, ::scale].reshape(size[0] // scale, size[1] // scale, channels)
    rest = np.ones(small.shape[:2], bool)
    for number, image in enumerate(images):
        top, left = number // columns * (height + gap), number % columns * (width + gap)
        place = np.s_[top : top + height, left : left + width]
        np.testing.assert_array_equal(small[place], to_uint8(image).transpose(1, 2, 0))
        rest[place] = False
    assert (small[rest] == GROUND).all()
    np.testing.assert_array_equal(grid, grid[::scale, ::scale].repeat(scale, 0).repeat(scale, 1))


@pytest.mark.parametrize(("count", "shape"), [(1, (5, 5)), (4, (12, 12)), (5, (12, 19)), (9, (19, 19)), (10, (19, 26))])
def test_a_grid_is_a_square_unless_told(count, shape):
    assert image_grid(random_images(count, 1, 5, 5)).shape == shape


@pytest.mark.parametrize("shape", [(7, 9), (7, 9, 3)])
def test_a_saved_picture_is_the_picture(tmp_path, shape):
    picture = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    save_picture(tmp_path / "a.png", picture)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "a.png")), picture)


def test_a_figure_becomes_a_picture_and_is_closed():
    figure, axis = plt.subplots(figsize=(3, 2), dpi=50)
    figure.set_facecolor((1, 0, 0))
    axis.remove()
    picture = figure_to_picture(figure)
    assert picture.shape == (100, 150, 3) and picture.dtype == np.uint8
    assert (picture == [255, 0, 0]).all()
    assert not plt.fignum_exists(figure.number)


def test_rows_show_each_set_of_images_under_its_label():
    rows = {"original": random_images(4, 1, 5, 5), "copy": random_images(4, 3, 5, 5)}
    figure = show_rows(rows, "title")
    assert [axis.get_ylabel() for axis in figure.axes] == ["original", "copy"]
    for axis, images in zip(figure.axes, rows.values()):
        np.testing.assert_array_equal(axis.images[0].get_array(), image_grid(images, columns=4, gap=1))


@pytest.mark.parametrize("num_rows", [2, 11])
@pytest.mark.parametrize("label", ["G", "Adam, label smoothing", "rate 0.10, standardised, 200", 3 * "a label "])
def test_no_label_of_a_row_is_cut_off(label, num_rows):
    labels = [label, *map(str, range(1, num_rows))]
    figure = show_rows(dict.fromkeys(labels, random_images(12, 1, 8, 8)))
    figure.canvas.draw()
    assert min(axis.yaxis.label.get_window_extent().x0 for axis in figure.axes) >= 0


@pytest.mark.parametrize("shape", [(8, 20), (8, 20, 3)])
def test_a_shown_picture_is_the_picture(shape):
    picture = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    axis = show_picture(picture, "title").axes[0]
    np.testing.assert_array_equal(axis.images[0].get_array(), picture)
    assert axis.get_title() == "title"


def test_short_curves_are_drawn_as_they_are():
    axis = plot_curves({"a": ([1, 2, 3], [4, 5, 7]), "b": ([1, 3], [0, 1])}, "nats", {"log 2": np.log(2)}).axes[0]
    np.testing.assert_array_equal(axis.lines[0].get_xydata(), [[1, 4], [2, 5], [3, 7]])
    assert axis.lines[0].get_label() == "a" and axis.lines[1].get_label() == "b"
    assert axis.lines[2].get_ydata() == [np.log(2)] * 2
    assert axis.get_ylabel() == "nats" and axis.texts[0].get_text() == "log 2"


def test_neither_the_legend_nor_a_lines_name_hides_a_curve():
    curves = {"loss_d": ([1, 2], [0.0, 3.0]), "loss_g": ([1, 2], [3.0, 0.0])}
    runs, line = {"a": curves, "b": curves}, {"log 2": 0.7}
    for figure in (plot_curves(curves, "loss", line), plot_runs(runs, "loss", line)):
        figure.canvas.draw()
        (legend,) = figure.legends
        assert [text.get_text() for text in legend.get_texts()] == ["loss_d", "loss_g"]
        named = [text for axis in figure.axes for text in axis.texts]
        assert len(named) == 1  # side by side once, at the end
        outside = [legend.get_window_extent(), named[0].get_window_extent()]
        assert not any(box.overlaps(axis.get_window_extent()) for box in outside for axis in figure.axes)
        plt.close(figure)


def test_runs_lie_side_by_side_on_one_scale():
    low, high = {"loss": ([1, 2], [0, 1])}, {"loss": ([1, 2], [5, 9])}
    left, right = plot_runs({"low": low, "high": high}, "loss").axes
    assert (left.get_title(), right.get_title()) == ("low", "high")
    assert left.get_ylim() == right.get_ylim() and left.get_ylim()[1] >= 9
    np.testing.assert_array_equal(right.lines[0].get_ydata(), [5, 9])


@pytest.mark.parametrize("count", [201, 499, 1000, 2340])
def test_the_running_mean_of_a_straight_line_is_that_line(count):
    steps = np.arange(1, count + 1)
    pale, mean = plot_curves({"loss": (steps, 2.0 * steps)}, "loss").axes[0].lines
    np.testing.assert_array_equal(pale.get_ydata(), 2.0 * steps)
    np.testing.assert_allclose(mean.get_ydata(), 2 * mean.get_xdata(), atol=1)  # half a step where the window is even
    assert len(mean.get_xdata()) > 0.97 * count


def test_the_running_mean_calms_noise():
    noise = np.random.default_rng(0).standard_normal(2000)
    pale, mean = plot_curves({"loss": (np.arange(2000), noise)}, "loss").axes[0].lines
    assert mean.get_ydata().std() < 0.3 * pale.get_ydata().std()


def test_latents_are_dots_in_their_places():
    z, labels = random_images(30, 2), np.arange(30) % 10
    axis = plot_latents(z, labels, limit=4).axes[0]
    np.testing.assert_allclose(axis.collections[0].get_offsets(), z)
    np.testing.assert_array_equal(axis.collections[0].get_array(), labels)
    assert axis.get_xlim() == axis.get_ylim() == (-4, 4)


def test_games_are_columns_of_curves_and_pictures():
    steps, picture = np.arange(5), np.full((4, 6), 100, np.uint8)
    curves = {"loss_d": (steps, steps), "loss_g": (steps, -steps)}
    games = {"broken": (curves, {"real": picture}), "sound": (curves, {"real": picture, "samples": 2 * picture})}
    axes = np.reshape(plot_games(games, {"log 2": np.log(2)}).axes, (4, 2)).T
    assert [axis.get_title(loc="left") for axis in axes[:, 0]] == ["broken", "sound"]
    assert [[len(axis.images) for axis in row[1:]] for row in axes] == [[1, 0, 0], [1, 1, 0]]
    np.testing.assert_array_equal(axes[1, 2].images[0].get_array(), 2 * picture)


def test_a_loss_that_leaves_all_bounds_gets_a_logarithmic_scale():
    step = np.arange(1, 5)
    games = {
        "ill": ({"loss_d": (step, np.array([1.0, 1e9, 1e20, np.nan]))}, {}),
        "well": ({"loss_d": (step, step)}, {}),
    }
    axes = np.reshape(plot_games(games).axes, (4, 2)).T
    assert [axis.get_yscale() for axis in axes[:, 0]] == ["log", "linear"]


def test_what_the_curves_and_lines_are_stands_above_them():
    steps, picture = np.arange(5), np.full((80, 160), 100, np.uint8)
    game = ({"loss_d": (steps, steps), "loss_g": (steps, -steps)}, {"real": picture})
    figure = plot_games({"one": game, "two": game}, {"log 2": np.log(2)})
    figure.canvas.draw()
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["loss_d", "loss_g", "log 2"]
    assert all(legend.get_window_extent().y0 >= axis.get_window_extent().y1 for axis in figure.axes)
