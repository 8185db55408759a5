"""The dense GAN networks: shapes, ranges, and the sizes that the published tables give."""

import mindspore as ms
import numpy as np
import pytest

from gan_course.models.mlp_gan import Discriminator, Generator


def noise(*shape):
    return ms.Tensor(np.random.default_rng(0).standard_normal(shape, np.float32))


def size(cell):
    return sum(parameter.size for parameter in cell.trainable_params())


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 12, 20), (2,)])
def test_from_noise_to_one_logit(shape):
    generator, discriminator = Generator(7, (16, 32), shape, normalise=True), Discriminator(shape, (32, 8))
    images = generator(noise(5, 7))
    assert images.shape == (5, *shape) and discriminator(images).shape == (5, 1)
    assert np.abs(images.asnumpy()).max() <= 1


def test_an_unbounded_generator_leaves_the_scale():
    points = Generator(2, (8,), (2,), bounded=False)(1000 * noise(50, 2))
    assert np.abs(points.asnumpy()).max() > 1


def test_sizes_of_the_sunflower_networks():
    """G 100-128-256-512-1024-4096, with two numbers a unit for batch normalisation; D 4096-1024-256-1."""
    dense = [(100, 128), (128, 256), (256, 512), (512, 1024), (1024, 4096)]
    generator = Generator(100, (128, 256, 512, 1024), (1, 64, 64), slope=0.0, normalise=True)
    assert size(generator) == sum(a * b + b for a, b in dense) + 2 * (256 + 512 + 1024)
    discriminator = Discriminator((1, 64, 64), (1024, 256))
    assert size(discriminator) == sum(a * b + b for a, b in [(4096, 1024), (1024, 256), (256, 1)])


def test_batch_normalisation_looks_at_the_batch_only_while_training():
    generator = Generator(4, (8, 8), (2,), normalise=True)
    z = noise(6, 4)
    alone, together = generator(z[:2]).asnumpy(), generator(z).asnumpy()[:2]
    np.testing.assert_allclose(alone, together, rtol=1e-5)
    generator.set_train()
    alone, together = generator(z[:2]).asnumpy(), generator(z).asnumpy()[:2]
    assert np.abs(alone - together).max() > 1e-3


@pytest.mark.parametrize("slope", [0.0, 0.2])
def test_slope(slope):
    """With one hidden unit that sees -3, only the slope decides what passes."""
    discriminator = Discriminator((1,), (1,), slope)
    for parameter in discriminator.trainable_params():
        parameter.set_data(ms.Tensor(np.full(parameter.shape, 0 if "bias" in parameter.name else 1, np.float32)))
    assert discriminator(ms.Tensor([[-3.0]])).asnumpy().item() == pytest.approx(-3 * slope)
