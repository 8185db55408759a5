"""A generator whose weights are a running average of those of the one in training: calmer, and often better."""

from collections.abc import Callable

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.training.loop import Callback


def averaging(
    average: nn.Cell,
    network: nn.Cell,
    decay: float = 0.996,
    interval: int = 10,
    inputs: Callable[[np.random.Generator], tuple[np.ndarray, ...]] | None = None,
) -> Callback:
    """A callback of `train` that keeps in `average` the exponential moving average of the weights of `network`.

    average <- d average + (1 - d) network, with d = decay^interval, once in `interval` steps (Yazici et al. 2019,
    section 3). At the nth time d is at most (1 + n) / (10 + n), so that the weights of the beginning are soon
    forgotten. The network in training never sees the average.

    The averages of batch normalisation need care: averaged weights give smaller activations than the weights they come
    from, so the statistics of `network` would wash the pictures out. With `inputs` the average keeps its own.

    Args:
        average: a network of the same layers; it is overwritten.
        network: the one in training.
        decay: the part of the average kept a step; 0.996 remembers some 250 steps. 0 makes a copy.
        interval: steps from one time to the next.
        inputs: draws a batch of inputs of the network, from which `average` takes its statistics.
    """
    pairs = list(zip(average.trainable_params(), network.trainable_params(), strict=True))
    statistics = list(zip(average.untrainable_params(), network.untrainable_params(), strict=True))

    def callback(step: int, losses: dict[str, float]) -> None:
        if step % interval:
            return
        kept = min(decay**interval, (1 + step // interval) / (10 + step // interval)) if step else 0
        own_statistics = inputs is not None and kept > 0
        for old, new in pairs if own_statistics else pairs + statistics:
            value = new.asnumpy()
            old.set_data(ms.Tensor(value + kept * (old.asnumpy() - value)))
        if own_statistics:
            average.set_train(True)
            average(*map(ms.Tensor, inputs(np.random.default_rng(step))))
            average.set_train(False)

    return callback
