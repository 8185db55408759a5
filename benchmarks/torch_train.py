"""What surrounds the steps of a training in PyTorch: batches, an averaged generator, samples."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace

import numpy as np
import torch
from torch import nn

from benchmarks.torch_augment import offsets_of, random_offsets

Batch = tuple[np.ndarray, ...]


def pool_batches(path: str, shift: int = 0) -> Iterator[Batch]:
    """The batches that the course saved, over and over; with `shift`, offsets in place of its matrices."""
    with np.load(path) as content:
        batches = list(zip(*(content[name] for name in sorted(content))))
    if shift:
        batches = [(real, z, offsets_of(*moves[:2]), offsets_of(*moves[2:])) for real, z, *moves in batches]
    while True:
        yield from batches


def picture_batches(
    pictures: np.ndarray, batch_size: int, latent_dim: int, rng: np.random.Generator, shift: int = 0
) -> Iterator[Batch]:
    """Pictures `(batch_size, C, H, W)` in a new order each epoch, z ~ N(0, I), and with `shift` offsets of both."""
    while True:
        order = rng.permutation(len(pictures))
        for start in range(0, len(order) - batch_size + 1, batch_size):
            z = rng.standard_normal((batch_size, latent_dim), np.float32)
            moves = random_offsets(rng, batch_size, shift) if shift else ()
            yield pictures[order[start : start + batch_size]], z, *moves


def averaging(generator: nn.Module, s: SimpleNamespace, interval: int = 10) -> tuple[nn.Module, Callable[[int], None]]:
    """The average of G's weights, by the recipe of `gan_course.training.averaging`, and what to call after each step.

    It keeps batch statistics of its own, since those of G would wash its pictures out.
    """
    average = deepcopy(generator).eval()

    @torch.no_grad()
    def after(step: int) -> None:
        if step % interval:
            return
        kept = min(s.average_decay**interval, (1 + step // interval) / (10 + step // interval))
        for old, new in zip(average.parameters(), generator.parameters()):
            old.lerp_(new, 1 - kept)
        average.train()
        average(torch.randn(4 * s.batch_size, s.latent_dim))
        average.eval()

    return average, after


@torch.no_grad()
def draw(generator: nn.Module, latent_dim: int, count: int, rng: np.random.Generator, chunk: int = 200) -> np.ndarray:
    """`count` pictures `(count, C, H, W)`; G stays in the mode it is in."""
    z = torch.from_numpy(rng.standard_normal((count, latent_dim), np.float32))
    return np.concatenate([generator(part).numpy() for part in z.split(chunk)])
