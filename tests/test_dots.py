"""White dots against drawings counted by hand and SciPy's connected components."""

import numpy as np
import pytest
from scipy.ndimage import label

from gan_course.evaluation.dots import white_dots

DRAWINGS = {
    "nothing": (["....", "....", "...."], 0),
    "one dot": (["....", ".#..", "...."], 1),
    "dots in the corners": (["#..#", "....", "#..#"], 4),
    "a pair": (["....", ".##.", "...."], 0),
    "touching at a corner": (["#...", ".#..", "...."], 0),
    "a stroke and a dot": (["##.#", "##..", "##.."], 1),
    "all white": (["####", "####", "####"], 0),
}


def drawn(rows):
    return np.array([[[[1.0 if mark == "#" else -1.0 for mark in row] for row in rows]]], np.float32)


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawings(name):
    rows, count = DRAWINGS[name]
    assert white_dots(drawn(rows)).tolist() == [count]


def test_dots_are_the_connected_components_of_one_pixel():
    images = np.random.default_rng(0).uniform(-1, 0.2, (50, 1, 12, 9))
    for image, count in zip(images, white_dots(images), strict=True):
        components, _ = label(image[0] > 0, structure=np.ones((3, 3)))
        assert count == (np.bincount(components.ravel())[1:] == 1).sum()


def test_the_threshold_decides_what_is_bright():
    image = drawn(["...", ".#.", "..."]) * 0.4
    assert [int(white_dots(image, threshold)[0]) for threshold in (-0.5, 0.3, 0.5)] == [0, 1, 0]


def test_channels_are_counted_by_themselves():
    both = np.concatenate([drawn(["#..", "..."]), drawn([".#.", "..."])], axis=1)
    assert white_dots(both).tolist() == [2]


def test_real_digits_have_hardly_any(test_digits):
    assert white_dots(test_digits[0]).mean() < 0.02


def test_half_way_between_black_and_white_is_not_bright_yet():
    image = drawn(["...", ".#.", "..."])
    for value, count in ((0.0, 0), (1e-6, 1)):
        image[0, 0, 1, 1] = value
        assert white_dots(image).tolist() == [count]
