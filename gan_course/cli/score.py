"""`gan-course score`: how good the samples of a run are."""

from pathlib import Path

import click

from gan_course.cli.options import parse_seed
from gan_course.errors import CourseError
from gan_course.runs.folder import CONFIG


@click.command("score", short_help="Judge the samples of a run, beside real images and noise.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--samples", type=int, help="To draw from each generator.  [default: 10000 digits or 1000 sunflowers]")
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    callback=parse_seed,
    help="Of the noise that the samples are made from.",
)
def score_command(folder: Path, samples: int | None, seed: int) -> None:
    """Draw samples from the generators of the run in DIR, and measure them; the table goes into DIR/scorecard.json too.

    DIR holds a run of `gan-course train` on MNIST or on the drawn sunflowers. The last checkpoint is scored, and the
    best, where the lesson kept one; the generator, and its average, where there is one. Column `real` is what a
    perfect generator would get, column `noise` what no generator should. What looks wrong, a line `doctor: ...` says.
    """
    if samples is not None and not 100 <= samples <= 10_000:
        raise CourseError(f"--samples must be from 100 to 10000, the number of held-out digits, not {samples}")
    if not (folder / CONFIG).is_file():
        raise CourseError(f"{folder} holds no run: train one with gan-course train LESSON --out {folder}")

    from gan_course.runs.score import score  # imports MindSpore

    print(score(folder, samples, seed))
