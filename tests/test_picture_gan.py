"""What all GANs on pictures share: inputs, samplers, the average, and who judges the pictures."""

from functools import partial

import mindspore as ms
import numpy as np
import pytest
from tiny import tiny_settings

from gan_course.data.sources import Digits, Folder, Sunflowers
from gan_course.lessons import load_lesson
from gan_course.lessons.picture_gan import evaluation_of, learning_rate, noise_inputs, sampler

pytestmark = pytest.mark.usefixtures("small_world")

WITH_AVERAGE = ["mlp-gan", "dcgan", "acgan", "wgan-gp"]


@pytest.mark.parametrize("lesson", WITH_AVERAGE)
def test_without_averaging_there_is_no_average_and_the_generator_makes_the_pictures(lesson):
    build = load_lesson(lesson).build
    averaged, plain = (build(tiny_settings(lesson, average_decay=decay), 0) for decay in (0.9, 0.0))
    assert averaged.cells.keys() - plain.cells.keys() == {"average"} and plain.cells.keys() < averaged.cells.keys()
    assert list(averaged.samplers) == ["average", "generator"] and list(plain.samplers) == ["generator"]
    before = plain.draw(), averaged.draw()
    for experiment in (plain, averaged):
        for parameter in experiment.cells["generator"].trainable_params():
            parameter.set_data(-parameter.value())
    assert not np.array_equal(plain.draw(), before[0])
    np.testing.assert_array_equal(averaged.draw(), before[1])


class Pixels(ms.nn.Cell):
    """z as a picture of one row, `(N, 1, 1, latent_dim)`."""

    def construct(self, z):
        return z.reshape(z.shape[0], 1, 1, -1)


def noise_sampler(network, latent_dim):
    return sampler(network, noise_inputs(tiny_settings("dcgan", latent_dim=latent_dim)))


def test_a_sampler_draws_the_same_from_the_same_noise_and_standard_normal_noise():
    sample = noise_sampler(Pixels(), latent_dim=3)
    images = sample(5000, np.random.default_rng(0))
    assert images.shape == (5000, 1, 1, 3) and images.std() == pytest.approx(1, rel=0.02)
    np.testing.assert_array_equal(images, sample(5000, np.random.default_rng(0)))


def test_a_network_draws_in_evaluation_mode_and_stays_in_training():
    network = ms.nn.SequentialCell([Pixels(), ms.nn.Dropout(p=0.5)])
    network.set_train()
    images = noise_sampler(network, latent_dim=4)(100, np.random.default_rng(0))
    assert (images != 0).all() and network.training


def test_what_is_shown_is_the_beginning_of_what_is_evaluated_and_the_same_for_every_seed():
    inputs = noise_inputs(tiny_settings("dcgan", num_samples=100))
    np.testing.assert_array_equal(inputs.shown[0], inputs.evaluated[0][:64])
    np.testing.assert_array_equal(
        inputs.evaluated[0], noise_inputs(tiny_settings("wgan-gp", num_samples=100)).evaluated[0]
    )


def test_rates_fall_along_a_cosine_or_stay():
    rates = learning_rate(0.5, 40, decay_start=0)
    assert len(rates) == 40 and rates == sorted(rates, reverse=True)
    assert (rates[0], rates[-1]) == (pytest.approx(0.5), pytest.approx(0.005, rel=0.2))
    assert rates[20] == pytest.approx((0.5 + 0.005) / 2)
    late = learning_rate(0.5, 40, decay_start=0.75)
    assert len(late) == 40 and set(late[:31]) == {0.5} and late[31] < 0.5
    assert late[35] == pytest.approx((0.5 + 0.005) / 2)
    assert learning_rate(0.5, 40, decay_start=1) == 0.5


@pytest.mark.parametrize("lesson", ["dcgan", "wgan-gp"])
def test_the_optimisers_follow_their_schedule(lesson):
    experiment = load_lesson(lesson).build(tiny_settings(lesson, decay_start=0.0, num_steps=40), 0)
    for name, updates in (("optimizer_g", 1), ("optimizer_d", 2 if lesson == "wgan-gp" else 1)):
        optimizer = experiment.cells[name]
        rates = []
        for step in (0, 20 * updates, 40 * updates - 1):
            optimizer.global_step.set_data(ms.Tensor([step], ms.int32))
            rates.append(float(optimizer.get_lr().asnumpy()))
        np.testing.assert_allclose(np.array(rates) / rates[0], [1, 0.505, 0.01], atol=0.002)


def test_digits_and_sunflowers_have_their_own_judges_and_folders_none(tmp_path):
    rng = np.random.default_rng(0)
    draw = partial(rng.uniform, -1, 1)
    digits = evaluation_of(Digits(), draw((40, 1, 28, 28)).astype(np.float32))(draw((40, 1, 28, 28)).astype(np.float32))
    assert {"classifier_confidence", "modes_captured", "kernel_distance"} <= digits.keys()
    pictures = draw((40, 3, 16, 16)).astype(np.float32)
    flowers = evaluation_of(Sunflowers(), pictures)(pictures)
    assert {"share_confident", "mode_share_slim", "kernel_distance", "texture_kernel_distance"} <= flowers.keys()
    assert evaluation_of(Folder(tmp_path), pictures) is None
