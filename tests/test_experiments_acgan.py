"""Lesson 06's experiments, tried with a few steps."""

from dataclasses import replace
from functools import partial

import imageio.v3 as iio
import numpy as np
import pytest

from experiments import acgan, acgan_published, acgan_shapes
from experiments.tables import RESULTS, read_table
from gan_course.data.sources import Digits
from gan_course.lessons import filling


def test_a_row_counts_what_the_pictures_of_a_class_show(tmp_path, monkeypatch):
    runs = {"a": partial(acgan.train_and_measure, acgan.NATURAL)}
    monkeypatch.setattr(acgan, "EXPERIMENTS", {"labels": lambda: runs})
    acgan.main(["labels", "--smoke", "--out", str(tmp_path)], standalone_mode=False)
    (row,) = read_table(tmp_path / "06_labels.csv")
    assert (row["run"], row["seed"]) == ("a", "0")
    assert row.keys() == read_table(RESULTS / "06_labels.csv")[0].keys()  # which the lesson reads
    assert sum(int(row[f"five_as_{digit}"]) for digit in range(10)) == 1000
    assert float(row["class_accuracy_5"]) == int(row["five_as_5"]) / 1000


def test_the_grids_after_the_published_epochs(tmp_path, monkeypatch):
    monkeypatch.setattr(acgan, "EPOCHS", (0, 1))
    monkeypatch.setattr(acgan, "COUNTS", (32,))  # an epoch of one step
    rows = acgan.train_and_look(acgan.SHORT, 0, tmp_path, True)
    assert [row["epoch"] for row in rows] == [0, 1]
    picture = iio.imread(tmp_path / "06_epochs.png")
    assert picture.shape[1] == 2 * (4 * 60 - 4 + 12)


def test_variants_differ_in_what_they_are_named_for():
    labels = {name: make.args[0] for name, make in acgan.labels().items()}
    assert [settings.class_balanced for settings in labels.values()] == [False, False, True, False, True]
    counts = {name: make.args[0] for name, make in acgan.counts().items()}
    assert counts["one small, balanced 100"] == replace(acgan.SHORT, num_steps=1500, counts=(5000, 5000, 100, 5000))


def test_quiet_labels_are_multiplied_or_set_beside():
    quiet = {name: make.args[0] for name, make in acgan.quiet().items()}
    assert len(quiet) == 4 and {settings.label_spread for settings in quiet.values()} == {0.03}
    assert all(settings.concatenate is ("multiplied" not in name) for name, settings in quiet.items())
    assert all(settings.class_balanced is ("balanced" in name) for name, settings in quiet.items())


def test_shifted_digits_fill_up_the_small_class():
    images, labels, _ = acgan.ShiftedDigits().labelled(acgan.NAMES, (9, 9, 3, 9))
    assert np.bincount(labels).tolist() == [9, 9, 9, 9]
    real, _, _ = Digits().labelled(acgan.NAMES, (9, 9, 3, 9))
    np.testing.assert_array_equal(images[:30], real)
    moved = images[30:]
    assert not (moved == np.resize(real[18:21], moved.shape)).all()
    assert moved.mean() == pytest.approx(real[18:21].mean(), abs=0.02)  # a little may leave at the edge


def test_squeezed_digits_are_half_as_wide_and_as_bright():
    rng = np.random.default_rng(0)
    images = np.pad(rng.uniform(-1, 1, (3, 1, 28, 14)), ((0, 0), (0, 0), (0, 0), (7, 7)), constant_values=-1)
    narrow = acgan_shapes.squeezed(images)
    assert narrow.shape == images.shape and (narrow[..., :7] == -1).all() and (narrow[..., 21:] == -1).all()
    assert (narrow + 1).sum() == pytest.approx((images + 1).sum() / 2)
    pairs = images.repeat(2, axis=-1)[..., 14:42]  # columns that come in pairs lose nothing
    np.testing.assert_allclose(acgan_shapes.stretched(acgan_shapes.squeezed(pairs)), pairs)


def test_of_the_chosen_classes_all_or_every_second_picture_is_squeezed():
    real, labels, _ = Digits().labelled(acgan.NAMES, (4, 4, 4, 4))
    changed = {}
    for name, source in acgan_shapes.VARIANTS.items():
        images, same, _ = source.labelled(acgan.NAMES, (4, 4, 4, 4))
        np.testing.assert_array_equal(same, labels)
        changed[name] = (images != real).any(axis=(1, 2, 3)).reshape(4, 4).sum(axis=1).tolist()
    assert changed == {"none": [0] * 4, "all fives": [0, 0, 4, 0], "every second of each class": [2] * 4}


def test_the_published_run_tells_where_wrong_pictures_went(monkeypatch):
    digits = {"1": 1, "3": 8, "5": 8, "8": 0}
    asked = np.repeat(acgan.NAMES, 1000)
    answered = np.array([str(digits[name]) for name in asked])
    monkeypatch.setattr(acgan_published, "drawn_and_named", lambda generator, edge: (None, asked, answered))
    row = acgan_published.mistaken(None)
    assert row["5_as_8"] == row["3_as_8"] == row["1_as_1"] == row["8_as_other"] == 1000
    assert sum(row.values()) == 4000
    drawn = acgan_published.evenly(np.random.default_rng(0))[0]
    assert drawn.dtype == np.int32 and set(drawn) == {0, 1, 2, 3} and len(drawn) == acgan_published.BATCH_SIZE


def test_small_classes_are_filled_up_to_the_largest():
    images = np.arange(5, dtype=np.float32).reshape(5, 1, 1, 1) * np.ones((1, 1, 6, 6), np.float32)
    labels = np.array([0, 0, 0, 1, 2], np.int32)
    asked = []

    def more(label, count):
        asked.append((label, count))
        return np.full((count, 1, 6, 6), 10 + label, np.float32)

    pictures, own = filling.filled(images, labels, more)
    assert asked == [(1, 2), (2, 2)] and np.bincount(own).tolist() == [3, 3, 3]
    np.testing.assert_array_equal(pictures[:5], images)
    assert pictures[5:, 0, 0, 0].tolist() == [11, 11, 12, 12] and own[5:].tolist() == [1, 1, 2, 2]
    np.testing.assert_array_equal(filling.repeats(images, labels)(0, 4)[:, 0, 0, 0], [0, 1, 2, 0])
    moved = filling.shifts(images + 1, labels, np.random.default_rng(0))(2, 8)
    assert set(np.unique(moved)) <= {-1, 5} and (moved[:, 0, 2:4, 2:4] == 5).all()


def test_a_small_classifier_learns_from_few_digits():
    from gan_course.data import mnist

    images, labels = mnist("train", [0, 1], 200)
    test_images, test_labels = mnist("test", [0, 1], 200)
    accuracy = filling.learnt_accuracy((images, labels), (test_images, test_labels), num_steps=40, batch_size=32)
    share, low, high = accuracy.T
    assert share.shape == (2,) and share.min() > 0.95
    assert (low < share).all() and (share <= high).all()
