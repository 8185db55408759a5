"""What networks hold, on both sides: by kind (weights, biases, scales, running means, ...), in the order of the layers.

The first of each kind is the first of the other side, so that the two frameworks need not agree in names.
"""

import numpy as np
import torch
from torch import Tensor, nn

from parity.course import mindspore as ms

BATCH_NORM_KINDS = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def tensors_by_kind(network: nn.Module) -> dict[str, list[Tensor]]:
    """All that is learnt or kept: {kind: tensors in the order of the layers}, by MindSpore's names of the kinds."""
    kinds = {}
    for layer in network.modules():
        own = [*layer.named_parameters(recurse=False), *layer.named_buffers(recurse=False)]
        for name, tensor in own:
            if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                name = BATCH_NORM_KINDS.get(name)
            elif isinstance(layer, nn.Embedding):
                name = "embedding_table"
            if name is not None:  # PyTorch counts batches as well
                kinds.setdefault(name, []).append(tensor.data)
    return kinds


def numpy_by_kind(twin: nn.Module) -> dict[str, list[np.ndarray]]:
    """Copies of all that is learnt or kept."""
    return {kind: [t.numpy().copy() for t in tensors] for kind, tensors in tensors_by_kind(twin).items()}


def ours_by_kind(cell) -> dict[str, list[np.ndarray]]:
    """{kind: values in the order of the layers}."""
    kinds = {}
    for parameter in cell.get_parameters():
        kinds.setdefault(parameter.name.rsplit(".", 1)[-1], []).append(parameter.asnumpy().copy())
    return kinds


def fill(cell, rng: np.random.Generator) -> None:
    """Weights that hide nothing: no zeros, no ones, and running averages that are not those of a fresh network."""
    for parameter in cell.get_parameters():
        kind, shape = parameter.name.rsplit(".", 1)[-1], parameter.shape
        if kind == "mask":
            continue
        noise = rng.standard_normal(shape)
        value = 0.2 * noise
        if kind in ("gamma", "moving_variance"):
            value = 1 + 0.2 * np.tanh(noise)
        elif kind == "weight" and len(shape) > 1:
            value = noise / np.sqrt(np.prod(shape[1:]))
        parameter.set_data(ms.Tensor(value.astype(np.float32)))


def copy_into(twin: nn.Module, kinds: dict[str, list[np.ndarray]]) -> None:
    """Set all tensors; one that has no counterpart, or of another shape, is an error."""
    tensors = tensors_by_kind(twin)
    ours, theirs = ({kind: [tuple(v.shape) for v in vs] for kind, vs in side.items()} for side in (kinds, tensors))
    if ours != theirs:
        raise ValueError(f"the twin has tensors {theirs}, the course's network {ours}")
    for kind, values in kinds.items():
        for tensor, value in zip(tensors[kind], values):
            tensor.copy_(torch.from_numpy(value))


def nudge(tensor: Tensor, seed: int, size: float) -> Tensor:
    """Each number moved by up to `size` of itself, up or down."""
    generator = torch.Generator().manual_seed(seed)
    return tensor * (1 + size * (2 * torch.rand(tensor.shape, generator=generator) - 1))
