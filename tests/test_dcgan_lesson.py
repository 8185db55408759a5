"""Lesson dcgan: any pictures of a size that fits, what MNIST and sunflowers are judged by, and refusals."""

from dataclasses import replace

import mindspore as ms
import numpy as np
import pytest

from gan_course.errors import CourseError
from gan_course.evaluation.shares import digit_metrics
from gan_course.lessons import dcgan

TINY = replace(
    dcgan.SETTINGS["smoke"], base_channels=2, base_channels_d=2, num_train=8, batch_size=4, num_steps=2, num_samples=50
)


@pytest.mark.parametrize("changes", [{}, {"upsample": True, "residual": True, "last_conv": True}])
def test_colour_sunflowers_that_are_not_square(changes):
    experiment = dcgan.build(replace(TINY, data="sunflowers", size=(16, 32), **changes))
    assert experiment.batches.arrays[0].shape == (16, 3, 16, 32)  # with the mirror images
    history = experiment.train()
    assert history.last_step == 2 and np.isfinite(history["loss_g"]).all()
    assert {"share_confident", "kernel_distance"} <= experiment.evaluate().keys()


def test_digits_are_grey_and_never_mirrored():
    experiment = dcgan.build(TINY)
    assert experiment.batches.arrays[0].shape == (60000, 1, 28, 28)
    shares, distances = ("classifier_confidence", "share_confident"), ("frechet_classifier_distance", "kernel_distance")
    assert experiment.evaluate().keys() == {*shares, "modes_captured", *distances}


def test_larger_pictures_get_fewer_steps_for_the_same_pixels():
    settings = replace(TINY, data="sunflowers", gray=True, num_steps=None, num_megapixels=1)
    steps = [dcgan.build(replace(settings, size=size)).num_steps for size in ((16, 16), (32, 32))]
    assert steps == [10**6 // (4 * 256), 10**6 // (4 * 1024)]


def test_small_weights_can_be_left_out():
    spreads = []
    for small in (True, False):
        generator = dcgan.build(replace(TINY, small_weights=small)).cells["generator"]
        spreads.append(generator.start.weight.asnumpy().std())
    assert spreads[0] == pytest.approx(0.02, rel=0.1) and spreads[1] > 0.04


def test_rates_fall_along_a_cosine_unless_told_otherwise():
    for falling, end in ((True, 0.01), (False, 1.0)):
        settings = replace(TINY, falling=falling, num_steps=40, learning_rate_g=0.5)
        optimizer = dcgan.build(settings).cells["optimizer_g"]
        rates = []
        for step in range(40):
            optimizer.global_step.set_data(ms.Tensor([step], ms.int32))
            rates.append(float(optimizer.get_lr().asnumpy()))
        assert rates[0] == pytest.approx(0.5) and rates[-1] == pytest.approx(0.5 * end, rel=0.2)
        assert rates[20] == pytest.approx(0.5 * (1 + end) / 2) and rates == sorted(rates, reverse=True)


def test_the_published_networks():
    """D: 3x3 convolutions to 32, 64, 128, 256 and 512 channels, normalised from the second on, then 4x5 places."""
    settings = replace(dcgan.published(), batch_size=2, num_train=2)
    discriminator = dcgan.build(settings).cells["discriminator"]
    widths = [3, 32, 64, 128, 256, 512]
    size = sum(9 * a * b + b for a, b in zip(widths, widths[1:])) + 2 * sum(widths[2:]) + 512 * 4 * 5 + 1
    assert sum(parameter.size for parameter in discriminator.trainable_params()) == size
    assert settings.size == (128, 160) and settings.dropout == 0.25


def test_a_size_that_does_not_fit_is_refused_before_anything_is_drawn(monkeypatch):
    monkeypatch.setattr(dcgan, "load_pictures", lambda *_: pytest.fail("loaded"))
    with pytest.raises(CourseError, match="choose 48x48 or 64x64"):
        dcgan.build(replace(TINY, data="sunflowers", size=(50, 50)))
    with pytest.raises(CourseError, match="choose 32x32 or 64x64"):  # 16 would do for G, but D halves once more
        dcgan.build(replace(TINY, data="sunflowers", size=(48, 48), num_halvings=5))


def test_real_digits_are_clear_and_a_missing_one_is_counted(test_digits):
    images, labels = test_digits
    metrics = digit_metrics(images[:2000])
    assert metrics["modes_captured"] == 10 and metrics["classifier_confidence"] > 0.95
    assert digit_metrics(images[labels != 3][:2000])["modes_captured"] == 9
    noise = np.random.default_rng(0).uniform(-1, 1, (500, 1, 28, 28)).astype(np.float32)
    assert digit_metrics(noise)["modes_captured"] <= 1
