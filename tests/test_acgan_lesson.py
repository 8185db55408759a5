"""Lesson acgan: what batches show, what G is asked for, who judges, and that bad wishes are refused before training."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from gan_course.data.kinds import KINDS, kinds
from gan_course.errors import CourseError
from gan_course.lessons import acgan
from gan_course.models.inference import generate

TINY = replace(
    acgan.SETTINGS["smoke"], base_channels=2, counts=(20, 6, 4, 10), batch_size=8, num_steps=2, num_samples=5
)


def test_the_published_counts_are_what_is_learnt_by_default():
    experiment = acgan.build(replace(TINY, counts=None, balanced=False))
    assert np.bincount(experiment.batches.arrays[1]).tolist() == [2500, 1800, 600, 5000]


def test_balanced_batches_repeat_what_is_rare():
    images, labels = acgan.build(TINY).batches.arrays
    assert np.bincount(labels).tolist() == [20] * 4 and len(np.unique(images[labels == 2], axis=0)) == 4


def test_an_epoch_is_as_many_pictures_as_there_are():
    settings = replace(TINY, num_steps=None, num_epochs=3)
    assert acgan.build(settings).num_steps == acgan.build(replace(settings, balanced=False)).num_steps == 3 * (40 // 8)


@pytest.mark.parametrize("changes", [{}, {"balanced": False, "uniform_fakes": True}, {"concatenate": True}])
def test_a_training_ends_with_a_number_for_each_class(changes):
    experiment = acgan.build(replace(TINY, **changes))
    history = experiment.train()
    assert history.last_step == 2 and np.isfinite(history["loss_g"]).all()
    metrics = experiment.evaluate()
    assert metrics["class_accuracy"].keys() == {"1", "3", "5", "8"}
    assert metrics["lowest_class_accuracy"] == min(metrics["class_accuracy"].values())
    assert history["class_accuracy_5"][-1] == metrics["class_accuracy"]["5"]


def test_samples_show_the_classes_in_turn_and_are_measured_against_all_alike():
    experiment = acgan.build(TINY)
    assert experiment.class_names == ("1", "3", "5", "8") and list(experiment.samplers) == ["average", "generator"]
    drawn = experiment.samplers["generator"](7, np.random.default_rng(3))
    z = np.random.default_rng(3).standard_normal((7, TINY.latent_dim), np.float32)
    np.testing.assert_array_equal(drawn, generate(experiment.cells["generator"], z, np.arange(7, dtype=np.int32) % 4))
    assert {"frechet_classifier_distance", "kernel_distance"} <= experiment.evaluate().keys()


def test_a_row_of_the_grid_is_one_noise_and_a_column_one_class():
    asked = []

    class Echo:
        training = False

        def set_train(self, training):
            pass

        def __call__(self, z, labels):
            asked.append((z.asnumpy(), labels.asnumpy()))
            return (0 * z[:, :1] + labels.reshape(-1, 1)).reshape(-1, 1, 1, 1)

    acgan.class_grid(Echo(), 3, 4, rows=2)
    ((z, labels),) = asked
    assert labels.tolist() == [0, 1, 2, 0, 1, 2]
    np.testing.assert_array_equal(z[0], z[2])
    assert not np.array_equal(z[2], z[3])


def test_the_judge_of_flowers_is_right_on_drawings_that_it_has_not_seen():
    images, labels = kinds([30] * 4, seed=2)
    assert (acgan.kind_judge()(images) == np.array(list(KINDS))[labels]).mean() >= 0.98


def test_a_folder_has_no_judge(tmp_path):
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        for number in range(4):
            Image.new("RGB", (16, 16), (40 * number, 0, 0)).save(tmp_path / name / f"{number}.png")
    settings = replace(TINY, data=str(tmp_path), counts=None, size=(16, 16))
    experiment = acgan.build(settings)
    experiment.train()
    assert experiment.evaluate() == {} and experiment.draw().shape[2] == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": ("1", "ten")}, "no pictures of class 'ten'"),
        ({"counts": (5, 5)}, "2 counts for 4 classes"),
        ({"counts": (5, 5, 5, 9999)}, "9999 pictures of class 8, of which there are 5851"),
        ({"data": "sunflowers", "size": (30, 30)}, "choose 24x24 or 32x32"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused_before_training(changes, message):
    with pytest.raises(CourseError, match=message):
        acgan.build(replace(TINY, **changes))


def test_classes_of_ones_own_come_whole():
    assert acgan.choice(replace(TINY, classes=("0", "7"), counts=None)) == (("0", "7"), None)
    assert acgan.choice(replace(TINY, counts=None, data="sunflowers"))[0] == tuple(KINDS)


def test_the_published_training():
    settings = acgan.published(num_steps=7)
    assert settings.dropout == 0.25
    assert (settings.balanced, settings.learning_rate_g, settings.beta1, settings.num_steps) == (False, 1e-3, 0.5, 7)
