"""A generator whose weights are a running average of those of the one in training: calmer, and often better."""

import mindspore as ms
from mindspore import nn

from gan_course.training.loop import Callback


def averaging(average: nn.Cell, network: nn.Cell, decay: float = 0.996, interval: int = 10) -> Callback:
    """A callback of `train` that keeps in `average` the exponential moving average of the weights of `network`.

    average <- d average + (1 - d) network, with d = decay^interval, once in `interval` steps (Yazici et al. 2019,
    section 3). The statistics of batch normalisation are averaged as well. The network in training never sees the
    average. At the nth time d is at most (1 + n) / (10 + n), so that the weights of the beginning are soon forgotten.

    Args:
        average: a network of the same layers; it is overwritten.
        network: the one in training.
        decay: the part of the average kept a step; 0.996 remembers some 250 steps. 0 makes a copy.
        interval: steps from one time to the next.
    """
    pairs = list(zip(average.get_parameters(), network.get_parameters(), strict=True))

    def callback(step: int, losses: dict[str, float]) -> None:
        if step % interval:
            return
        kept = min(decay**interval, (1 + step // interval) / (10 + step // interval)) if step else 0
        for old, new in pairs:
            value = new.asnumpy()
            old.set_data(ms.Tensor(value + kept * (old.asnumpy() - value)))

    return callback
