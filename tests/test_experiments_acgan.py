"""Lesson 06's experiments, tried with a few steps."""

from dataclasses import replace
from functools import partial

import imageio.v3 as iio
import numpy as np

from experiments import acgan
from experiments.tables import RESULTS, read_table
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
    assert accuracy.shape == (2,) and accuracy.min() > 0.95
