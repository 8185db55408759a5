"""What the course's own classifiers share: weights in a small file, answers to many images at a time."""

from collections.abc import Callable
from pathlib import Path

import mindspore as ms
import numpy as np
from mindspore import nn
from scipy.special import softmax


def save_weights(model: nn.Cell, path: Path) -> None:
    """Write the weights as an `.npz` of float16, which is half the size and costs no accuracy that can be measured."""
    weights = {parameter.name: parameter.asnumpy().astype(np.float16) for parameter in model.get_parameters()}
    np.savez(path, **weights)


def load_weights(model: nn.Cell, path: Path) -> nn.Cell:
    """Read what `save_weights` wrote into a fresh `model`, and return it in evaluation mode."""
    with np.load(path) as weights:
        for parameter in model.get_parameters():
            parameter.set_data(ms.Tensor(weights[parameter.name].astype(np.float32)))
    return model.set_train(False)


def answers(network: Callable, images: np.ndarray, width: int, chunk: int = 500) -> np.ndarray:
    """What `network` says of each image, float32 `(N, width)`; it sees `chunk` images at a time, and N may be 0."""
    parts = [images[start : start + chunk] for start in range(0, len(images), chunk)]
    return np.concatenate([np.zeros((0, width), np.float32), *(network(ms.Tensor(part)).asnumpy() for part in parts)])


def probabilities(network: Callable, images: np.ndarray, num_classes: int, chunk: int = 500) -> np.ndarray:
    """The softmax of the logits that `network` gives to each image, or to its features, float32 `(N, num_classes)`."""
    return softmax(answers(network, images, num_classes, chunk), axis=1)
