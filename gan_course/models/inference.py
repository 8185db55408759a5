"""What a network answers to many inputs: in parts that fit into memory, from NumPy to NumPy."""

from collections.abc import Callable

import mindspore as ms
import numpy as np
from mindspore import nn


def in_chunks(function: Callable, *arrays: np.ndarray, size: int = 1000) -> np.ndarray | tuple[np.ndarray, ...]:
    """Call a network on parts of large arrays and join its answers: `(N, ...)` -> `(N, ...)` in NumPy.

    N may be 0: the shape of no answers is that of the answer to zeros.

    Args:
        function: takes and returns tensors; a tuple of tensors is joined tensor by tensor, and numbers, one a chunk,
            become an array of them.
        *arrays: its inputs, of one length N.
        size: rows that it sees at a time.
    """
    if len(arrays[0]) == 0:
        answers = in_chunks(function, *(np.zeros((1, *array.shape[1:]), array.dtype) for array in arrays))
        return tuple(answer[:0] for answer in answers) if isinstance(answers, tuple) else answers[:0]
    parts = []
    for start in range(0, len(arrays[0]), size):
        output = function(*(ms.Tensor(array[start : start + size]) for array in arrays))
        parts.append(output if isinstance(output, tuple) else (output,))
    joined = tuple(
        np.concatenate([np.atleast_1d(part.asnumpy()) for part in column]) for column in zip(*parts, strict=True)
    )
    return joined if len(joined) > 1 else joined[0]


def generate(generator: nn.Cell, *inputs: np.ndarray) -> np.ndarray:
    """Images from a generator in the middle of its training, `(N, C, H, W)`.

    Batch normalisation takes its running averages meanwhile, so that an image depends on its own z alone and
    looking at samples changes nothing in the network.
    """
    training = generator.training
    generator.set_train(False)
    try:
        return in_chunks(generator, *inputs, size=200)  # 200 large pictures take a gigabyte on their way
    finally:
        generator.set_train(training)
