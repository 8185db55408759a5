"""Lesson dcgan: any pictures of a size that fits, what they are shown and judged by, and refusals."""

from dataclasses import replace

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn
from tiny import few_digits, tiny_settings

from gan_course.data.sources import Digits, Sunflowers
from gan_course.errors import CourseError
from gan_course.evaluation.shares import digit_metrics
from gan_course.lessons import dcgan

TINY = tiny_settings("dcgan", num_steps=2, evaluate_every=2)
FLOWERS = replace(dcgan.for_pictures(TINY, Sunflowers(8), (16, 32)), batch_size=8, base_channels=2, base_channels_d=2)


def test_colour_sunflowers_that_are_not_square():
    experiment = dcgan.build(replace(FLOWERS, num_steps=2, residual=True, last_conv=True))
    (images,) = experiment.batches.arrays
    assert images.shape == (16, 3, 16, 32)
    np.testing.assert_array_equal(images[8:], images[:8, :, :, ::-1])
    history = experiment.train()
    assert history.last_step == 2 and np.isfinite(history["loss_g"]).all()
    assert {"share_confident", "kernel_distance"} <= experiment.evaluate().keys()


def test_digits_are_grey_and_never_mirrored():
    with few_digits():
        assert dcgan.build(TINY).batches.arrays[0].shape == (600, 1, 28, 28)


def test_larger_pictures_get_fewer_steps_for_the_same_pixels_and_more_halvings():
    sizes = [(32, 32), (64, 64), (128, 160), (144, 160)]
    settings = [dcgan.for_pictures(dcgan.Settings(), Sunflowers(), size) for size in sizes]
    pixels = [chosen.num_steps * chosen.size[0] * chosen.size[1] for chosen in settings]
    np.testing.assert_allclose(pixels, pixels[0], rtol=0.01)
    assert [chosen.num_halvings for chosen in settings] == [3, 4, 5, 4]  # 144 has no five halvings
    assert [chosen.shift for chosen in settings] == [4, 8, 16, 18]
    assert dcgan.for_pictures(dcgan.Settings(), Sunflowers(dcgan.MANY)).shift == 0  # too many to be learnt by heart
    assert dcgan.for_pictures(settings[0], Digits()).size == (28, 28)
    assert dcgan.for_pictures(replace(TINY, num_steps=1), Sunflowers()).num_steps == 1


@pytest.mark.parametrize(
    ("size", "halvings"), [((8, 8), 1), ((28, 28), 2), ((48, 64), 3), ((60, 60), 2), ((256, 256), 5)]
)
def test_pictures_are_halved_to_a_few_pixels(size, halvings):
    assert dcgan.halvings_of(size) == halvings


def test_what_d_sees_of_few_pictures_is_moved_and_of_digits_is_not():
    batch = next(dcgan.build(FLOWERS).batches)
    assert [array.shape for array in batch[2:]] == [(8, 1, 16, 16), (8, 32, 32)] * 2
    with few_digits():
        assert len(next(dcgan.build(TINY).batches)) == 2


def test_folded_networks_draw_pictures_as_large_as_others():
    experiment = dcgan.build(
        replace(FLOWERS, num_steps=2, fold=4, num_doublings=2, num_halvings=2, last_conv=True, first_conv=True)
    )
    assert experiment.batches.arrays[0].shape == (16, 3 * 16, 4, 8)
    assert experiment.samplers["average"](3, np.random.default_rng(0)).shape == (3, 3, 16, 32)
    np.testing.assert_array_equal(experiment.images[:8], Sunflowers(8).pictures((16, 32)))
    assert experiment.train().last_step == 2


def test_normal_initial_weights_can_be_left_out():
    generators = [dcgan.build(replace(FLOWERS, normal_init=normal)).cells["generator"] for normal in (True, False)]
    spreads = [generator.start.weight.asnumpy().std() for generator in generators]
    assert spreads[0] == pytest.approx(0.02, rel=0.1) and spreads[1] > 0.04


