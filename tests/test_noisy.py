"""Instance noise: it shifts the points and leaves the generator's gradient alone."""

import mindspore as ms
import numpy as np
from mindspore import Tensor

from gan_course.models.noisy import Noisy
from gan_course.models.stacked import StackedMLP

RNG = np.random.default_rng(0)
Z, NOISE = RNG.standard_normal((3, 5, 4), np.float32), RNG.standard_normal((3, 5, 2), np.float32)


def test_the_points_are_shifted_by_what_comes_with_z():
    generator = StackedMLP((4, 7, 2), 3, np.random.default_rng(1))
    shifted = Noisy(generator)(Tensor(np.concatenate([Z, NOISE], axis=-1))).asnumpy()
    np.testing.assert_allclose(shifted, generator(Tensor(Z)).asnumpy() + NOISE, rtol=1e-5, atol=1e-6)


def test_g_learns_through_the_noise():
    """The gradient of the mean of all shifted points is that of the mean of the points."""
    generator = StackedMLP((4, 7, 2), 3, np.random.default_rng(1))
    noisy = Noisy(generator)

    def gradients(network, x):
        return ms.grad(lambda x: network(x).mean(), None, generator.trainable_params())(Tensor(x))

    pairs = zip(gradients(generator, Z), gradients(noisy, np.concatenate([Z, NOISE], axis=-1)))
    for without, through in pairs:
        np.testing.assert_allclose(through.asnumpy(), without.asnumpy(), rtol=1e-4, atol=1e-6)
