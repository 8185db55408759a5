"""Pictures by name: each source gives what its own reader gives, and says what it cannot do."""

import numpy as np
import pytest
from PIL import Image

from gan_course.data import sunflowers
from gan_course.data.sources import load_pictures
from gan_course.errors import CourseError


def test_sunflowers_are_drawn_as_asked():
    np.testing.assert_array_equal(load_pictures("sunflowers", (16, 20), False, 3), sunflowers(3, (16, 20))[0])
    assert load_pictures("sunflowers", None, True, 2).shape == (2, 1, 64, 64)


def test_mnist_is_grey_and_of_its_own_size(training_digits):
    np.testing.assert_array_equal(load_pictures("mnist", None, True), training_digits[0])
    assert load_pictures("mnist", (28, 28), True).shape == (60_000, 1, 28, 28)


@pytest.mark.parametrize(("size", "gray"), [((64, 64), True), (None, False)])
def test_mnist_in_colour_or_of_another_size_is_refused(size, gray):
    with pytest.raises(CourseError, match="leave out --colour and --size"):
        load_pictures("mnist", size, gray)


def test_a_folder_is_read_and_what_was_skipped_is_said(tmp_path, capsys):
    for number in range(3):
        Image.new("RGB", (30, 20), (255, 0, 0)).save(tmp_path / f"{number}.png")
    for number in range(7):
        (tmp_path / f"text{number}.jpg").write_text("no picture")
    pictures = load_pictures(str(tmp_path), (8, 8), False, at_least=3)
    assert pictures.shape == (3, 3, 8, 8)
    np.testing.assert_allclose(pictures[:, :, 0, 0], [[1, -1, -1]] * 3)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 7 and said[0] == "skipped 7 files:" and said[1].startswith("  text0.jpg: ")
    assert said[-1] == "  and 2 more"


def test_too_few_pictures_are_refused_with_their_number(tmp_path):
    Image.new("L", (9, 9)).save(tmp_path / "a.png")
    with pytest.raises(CourseError, match="has 1 pictures and needs at least 32"):
        load_pictures(str(tmp_path), None, True, at_least=32)
