"""The published ACGAN, layer by layer, over three seeds: `.venv/bin/python -m experiments.acgan_published`.

Its networks want sides that 8 divides, so the digits have a black edge of two pixels, which is cut off again before
anybody judges. Seed 0 trains for the published 45 epochs, the others for 23. All of them take about an hour and a
half on one core.
"""

from functools import partial
from pathlib import Path

import mindspore as ms
import numpy as np
from mindspore import nn

from experiments.acgan import COUNTS, EPOCHS, NAMES, drawn_and_named, measure
from experiments.tables import Row, command, fill_table, lay_out, work_folder
from gan_course.data import Batches
from gan_course.data.sources import Digits
from gan_course.evaluation.classes import confusion
from gan_course.models.acgan_published import Discriminator, Generator, initialise_as_keras
from gan_course.models.inference import generate
from gan_course.training.dropout import renewing
from gan_course.training.guard import stopping_at_nan
from gan_course.training.loop import train
from gan_course.training.players import two_players
from gan_course.training.steps.acgan import acgan_step
from gan_course.viz.pictures import image_grid

RUNS = {"fakes as in the data": False, "fakes evenly": True}  # which classes G is asked for in its training
LATENT_DIM, BATCH_SIZE, EDGE, ROWS = 100, 32, 2, 8
PER_EPOCH = sum(COUNTS) // BATCH_SIZE


@command(__doc__, RUNS)
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """Make the runs that are asked for and missing."""
    folder = work_folder(out, "acgan_published")
    epochs = (0,) if smoke else EPOCHS
    runs = [
        ({"run": name, "seed": seed}, partial(train_and_look, name, seed, epochs if seed == 0 else epochs[:3], folder))
        for seed in range(1 if smoke else 3)
        for name in names
    ]
    fill_table(out / "06_published.csv", runs)
    lay_out([folder / f"{name} 0.npy" for name in names], out / "06_published.png", columns=len(epochs))


def train_and_look(name: str, seed: int, epochs: tuple[int, ...], folder: Path) -> list[Row]:
    """Train; a row of numbers after each of `epochs`, and the grids of those moments in `folder`."""
    images, labels, _ = Digits().labelled(NAMES, COUNTS)
    images = np.pad(images, ((0, 0), (0, 0), (EDGE, EDGE), (EDGE, EDGE)), constant_values=-1)  # (N, 1, 32, 32)
    players = published_players(images.shape[1:], seed)
    batches = Batches(
        images, labels, batch_size=BATCH_SIZE, seed=seed, latent_dim=LATENT_DIM, draw=evenly if RUNS[name] else None
    )
    generator, rows, grids = players["generator"], [], []

    def look(step: int, losses: dict[str, float]) -> None:
        if step in [PER_EPOCH * epoch for epoch in epochs]:
            rows.append({"epoch": step // PER_EPOCH} | measure(generator, EDGE) | mistaken(generator))
            grids.append(columns_of_classes(generator))

    num_steps = max(2, PER_EPOCH * epochs[-1])
    callbacks = [renewing(players["discriminator"], seed), stopping_at_nan(players), look]
    history = train(acgan_step(**players), batches, num_steps, callbacks, description=name)
    if history.last_step < num_steps:
        raise KeyboardInterrupt
    np.save(folder / f"{name} {seed}.npy", np.stack(grids))
    return rows


def published_players(shape: tuple[int, int, int], seed: int) -> dict[str, nn.Cell]:
    """Networks for pictures of `shape` (C, H, W), and an Adam(0.001, 0.5) for each."""
    ms.set_seed(seed)
    rng = np.random.default_rng(seed)
    networks = Generator(LATENT_DIM, len(NAMES), shape), Discriminator(len(NAMES), shape, BATCH_SIZE)
    adam = partial(nn.Adam, learning_rate=1e-3, beta1=0.5)
    return two_players(*(initialise_as_keras(network, rng) for network in networks), adam, adam)


def mistaken(generator: nn.Cell) -> Row:
    """How many of 1,000 pictures of each class show each of the four, and `other` digits."""
    _, asked, answered = drawn_and_named(generator, EDGE)
    table = confusion(asked, answered, NAMES, NAMES)
    shown = {f"{name}_as_{seen}": int(n) for name, row in zip(NAMES, table) for seen, n in zip(NAMES, row)}
    return shown | {f"{name}_as_other": 1000 - int(row.sum()) for name, row in zip(NAMES, table)}


def evenly(rng: np.random.Generator) -> tuple[np.ndarray]:
    """Classes to ask G for, each as probable as the others, int32 `(BATCH_SIZE,)`."""
    return (rng.integers(0, len(NAMES), BATCH_SIZE).astype(np.int32),)


def columns_of_classes(generator: nn.Cell) -> np.ndarray:
    """A picture with a column for each class and the same z all along a row, uint8 `(H, W)`."""
    z = np.random.default_rng(0).standard_normal((ROWS, LATENT_DIM), np.float32).repeat(len(NAMES), axis=0)
    return image_grid(generate(generator, z, np.tile(np.arange(len(NAMES), dtype=np.int32), ROWS)), len(NAMES), scale=2)


if __name__ == "__main__":
    main()
