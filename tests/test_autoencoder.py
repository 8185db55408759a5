"""The autoencoder's shapes, range and size."""

import mindspore as ms
import numpy as np
import pytest

from gan_course.models.autoencoder import Autoencoder


@pytest.fixture(scope="module")
def images():
    return ms.Tensor(np.random.default_rng(0).uniform(-1, 1, (5, 3, 4, 6)).astype(np.float32))


@pytest.fixture(scope="module")
def model():
    return Autoencoder(latent_dim=2, hidden=(7, 5), image_shape=(3, 4, 6))


def test_shapes(model, images):
    z = model.encode(images)
    assert z.shape == (5, 2)
    assert model.decode(z).shape == model(images).shape == (5, 3, 4, 6)


def test_it_rebuilds_what_it_decodes_from_what_it_encodes(model, images):
    np.testing.assert_array_equal(model(images).asnumpy(), model.decode(model.encode(images)).asnumpy())


def test_pictures_stay_in_range_for_any_latent(model):
    pictures = model.decode(ms.Tensor(np.array([[1e6, -1e6], [-1e6, 1e6]], np.float32))).asnumpy()
    assert np.abs(pictures).max() == 1


@pytest.mark.parametrize(("latent_dim", "hidden"), [(2, (7, 5)), (16, (512, 256)), (3, (4,))])
def test_parameter_count(latent_dim, hidden):
    model = Autoencoder(latent_dim, hidden)
    widths = [784, *hidden, latent_dim]
    there = sum((a + 1) * b for a, b in zip(widths, widths[1:]))
    back = sum((b + 1) * a for a, b in zip(widths, widths[1:]))
    assert sum(parameter.size for parameter in model.trainable_params()) == there + back


def test_parameter_names_are_unique(model):
    names = [parameter.name for parameter in model.get_parameters()]
    assert len(set(names)) == len(names)
