import mindspore as ms
import numpy as np
import pytest
from scipy.ndimage import shift

from gan_course.training.augmentation import random_shifts, shifted

SIZE, REACH = (6, 8), 2


def moved(images, draws):
    return shifted(*map(ms.Tensor, (images, *draws))).asnumpy()


def test_images_move_by_whole_pixels_and_grey_comes_in():
    images = np.random.default_rng(0).standard_normal((5, 3, *SIZE), np.float32)
    rows, columns, *_ = random_shifts(5, SIZE, REACH)(np.random.default_rng(1))
    offsets = np.random.default_rng(1).integers(-REACH, REACH + 1, (2, 5)).T  # as they are drawn: down, then right
    expected = [shift(image, (0, *offset), order=0) for image, offset in zip(images, offsets)]
    np.testing.assert_array_equal(moved(images, (rows, columns)), expected)


def test_real_and_generated_images_move_each_in_their_own_way_and_all_ways_occur():
    draws = random_shifts(400, SIZE, REACH)(np.random.default_rng(0))
    assert [drawn.shape for drawn in draws] == [(400, 1, 6, 6), (400, 8, 8)] * 2
    dot = np.zeros((400, 1, *SIZE), np.float32)
    dot[:, :, 3, 4] = 1
    places = [np.argwhere(moved(dot, half)[:, 0])[:, 1:] for half in (draws[:2], draws[2:])]
    for found in places:
        assert {tuple(place) for place in found} == {(y, x) for y in range(1, 6) for x in range(2, 7)}
    assert (places[0] != places[1]).any(axis=1).mean() > 0.9


def test_no_reach_no_move():
    images = np.random.default_rng(0).standard_normal((2, 1, *SIZE), np.float32)
    np.testing.assert_array_equal(moved(images, random_shifts(2, SIZE, 0)(np.random.default_rng(0))[:2]), images)


@pytest.mark.parametrize("reach", [-1, 6])
def test_a_reach_beyond_the_picture_is_refused(reach):
    with pytest.raises(ValueError, match=f"6x8 cannot move by {reach}"):
        random_shifts(2, SIZE, reach)