def test_the_published_networks():
    """D: 3x3 convolutions to 32, 64, 128, 256 and 512 channels, normalised from the second on, then 4x5 places."""
    experiment = dcgan.build(dcgan.published(data=Sunflowers(2), batch_size=2, mirror=False))
    discriminator = experiment.cells["discriminator"]
    widths = [3, 32, 64, 128, 256, 512]
    size = sum(9 * a * b + b for a, b in zip(widths, widths[1:])) + 2 * sum(widths[2:]) + 512 * 4 * 5 + 1
    assert sum(parameter.size for parameter in discriminator.trainable_params()) == size
    assert [float(experiment.cells[f"optimizer_{player}"].get_lr().asnumpy()) for player in "gd"] == [
        pytest.approx(1e-4)
    ] * 2
    images = ms.Tensor(experiment.batches.arrays[0])
    norms = [cell for _, cell in experiment.cells["generator"].cells_and_names() if hasattr(cell, "moving_mean")]
    assert [round(1 - norm.momentum, 6) for norm in norms] == [0.8] * 5  # kept, as the published framework counts
    masks = [mask for mask in discriminator.get_parameters() if "mask" in mask.name]
    assert images.shape == (2, 3, 128, 160) and masks


def test_the_recipe_of_the_paper():
    """G: a dense layer, then transposed convolutions; D: convolutions and an answer; both as in section 3."""
    settings = dcgan.paper()
    assert (settings.learning_rate_g, settings.learning_rate_d, settings.beta1) == (2e-4, 2e-4, 0.5)
    generator, discriminator, average = dcgan.networks(settings, (1, 28, 28), np.random.default_rng(0))
    assert generator.hidden is discriminator.hidden is average is None
    assert {type(block.double) for block in generator.blocks} == {nn.Conv2dTranspose}


def test_the_published_recipe_for_digits():
    """Upsampling and 3x3 convolutions in G, dropout in D, no batch normalisation in its first block, Adam at 2e-4."""
    settings = dcgan.published_digits()
    assert (settings.learning_rate_g, settings.learning_rate_d, settings.beta1) == (2e-4, 2e-4, 0.5)
    generator, discriminator, average = dcgan.networks(settings, (1, 28, 28), np.random.default_rng(0))
    assert average is generator.hidden is discriminator.hidden is None
    assert {type(block.double).__name__ for block in generator.blocks} == {"UpsampleConv"}
    assert generator.last.kernel_size == (3, 3) and generator.start.weight.asnumpy().std() == pytest.approx(
        0.02, rel=0.1
    )
    features = discriminator.features
    assert (len(features.convs), len(features.norms), len(features.drops)) == (2, 1, 2)


def test_a_size_that_does_not_fit_is_refused_before_anything_is_drawn(monkeypatch):
    monkeypatch.setattr(Sunflowers, "pictures", lambda *_, **__: pytest.fail("drawn"))
    with pytest.raises(CourseError, match="choose 48x48 or 64x64"):
        dcgan.build(replace(FLOWERS, size=(50, 50), num_doublings=4))
    with pytest.raises(CourseError, match="choose 32x32 or 64x64"):  # 16 would do for G, but D halves once more
        dcgan.build(replace(FLOWERS, size=(48, 48), num_doublings=4, num_halvings=5))


def test_real_digits_are_clear_and_a_missing_one_is_counted(test_digits):
    images, labels = test_digits
    metrics = digit_metrics(images[:2000])
    assert metrics["modes_captured"] == 10 and metrics["classifier_confidence"] > 0.95
    assert digit_metrics(images[labels != 3][:2000])["modes_captured"] == 9
    noise = np.random.default_rng(0).uniform(-1, 1, (500, 1, 28, 28)).astype(np.float32)
    assert digit_metrics(noise)["modes_captured"] <= 1
