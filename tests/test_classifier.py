"""What the course's own classifiers share."""

import mindspore as ms
import numpy as np
from mindspore import nn
from scipy.special import softmax

from gan_course.evaluation.classifier import load_weights, probabilities, save_weights


def test_weights_come_back_as_half_precision_in_evaluation_mode(tmp_path):
    first, second = nn.Dense(3, 2).set_train(True), nn.Dense(3, 2).set_train(True)
    first.weight.set_data(ms.Tensor(np.float32([[0.1, -2.0, 3.5], [1e-3, 0.0, 65.0]])))
    save_weights(first, tmp_path / "weights.npz")
    loaded = load_weights(second, tmp_path / "weights.npz")
    assert loaded is second and not loaded.training and loaded.weight.dtype == ms.float32
    np.testing.assert_allclose(loaded.weight.asnumpy(), first.weight.asnumpy(), rtol=1e-3)
    with np.load(tmp_path / "weights.npz") as stored:
        assert {name: array.dtype for name, array in stored.items()} == {"weight": np.float16, "bias": np.float16}


def test_probabilities_are_the_softmax_over_classes_in_parts_of_a_size():
    logits = np.random.default_rng(0).normal(size=(1001, 3)).astype(np.float32)
    lengths = []

    def network(images):
        lengths.append(len(images))
        return images

    np.testing.assert_allclose(probabilities(network, logits), softmax(logits.astype(float), axis=1), rtol=1e-5)
    assert lengths == [500, 500, 1]
    probabilities(network, logits[:5], chunk=2)
    assert lengths[3:] == [2, 2, 1]
    assert probabilities(network, logits[:0]).shape == (0, 3)
