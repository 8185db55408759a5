"""The DCGAN networks: shapes, the published size, what is normalised, and sizes that do not fit."""

import mindspore as ms
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_course.errors import CourseError
from gan_course.models.dcgan import Discriminator, Features, Generator, ResidualUnit, initialise, start_size
from gan_course.models.layers import UpsampleConv, conv_transpose


def noise(*shape):
    return ms.Tensor(np.random.default_rng(0).standard_normal(shape, np.float32))


def size(cell):
    return sum(parameter.size for parameter in cell.trainable_params())


@pytest.mark.parametrize("options", [{}, {"double": UpsampleConv}, {"residual": True}, {"last_conv": True}])
@pytest.mark.parametrize(
    ("shape", "doublings"), [((1, 28, 28), 2), ((3, 64, 64), 4), ((3, 32, 40), 3), ((2, 6, 10), 1)]
)
def test_from_noise_to_one_logit(shape, doublings, options):
    generator, discriminator = Generator(7, shape, 4, doublings, **options), Discriminator(shape, 4, doublings)
    images = generator(noise(5, 7))
    assert images.shape == (5, *shape) and discriminator(images).shape == (5, 1)
    assert np.abs(images.asnumpy()).max() <= 1


def test_the_pictures_of_the_second_source():
    """A Dense to 512 pictures of 8x10, four doublings to 32 of 128x160, a 3x3 convolution to three channels."""
    generator = Generator(100, (3, 128, 160), 32, 4, UpsampleConv, last_conv=True)
    assert generator.start_shape == (512, 8, 10)
    widths = [512, 256, 128, 64, 32]
    convolutions = sum(9 * a * b + b for a, b in [*zip(widths, widths[1:]), (32, 3)])
    assert size(generator) == 101 * 512 * 80 + convolutions + 2 * sum(widths)


def test_sizes_of_the_small_networks():
    dense, widths = 101 * 64 * 16, [64, 32, 16, 8]
    convolutions = sum(16 * a * b + b for a, b in [*zip(widths, widths[1:]), (8, 3)])
    assert size(Generator(100, (3, 64, 64), 8, 4)) == dense + convolutions + 2 * sum(widths)
    features = Features((3, 64, 64), 8, 4)
    halvings = [(3, 8), (8, 16), (16, 32), (32, 64)]
    assert features.num_features == 64 * 16
    assert size(features) == sum(16 * a * b + b for a, b in halvings) + 2 * (16 + 32 + 64)
    assert size(Discriminator((3, 64, 64), 8, 4)) == size(features) + 64 * 16 + 1
    assert size(Discriminator((3, 64, 64), 8, 4, hidden=5)) == size(features) + 5 * (64 * 16 + 1) + 5 + 1
    dense = 5 * (64 * 16 + 1) + 5 + 1
    assert size(Discriminator((3, 64, 64), 8, 4, hidden=5, normalise_hidden=True)) == size(features) + dense + 2 * 5
    assert size(Features((3, 64, 64), 8, 4, normalise=False)) == size(features) - 2 * (16 + 32 + 64)


def test_a_residual_unit_that_has_learnt_nothing_passes_everything():
    unit, x = ResidualUnit(3), noise(2, 3, 5, 4)
    for parameter in unit.convs.trainable_params():
        parameter.set_data(ms.Tensor(np.zeros(parameter.shape, np.float32)))
    np.testing.assert_array_equal(unit(x).asnumpy(), x.asnumpy())
    changed = initialise(unit, np.random.default_rng(0))(x).asnumpy() - x.asnumpy()
    assert np.abs(changed).max() > 0


def test_the_discriminator_does_not_normalise_the_pictures():
    """Brightness is lost where the first block is normalised, and the statistics of a batch are what remains."""
    features = initialise(Features((1, 8, 8), 4, 1), np.random.default_rng(0), 1.0).set_train()
    dark, bright = (features(ms.Tensor(np.full((2, 1, 8, 8), value, np.float32))).asnumpy() for value in (0.1, 0.9))
    np.testing.assert_allclose(bright, 9 * dark, rtol=1e-4)
    assert not [p.name for p in features.get_parameters() if "norm" in p.name]


def test_a_picture_is_judged_alone_unless_training():
    discriminator, images = Discriminator((1, 8, 8), 4, 2), noise(6, 1, 8, 8)
    together = discriminator(images).asnumpy()[:2]
    np.testing.assert_allclose(discriminator(images[:2]).asnumpy(), together, rtol=1e-4, atol=1e-6)
    discriminator.set_train()
    assert np.abs(discriminator(images[:2]).asnumpy() - discriminator(images).asnumpy()[:2]).max() > 1e-4


@pytest.mark.parametrize("double", [conv_transpose, UpsampleConv])
def test_initialisation(double):
    network = initialise(Generator(100, (3, 32, 32), 32, 3, double), np.random.default_rng(0))
    again = initialise(Generator(100, (3, 32, 32), 32, 3, double), np.random.default_rng(0))
    for parameter, same in zip(network.get_parameters(), again.get_parameters(), strict=True):
        value = parameter.asnumpy()
        np.testing.assert_array_equal(value, same.asnumpy())
        kind = parameter.name.rsplit(".")[-1]
        if kind == "weight":
            assert value.mean() == pytest.approx(0, abs=4 * 0.02 / value.size**0.5)
            assert value.std() == pytest.approx(0.02, rel=4 / (2 * value.size) ** 0.5)
        elif kind == "gamma":
            assert value.mean() == pytest.approx(1, abs=0.02) and value.std() == pytest.approx(0.02, rel=0.5)
        elif kind in ("bias", "beta", "moving_mean"):
            assert not value.any()


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 6))
def test_sizes_that_fit_are_doubled_back_and_others_are_refused_with_two_that_fit(height, width, doublings):
    step = 2**doublings
    if height % step == width % step == 0:
        assert start_size((height, width), doublings) == (height // step, width // step)
        return
    with pytest.raises(CourseError, match=f"{height}x{width}") as refusal:
        start_size((height, width), doublings)
    for near in str(refusal.value).rsplit("choose ", 1)[1].split(" or "):
        lengths = tuple(map(int, near.split("x")))
        start_size(lengths, doublings)
        assert all(abs(new - old) < step for new, old in zip(lengths, (height, width)))


@pytest.mark.parametrize(
    ("size", "near"), [((50, 50), "48x48 or 64x64"), ((50, 64), "48x64 or 64x64"), ((9, 50), "16x64$")]
)
def test_the_nearest_sizes_are_named(size, near):
    with pytest.raises(CourseError, match=f"multiples of 16: choose {near}"):
        start_size(size, 4)
