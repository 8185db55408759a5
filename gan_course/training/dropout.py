"""Dropout that can be stopped and resumed: the masks are drawn here, between the steps."""

import mindspore as ms
import numpy as np
from mindspore import nn, ops

from gan_course.models.layers import ChannelDropout
from gan_course.training.loop import Callback


def renewing(network: nn.Cell, seed: int) -> Callback:
    """A callback of `train` that draws the masks of all `ChannelDropout` layers of `network` for the coming step.

    They depend on `seed` and the number of the step alone (Srivastava et al. 2014, section 4, for whole channels). All
    passes of one step through the network share them.
    """
    layers = [cell for _, cell in network.cells_and_names() if isinstance(cell, ChannelDropout)]

    def callback(step: int, losses: dict[str, float]) -> None:
        rng = np.random.default_rng((seed, step))
        for layer in layers:
            kept = rng.random(layer.mask.shape) >= layer.rate
            mask = ms.Tensor((kept / (1 - layer.rate)).astype(np.float32))
            ops.assign(layer.mask, mask)  # not `set_data`: a step that is already compiled would not see it

    return callback
