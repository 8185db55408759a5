"""Where the time of a training step goes: `.venv/bin/python -m experiments.layers`.

Each layer of lesson 05's networks for colour sunflowers is timed alone, forwards and backwards, at the batch of the
recipe; beside the sum stands the whole step. A minute on two quiet cores.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import mindspore as ms
import numpy as np
from mindspore import nn

from experiments.recipes import flower_recipes, seconds_a_step
from experiments.tables import Row, command, write_table
from gan_course.lessons import dcgan
from gan_course.training.threads import ThreadKeeper

PASSES = 60  # the first half is for compiling, and for the threads to settle
Timed = tuple[str, str, Callable, tuple[int, ...], int]  # network, layer, function, shape of its input, uses a step


def layers(settings: dcgan.Settings) -> Iterator[Timed]:
    """The layers of both networks, with how often a step goes through each.

    G goes forwards and backwards once. D does so three times: for real and for generated pictures in its own update,
    and in G's update, where its weights need no gradient and the pictures do; that pass is counted as a whole one.
    """
    channels, (height, width) = 1 if settings.gray else 3, settings.size
    shape = (channels * settings.fold**2, height // settings.fold, width // settings.fold)
    generator, discriminator, _ = dcgan.networks(settings, shape, np.random.default_rng(0))
    z, size = (settings.batch_size, settings.latent_dim), generator.start_shape
    yield "G", f"dense to {named(size)}", generator.start, z, 1
    for block in generator.blocks or []:
        inputs, size = (settings.batch_size, *size), shape_after(block, size)
        yield "G", f"to {named(size)}", block, inputs, 1
    yield "G", f"to {named(shape)}", generator.last, (settings.batch_size, *size), 1
    features = discriminator.features
    for conv, norm in zip(features.convs, [None, *features.norms], strict=True):
        layer = nn.SequentialCell([conv, *([norm] if norm else []), nn.LeakyReLU()])
        inputs, shape = (settings.batch_size, *shape), shape_after(layer, shape)
        yield "D", f"to {named(shape)}", layer, inputs, 3


def shape_after(layer: nn.Cell, shape: tuple[int, ...]) -> tuple[int, ...]:
    """What a layer makes of `(C, H, W)`."""
    return layer(ms.ops.zeros((2, *shape))).shape[1:]


def named(shape: tuple[int, ...]) -> str:
    """(96, 8, 8) -> "96x8x8"."""
    return "x".join(map(str, shape))


def milliseconds(layer: nn.Cell, shape: tuple[int, ...]) -> float:
    """Of one pass forwards and backwards, to the weights and to the input: a quick one; others only slow it down."""
    x = ms.Tensor(np.random.default_rng(0).standard_normal(shape, np.float32))
    weights = ms.ParameterTuple(layer.trainable_params())

    def summed(x):
        return layer(x).sum()

    gradients = ms.value_and_grad(summed, 0, weights)

    @ms.jit
    def both(x):
        return gradients(x)

    times = []
    with ThreadKeeper() as keep_threads:  # as in a training: without it threads go to sleep between passes
        for _ in range(PASSES):
            start = perf_counter()
            value, _ = both(x)
            value.asnumpy()
            times.append(perf_counter() - start)
            keep_threads(times[-1])
    return 1000 * float(np.quantile(times[PASSES // 2 :], 0.1))


def rows_of(name: str, settings: dcgan.Settings) -> list[Row]:
    """A row for each layer, and one for what the step needs besides: Adam, losses, averaging, the loop."""
    rows = [
        {
            "run": name,
            "network": network,
            "layer": layer,
            "uses": uses,
            "ms": round(uses * milliseconds(cell, shape), 2),
        }
        for network, layer, cell, shape, uses in layers(settings)
    ]
    trial = dcgan.build(replace(settings, num_steps=140), seed=0)
    whole = 1000 * seconds_a_step(trial)
    rest = whole - sum(row["ms"] for row in rows)
    return rows + [{"run": name, "network": "", "layer": "all else", "uses": 1, "ms": round(rest, 2)}]


@command(__doc__, ["layers"])
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """The chosen recipe, and two others."""
    recipes = flower_recipes()
    asked = ("chosen", "transposed convolutions", "folded by 4")[: 1 if smoke else None]
    write_table(out / "05_layers.csv", [row for name in asked for row in rows_of(name, recipes[name])])


if __name__ == "__main__":
    main()
