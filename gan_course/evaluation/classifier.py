"""What the course's own classifiers share: weights in a small file, and when an answer counts as confident."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import mindspore as ms
import numpy as np
from mindspore import nn
from scipy.special import softmax

from gan_course.models.inference import in_chunks

# An answer is confident if its probability is above this: most drawings and digits pass, and hardly any noise.
CONFIDENT = 0.8


class Classifier(NamedTuple):
    """A classifier of K classes of pictures, as the scorecard uses it: first features, then what they mean."""

    features: Callable[[np.ndarray], np.ndarray]  # (N, C, H, W) -> (N, d)
    probabilities: Callable[[np.ndarray], np.ndarray]  # of features: (N, d) -> (N, K)
    names: Sequence[str]  # of the K classes
    appearance: bool = False  # whether its pictures are drawings, of which `appearance.py` can tell how clean they are


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


def probabilities(network: Callable, images: np.ndarray, chunk: int = 500) -> np.ndarray:
    """The softmax of the logits that `network` gives to each image, or to its features: float32 `(N, K)`.

    Args:
        network: `chunk` images, or features, at a time -> logits `(chunk, K)`.
    """
    return softmax(in_chunks(network, images, size=chunk), axis=1)
