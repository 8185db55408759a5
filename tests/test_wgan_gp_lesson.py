"""Lesson wgan-gp: a critic that judges each picture by itself, and batches for all its turns."""

from dataclasses import replace

import mindspore as ms
import numpy as np
import pytest

from gan_course.errors import CourseError
from gan_course.lessons import wgan_gp

TINY = replace(
    wgan_gp.SETTINGS["smoke"], base_channels=2, num_train=8, batch_size=4, num_steps=2, num_samples=50, n_critic=2
)


def test_colour_sunflowers_that_are_not_square():
    experiment = wgan_gp.build(replace(TINY, data="sunflowers", size=(16, 32)))
    assert experiment.batches.arrays[0].shape == (16, 3, 16, 32)  # with the mirror images
    assert [array.shape for array in next(experiment.batches)] == [(8, 3, 16, 32), (8, 100), (8, 1)]
    history = experiment.train()
    assert history.last_step == 2 and np.isfinite(history["loss_g"]).all() and (history["penalty"] > 0).all()
    assert {"share_confident", "kernel_distance"} <= experiment.evaluate().keys()


def test_digits_are_judged_as_digits():
    assert {"classifier_confidence", "share_confident", "modes_captured"} <= wgan_gp.build(TINY).evaluate().keys()


def test_the_critic_judges_each_picture_by_itself():
    critic = wgan_gp.build(TINY).cells["discriminator"].set_train()
    images = np.random.default_rng(0).uniform(-1, 1, (4, 1, 28, 28)).astype(np.float32)
    together = critic(ms.Tensor(images)).asnumpy()
    alone = [critic(ms.Tensor(images[i : i + 1])).asnumpy()[0] for i in range(4)]
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-5)


def test_a_size_that_does_not_fit_is_refused_before_anything_is_drawn(monkeypatch):
    monkeypatch.setattr(wgan_gp, "load_pictures", lambda *_, **__: pytest.fail("loaded"))
    with pytest.raises(CourseError, match="choose 48x48 or 64x64"):
        wgan_gp.build(replace(TINY, data="sunflowers", size=(50, 50)))
