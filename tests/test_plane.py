"""The picture of a GAN in the plane: points where they belong, D's answers in their colours."""

import numpy as np
import pytest

from gan_course.viz.pictures import figure_to_picture
from gan_course.viz.plane import Moment, paint_plane, plane_points, plot_clouds, plot_games, plot_plane

LIMIT = 3.0


def test_points_fill_the_square_row_by_row_from_below():
    points = plane_points(LIMIT, side=4)
    assert points.shape == (16, 2) and points.dtype == np.float32
    assert points[0].tolist() == [-3, -3] and points[1].tolist() == [-1, -3] and points[-1].tolist() == [3, 3]


@pytest.fixture
def figure():
    surface = 1 / (1 + np.exp(-3 * plane_points(LIMIT, side=30)[:, 0]))  # "real" on the right
    return plot_plane(surface, np.array([[2.0, 0.0]]), np.array([[-2.0, 1.0], [-2.0, -1.0]]), LIMIT, "a game")


def test_points_are_drawn_where_they_lie(figure):
    axis = figure.axes[0]
    real, fake = (np.asarray(collection.get_offsets()) for collection in axis.collections[-2:])
    assert real.tolist() == [[2, 0]] and fake.tolist() == [[-2, 1], [-2, -1]]
    assert axis.get_title() == "a game" and axis.get_xlim() == axis.get_ylim() == (-LIMIT, LIMIT)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["real", "fake"]


def test_red_is_real_and_blue_is_fake(figure):
    axis = figure.axes[0]
    figure.canvas.draw()
    places = axis.transData.transform([(2.5, -1.0), (-2.5, 0.0)]).round().astype(int)
    picture = figure_to_picture(figure)
    right, left = (picture[picture.shape[0] - 1 - y, x].astype(int) for x, y in places)
    assert right[0] > right[2] + 50 and left[2] > left[0] + 50


def test_clouds_lie_side_by_side_under_their_names():
    clouds = {"real": np.array([[1.0, 2.0]]), "fake": np.array([[0.0, 0.5], [1.0, -1.0]])}
    axes = plot_clouds(clouds, LIMIT).axes
    assert [axis.get_title() for axis in axes] == ["real", "fake"]
    for axis, points in zip(axes, clouds.values()):
        np.testing.assert_array_equal(axis.collections[0].get_offsets(), points)
        assert axis.get_xlim() == axis.get_ylim() == (-LIMIT, LIMIT)


def test_seven_clouds_stand_in_rows_of_three_and_no_place_is_left_over():
    figure = plot_clouds({str(number): np.zeros((1, 2)) for number in range(7)}, LIMIT)
    figure.canvas.draw()
    tops = [round(axis.get_position().y1, 2) for axis in figure.axes]
    assert len(tops) == 7 and [tops.count(top) for top in sorted(set(tops), reverse=True)] == [3, 3, 1]
    assert figure.get_figwidth() * figure.dpi >= 600


def test_games_stand_side_by_side_with_a_bar_for_each_mode_cut_where_it_is_too_high():
    surface, fake = np.linspace(0, 1, 100), np.array([[1.0, 0.0]])
    moments = [Moment(name, surface, fake, np.array(shares)) for name, shares in (("a", [0.1, 0.4]), ("b", [0.9, 0]))]
    figure = plot_games(moments, np.array([[0.0, 1.0]]), LIMIT, highest=0.5)
    planes, bars = figure.axes[:2], figure.axes[2:]
    assert [axis.get_title() for axis in planes] == ["a", "b"]
    heights = [[bar.get_height() for bar in axis.patches] for axis in bars]
    assert heights == [[0.1, 0.4], [0.5, 0]]
    assert all(axis.lines[0].get_ydata()[0] == 1 / 2 for axis in bars)  # an even share of two modes
    assert figure_to_picture(figure).shape[1] == 900


def test_the_quick_picture_shows_the_same():
    surface = 1 / (1 + np.exp(-3 * plane_points(LIMIT, side=30)[:, 0]))
    real, fake = np.array([[2.0, 1.0]]), np.array([[-2.0, 1.0], [np.nan, 0], [50, 0]])
    picture = paint_plane(surface, real, fake, LIMIT, size=121).astype(int)
    assert picture.shape == (121, 121, 3)
    right, left = picture[110, 110], picture[110, 10]
    assert right[0] > right[2] + 50 and left[2] > left[0] + 50
    assert picture[40, 100].tolist() == [0, 0, 0] and picture[40, 20].tolist() == [0, 224, 0]
    assert (picture == [0, 224, 0]).all(axis=2).sum() == 9  # neither what is no number nor what lies outside


def test_the_quick_picture_has_the_first_row_below():
    picture = paint_plane(np.linspace(0, 1, 900), *[np.empty((0, 2))] * 2, LIMIT).astype(int)
    assert picture[0, 0, 0] > picture[-1, 0, 0] and picture[0, 0, 2] < picture[-1, 0, 2]
