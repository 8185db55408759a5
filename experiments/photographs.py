"""Lesson 05's DCGAN on a folder of photographs: `.venv/bin/python -m experiments.photographs FOLDER`.

It learns from all but 100 of them and is measured by its distance to these, beside which stands that of the photographs
that it learnt from. Photographs do not come with the course; neither do the pictures, which go to outputs/.
"""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click
import numpy as np

from experiments.tables import HELP, RESULTS, TRIALS, Row, fill_table, lay_out, rounded, train_to_the_end, work_folder
from gan_course.data.levels import scaled
from gan_course.data.sources import Folder
from gan_course.errors import CourseError
from gan_course.evaluation.appearance import flower_distances
from gan_course.evaluation.nearest import nearest_images, typical_distance
from gan_course.lessons import dcgan
from gan_course.viz.pictures import image_grid

HELD_OUT = 100


@dataclass(frozen=True)
class Shuffled:
    """A folder without its last pictures, in an order that a seed gives; or, `held_out`, these alone."""

    folder: Folder
    held_out: bool = False

    def pictures(self, size: tuple[int, int] = (64, 64), gray: bool = False, at_least: int = 1) -> np.ndarray:
        found = scaled(self.folder.pictures(size, gray, at_least + HELD_OUT))
        found = found[np.random.default_rng(0).permutation(len(found))]
        return found[-HELD_OUT:] if self.held_out else found[:-HELD_OUT]


def learn(folder: Folder, num_steps: int, shift: int, seed: int, file: Path) -> list[Row]:
    """Train; a row of distances. 36 held-out photographs and 36 generated ones go into `file`."""
    settings = dcgan.for_pictures(dcgan.SETTINGS["class"], folder)
    settings = replace(settings, data=Shuffled(folder), num_steps=num_steps, shift=shift)
    experiment = dcgan.build(settings, seed)
    history = train_to_the_end(replace(experiment, evaluate=dict))
    held_out = Shuffled(folder, held_out=True).pictures()
    samples = experiment.samplers["average"](1000, np.random.default_rng(2))
    distances, learnt_from = flower_distances(held_out), experiment.images
    numbers = {name: value for name, value in distances(samples).items() if name != "share_clean"}  # it knows drawings
    real = {f"real_{name}": value for name, value in distances(learnt_from).items() if name in numbers}
    ratio = np.median(nearest_images(samples[:200], experiment.images)[1]) / typical_distance(experiment.images)
    blocks = [image_grid(pictures[:36], columns=6)[None] for pictures in (held_out, samples)]
    np.save(file, np.concatenate(blocks))
    losses = {loss: float(history[loss][-100:].mean()) for loss in ("loss_d", "loss_g")}
    return [rounded({"step": num_steps, "nearest_ratio": float(ratio)} | numbers | real | losses)]


@click.command(help=__doc__, context_settings=HELP)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--steps", default=6000, show_default=True, help="How long to train.")
@click.option("--smoke", is_flag=True, help="A few steps, to try it out.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Where to write.")
def main(folder: Path, steps: int, smoke: bool, out: Path | None) -> None:
    """A row with moves, and one without."""
    out = out or (TRIALS if smoke else RESULTS)
    pictures = work_folder(out, "05_photographs")
    runs = []
    for shift in (8, 0):
        file = pictures / f"shift-{shift}.npy"
        make = partial(learn, Folder(folder.resolve()), 3 if smoke else steps, shift, 0, file)
        runs.append(({"run": f"moved by up to {shift} pixels", "seed": 0}, make))
    try:
        fill_table(out / "05_photographs.csv", runs)
    except CourseError as error:
        raise click.ClickException(str(error)) from None
    for file in pictures.glob("*.npy"):
        lay_out([file], file.with_suffix(".png"), columns=1)


if __name__ == "__main__":
    main()
