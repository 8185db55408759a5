"""Pictures by class: as many of each as asked for, drawn flowers, folders, even batches, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gan_course.data import mnist
from gan_course.data.batches import class_balanced
from gan_course.data.kinds import KINDS, kinds
from gan_course.data.sources import Digits, Folder, Sunflowers
from gan_course.errors import CourseError
from gan_course.evaluation.classes import class_accuracy, confusion


def test_digits_in_the_order_asked_for():
    images, labels, names = Digits().labelled(("8", "1"), (3, 2))
    assert names == ("8", "1") and labels.tolist() == [0, 0, 0, 1, 1] and labels.dtype == np.int32
    for row, digit in enumerate((8, 1)):
        np.testing.assert_array_equal(images[labels == row], mnist("train", [digit], [3, 2][row])[0])


def test_all_digits_where_nothing_is_asked_for():
    images, labels, names = Digits().labelled()
    assert len(images) == 60000 and names == tuple("0123456789")
    assert np.bincount(labels).tolist() == np.bincount(mnist("train")[1]).tolist()


@pytest.fixture
def folder(tmp_path):
    for name, count in {"cats": 3, "dogs": 2}.items():
        (tmp_path / name).mkdir()
        for number in range(count):
            Image.new("RGB", (16, 16), (40 * number, 0, 0)).save(tmp_path / name / f"{number}.png")
    (tmp_path / "empty").mkdir()
    return tmp_path


def test_a_folder_with_a_sub_folder_for_each_class(folder):
    images, labels, names = Folder(folder).labelled(("dogs", "cats"), (1, 2), (8, 8))
    assert images.shape == (3, 3, 8, 8) and labels.tolist() == [0, 1, 1] and names == ("dogs", "cats")


def test_a_sub_folder_without_pictures_is_no_class(folder):
    assert Folder(folder).labelled().names == ("cats", "dogs")
    with pytest.raises(CourseError, match="no pictures of class 'empty': choose from cats, dogs"):
        Folder(folder).labelled(("cats", "empty"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((("1", "x"),), "mnist has no pictures of class 'x': choose from 0, 1, 2"),
        ((("1", "1"),), "at least two different"),
        ((("1",),), "at least two different"),
        ((("1", "3"), (5,)), "1 counts for 2 classes: give one for each"),
        ((("1", "3"), (5, 0)), "at least 1, not 0"),
        ((("1", "3"), (5, 6132)), "6132 pictures of class 3, of which there are 6131"),
        ((("1", "3"), (5, 6), (28, 28), True, 12), "11 pictures in all do not fill a batch of 12"),
        ((None, None, (32, 32)), "MNIST is grey and 28x28"),
        ((None, None, (28, 28), False), "MNIST is grey and 28x28"),
    ],
)
def test_what_cannot_be_had_is_refused_in_a_sentence(arguments, message):
    with pytest.raises(CourseError, match=message):
        Digits().labelled(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((("pink", "red"),), "sunflowers:256 has no pictures of class 'pink'"),
        ((("white", "red"), (1,)), "1 counts for 2"),
    ],
)
def test_flowers_that_nobody_draws_are_refused(arguments, message):
    with pytest.raises(CourseError, match=message):
        Sunflowers().labelled(*arguments)


def test_kinds_are_repeatable_and_a_larger_set_begins_with_the_smaller():
    images, labels = kinds([2, 1, 1, 3], size=(16, 24))
    assert images.shape == (7, 3, 16, 24) and labels.tolist() == [0, 0, 1, 2, 3, 3, 3]
    assert images.dtype == np.float32 and -1 <= images.min() and images.max() <= 1
    fewer, _ = kinds([1, 2], ["violet", "yellow"], (16, 24))
    np.testing.assert_array_equal(fewer, images[[4, 0, 1]])
    assert not np.array_equal(kinds([1], ["red"], (16, 24), seed=1)[0], images[2:3])


def test_petals_have_the_colour_of_their_kind():
    """In the ring where petals are: red over blue for yellow and red, green only in yellow and white."""
    images, labels = kinds([8] * 4)
    y, x = np.mgrid[-15.5:16, -15.5:16]
    ring = (np.hypot(x, y) > 8) & (np.hypot(x, y) < 11)
    means = dict(zip(KINDS, np.median(images[:, :, ring], axis=2).reshape(4, 8, 3).mean(axis=1)))  # RGB of each kind
    assert means["yellow"][1] > means["yellow"][2] + 0.3 and means["yellow"][0] > means["yellow"][2] + 0.5
    assert means["red"][0] > max(means["red"][1:]) + 0.3
    assert np.ptp(means["white"]) < 0.3 and means["white"].min() > means["red"][1:].max()
    assert means["violet"][2] > means["violet"][1] + 0.3


def test_grey_kinds():
    assert kinds([1], ["red"], gray=True)[0].shape == (1, 1, 32, 32)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.randoms())
def test_even_positions_show_every_class_alike_and_leave_nothing_out(counts, random):
    labels = np.repeat(np.arange(len(counts)), counts)
    random.shuffle(labels)
    positions = class_balanced(labels)
    assert np.bincount(labels[positions]).tolist() == [max(counts)] * len(counts)
    assert set(positions.tolist()) == set(range(len(labels)))
    repeats = [np.bincount(positions, minlength=len(labels))[labels == label] for label in range(len(counts))]
    assert all(np.ptp(times) <= 1 for times in repeats)


def test_accuracy_and_confusion_of_an_example():
    asked, answered = np.array(list("aaaabb")), np.array(list("aaabcb"))
    accuracy = class_accuracy(asked, answered, ["a", "b"])
    assert [accuracy[name][0] for name in "ab"] == [0.75, 0.5]
    assert accuracy["a"][1] == pytest.approx(0.3006, abs=1e-4)  # Wilson's interval for 3 of 4
    assert confusion(asked, answered, ["a", "b"], list("abc")).tolist() == [[3, 1, 0], [0, 1, 1]]


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match="asked to show b"):
        class_accuracy(np.array(["a"]), np.array(["a"]), ["a", "b"])
    with pytest.raises(ValueError, match="one answer for each"):
        confusion(np.array(["a"]), np.array(["a", "a"]), ["a"], ["a"])


def test_tables_of_answers_are_refused():
    with pytest.raises(ValueError, match=r"not \(2, 2\) for \(2, 2\)"):
        confusion(np.zeros((2, 2)), np.zeros((2, 2)), ["a"], ["a"])
    with pytest.raises(ValueError, match="asked to show b, c"):
        confusion(np.array(["a"]), np.array(["c"]), ["c", "a", "b"], ["a"])
