"""Lesson acgan: what batches show, what G is asked for, who judges, and that bad wishes are refused before training."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from tiny import tiny_settings

from gan_course.data.kinds import KINDS, kinds
from gan_course.data.sources import Digits, Folder, Sunflowers
from gan_course.errors import CourseError
from gan_course.lessons import acgan
from gan_course.models.inference import generate

pytestmark = pytest.mark.usefixtures("small_world")

TINY = tiny_settings("acgan", counts=(20, 6, 4, 10), num_steps=2, evaluate_every=2, num_samples=5)


def test_batches_show_all_classes_alike_or_as_the_data_are():
    images, labels = acgan.build(TINY).batches.arrays
    assert np.bincount(labels).tolist() == [20] * 4 and len(np.unique(images[labels == 2], axis=0)) == 4
    assert np.bincount(acgan.build(replace(TINY, class_balanced=False)).batches.arrays[1]).tolist() == [20, 6, 4, 10]


def test_g_can_be_asked_for_all_classes_alike_where_the_data_are_not():
    batches = acgan.build(replace(TINY, class_balanced=False, uniform_fakes=True)).batches
    _, labels, z, asked = next(batches)
    assert z.shape == (8, 3) and asked.tolist() == [0, 1, 2, 3] * 2 and np.bincount(labels).tolist() != [2] * 4


def test_a_training_ends_with_a_number_for_each_class():
    experiment = acgan.build(replace(TINY, class_balanced=False, uniform_fakes=True, concatenate=True))
    history = experiment.train()
    assert history.last_step == 2 and np.isfinite(history["loss_g"]).all()
    metrics = experiment.evaluate()
    assert metrics["class_accuracy"].keys() == {"1", "3", "5", "8"}
    assert metrics["lowest_class_accuracy"] == min(metrics["class_accuracy"].values())
    assert history["class_accuracy_5"][-1] == metrics["class_accuracy"]["5"]


def test_samples_show_the_classes_in_turn():
    experiment = acgan.build(TINY)
    assert experiment.class_names == ("1", "3", "5", "8") and list(experiment.samplers) == ["average", "generator"]
    drawn = experiment.samplers["generator"](7, np.random.default_rng(3))
    z = np.random.default_rng(3).standard_normal((7, TINY.latent_dim), np.float32)
    np.testing.assert_array_equal(drawn, generate(experiment.cells["generator"], z, np.arange(7, dtype=np.int32) % 4))


def test_a_row_of_the_grid_is_one_noise_and_a_column_one_class():
    z, labels = acgan.class_inputs(TINY, 3, asked=np.zeros(1)).shown
    assert labels.reshape(-1, 3).tolist() == [[0, 1, 2]] * acgan.ROWS
    rows = z.reshape(acgan.ROWS, 3, -1)
    np.testing.assert_array_equal(rows, rows[:, :1].repeat(3, axis=1))
    assert len(np.unique(rows[:, 0], axis=0)) == acgan.ROWS


def test_pictures_are_evaluated_by_the_class_that_was_asked_for():
    """A generator that always shows what it is asked for, and one that is one class behind."""
    images, labels, names = TINY.data.labelled(TINY.classes, (30,) * 4)
    evaluate = acgan.evaluation(replace(TINY, num_samples=30), images, labels, names)
    assert evaluate(images)["lowest_class_accuracy"] > 0.9
    assert evaluate(np.roll(images, 30, axis=0))["class_accuracy"]["5"] < 0.1


def test_the_classifier_of_flowers_is_right_on_drawings_that_it_has_not_seen():
    images, labels = kinds([20] * 4, seed=2)
    assert (acgan.kind_classifier()(images) == np.array(list(KINDS))[labels]).mean() >= 0.98


def test_a_folder_has_no_classifier(tmp_path):
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        for number in range(4):
            Image.new("RGB", (16, 16), (40 * number, 0, 0)).save(tmp_path / name / f"{number}.png")
    experiment = acgan.build(acgan.for_pictures(TINY, Folder(tmp_path), (16, 16)))
    assert experiment.class_names == ("cats", "dogs")
    assert experiment.evaluate() == {} and experiment.draw().shape[2] == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": ("1", "ten")}, "no pictures of class 'ten'"),
        ({"counts": (5, 5)}, "2 counts for 4 classes"),
        ({"counts": (5, 5, 5, 61)}, "61 pictures of class 8, of which there are 60"),
        ({"data": Sunflowers(), "size": (30, 30), "num_doublings": 3}, "choose 24x24 or 32x32"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused_before_training(changes, message):
    with pytest.raises(CourseError, match=message):
        acgan.build(replace(TINY, **changes))


def test_other_pictures_have_classes_of_their_own():
    flowers = acgan.for_pictures(TINY, Sunflowers())
    assert flowers.classes == tuple(KINDS) and not flowers.gray and flowers.size == (32, 32)
    assert sum(flowers.counts) * 10 == sum(acgan.DIGIT_COUNTS)
    digits = acgan.for_pictures(TINY, Digits())
    assert (digits.classes, digits.counts, digits.gray) == (TINY.classes, TINY.counts, True)


def test_the_published_training():
    """45 passes over 9,900 digits in batches of 32, as the data are; G alone, Adam at 1e-3; D forgets a quarter."""
    settings = acgan.published()
    assert settings.num_steps == 45 * (9900 // 32) and sum(settings.counts) == 9900
    experiment = acgan.build(replace(settings, counts=(20, 6, 4, 10)))
    assert list(experiment.samplers) == ["generator"]
    assert np.bincount(experiment.batches.arrays[1]).tolist() == [20, 6, 4, 10]
    rates = [experiment.cells[f"optimizer_{player}"].learning_rate.asnumpy() for player in "gd"]
    assert rates == [pytest.approx(1e-3)] * 2
    for callback in experiment.callbacks:  # one draws the masks of D's dropout
        callback(0, {})
    masks = [mask.asnumpy() for mask in experiment.cells["discriminator"].get_parameters() if "mask" in mask.name]
    assert masks and np.mean([(mask == 0).mean() for mask in masks]) == pytest.approx(0.25, abs=0.05)
