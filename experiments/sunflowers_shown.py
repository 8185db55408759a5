"""Pictures and films of lesson 04's experiments, from the flowers that they keep."""

from pathlib import Path

import numpy as np

from experiments.tables import side_by_side
from gan_course.viz.gif import encode_gif, stamp
from gan_course.viz.pictures import figure_to_picture, image_grid, save_picture, show_rows

NUM_COLUMNS = 12
MAX_BYTES = 900_000  # of a film: grain is hard to pack
LABEL = 14.0  # pixels: what can be read on a projector
Flowers = dict[int, np.ndarray]  # epoch -> (N, 1, H, W) in [-1, 1]


def show_runs(name: str, files: list[Path], out: Path) -> None:
    """Write `04_NAME.png`, a row of flowers for each state that is worth it, and a film, once all files are there.

    Args:
        name: `rates`, whose film shows the ladder side by side, `drift`, whose film shows the run that lasted longest,
            or another.
        files: one for each run, in order, as the experiment keeps them.
        out: where to.
    """
    if not all(file.exists() for file in files):
        return
    runs = {file.stem: read_flowers(file) for file in files}
    rows = {
        run if len(milestones(flowers)) == 1 else f"{run}, {epoch}": flowers[epoch]
        for run, flowers in runs.items()
        for epoch in milestones(flowers)
    }
    if name == "drift":
        run, flowers = max(runs.items(), key=lambda item: max(item[1]))  # which lasted longest
        rows = {f"epoch {epoch}": images for epoch, images in flowers.items()}
        save_film(out / "04_drift.gif", {run: flowers}, columns=10)
    if name == "rates":
        save_film(out / "04_rates.gif", dict(list(runs.items())[:4]), columns=3)
    figure = show_rows({label: images[:NUM_COLUMNS] for label, images in rows.items()})
    save_picture(out / f"04_{name}.png", figure_to_picture(figure)[:, :, 0])


def read_flowers(file: Path) -> Flowers:
    """What an experiment kept of a run, in order."""
    with np.load(file) as kept:
        epochs, pictures = kept["epochs"], kept["pictures"]
    return {int(epoch): images / np.float32(127.5) - 1 for epoch, images in zip(epochs, pictures, strict=True)}


def milestones(flowers: Flowers) -> list[int]:
    """The epochs of the published ladder, 100 and 200, that a run reached, or else its last one."""
    return [epoch for epoch in (100, 200) if epoch in flowers] or [max(flowers)]


def save_film(path: Path, runs: dict[str, Flowers], columns: int) -> None:
    """A film of runs side by side, as far as all of them have pictures; all flowers that fill its two or three rows."""
    count = 9 if columns == 3 else 2 * columns
    epochs = [epoch for epoch in next(iter(runs.values())) if all(epoch in flowers for flowers in runs.values())]
    frames = []
    for epoch in epochs:
        grids = [image_grid(flowers[epoch][:count], columns) for flowers in runs.values()]
        frames.append(side_by_side(stamp(grids, list(runs), LABEL), columns=len(runs)))
    path.write_bytes(
        encode_gif(frames, MAX_BYTES, [f"epoch {epoch}" for epoch in epochs], [500] * len(frames[1:]) + [2500])
    )
