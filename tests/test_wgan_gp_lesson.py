"""Lesson wgan-gp: a critic that judges each picture by itself, and batches for all its updates."""

from dataclasses import replace

import mindspore as ms
import numpy as np
import pytest
from scipy.stats import kstest
from tiny import few_digits, tiny_settings

from gan_course.data.sources import Sunflowers
from gan_course.errors import CourseError
from gan_course.lessons import wgan_gp

TINY = tiny_settings("wgan-gp", num_steps=2, evaluate_every=2, batch_size=4, n_critic=2)
FLOWERS = wgan_gp.for_pictures(TINY, Sunflowers(8), (16, 32))


def test_colour_sunflowers_that_are_not_square():
    experiment = wgan_gp.build(FLOWERS)
    assert experiment.batches.arrays[0].shape == (16, 3, 16, 32)  # with the mirror images
    history = experiment.train()
    assert history.last_step == 2 and np.isfinite(history["loss_g"]).all() and (history["penalty"] > 0).all()
    assert {"share_confident", "kernel_distance"} <= experiment.evaluate().keys()


def test_a_batch_is_enough_for_all_updates_of_a_step_and_its_epsilon_is_uniform():
    batches = wgan_gp.build(replace(FLOWERS, mirror=False)).batches
    assert [array.shape for array in next(batches)] == [(8, 3, 16, 32), (8, 3), (8, 1)]
    epsilon = np.concatenate([next(batches)[2] for _ in range(100)])
    assert epsilon.dtype == np.float32 and kstest(epsilon.ravel(), "uniform").pvalue > 0.01


def test_the_critic_judges_each_picture_by_itself():
    with few_digits():
        critic = wgan_gp.build(TINY).cells["discriminator"].set_train()
    images = np.random.default_rng(0).uniform(-1, 1, (4, 1, 28, 28)).astype(np.float32)
    together = critic(ms.Tensor(images)).asnumpy()
    alone = [critic(ms.Tensor(images[i : i + 1])).asnumpy()[0] for i in range(4)]
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-5)


def test_a_size_that_does_not_fit_is_refused_before_anything_is_drawn(monkeypatch):
    monkeypatch.setattr(Sunflowers, "pictures", lambda *_, **__: pytest.fail("drawn"))
    with pytest.raises(CourseError, match="choose 48x48 or 64x64"):
        wgan_gp.build(replace(FLOWERS, size=(50, 50)))
