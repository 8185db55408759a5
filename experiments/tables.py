"""What the experiments share: a command line, tables that grow run by run, and how pictures are laid out."""

import csv
import signal
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path

import click
import numpy as np
from PIL import Image

from gan_course.errors import CourseError, Diverged
from gan_course.lessons.experiment import Experiment
from gan_course.training.history import History
from gan_course.viz.pictures import save_picture

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "notebooks" / "results"
TRIALS = ROOT / "outputs" / "smoke_tables"  # tables of a few steps must not replace the true ones
HELP = {"help_option_names": ["-h", "--help"]}
Row = dict[str, object]
Run = tuple[Row, Callable[[], list[Row]]]  # what tells a run from the others, and a function that makes its rows


def command(description: str, names: Iterable[str]) -> Callable[[Callable[..., None]], click.Command]:
    """Make `function(names, smoke, out, ...)` a command of names of experiments, `--smoke` and `--out FOLDER`.

    Without names it is called with all of them. Without `--out` tables go to `notebooks/results/`, with `--smoke` to
    `outputs/smoke_tables/`. Ctrl-C ends it with exit code 130, a refusal or a training that diverged with 1.

    Args:
        description: its help.
        names: of the experiments that there are.
    """
    known = tuple(names)
    text = f"{description}\n\nNAME is one of {', '.join(known)}; all by default."

    def decorate(function: Callable[..., None]) -> click.Command:
        @click.command(help=text, context_settings=HELP)
        @click.argument("names", nargs=-1, type=click.Choice(known), metavar="[NAME]...")
        @click.option("--smoke", is_flag=True, help="A few steps, to try it out.")
        @click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Where to write.")
        @wraps(function)
        def run(names: tuple[str, ...], smoke: bool, out: Path | None, **options) -> None:
            before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # MindSpore makes SIGTERM of Ctrl-C
            try:
                function(names=names or known, smoke=smoke, out=out or (TRIALS if smoke else RESULTS), **options)
            except (CourseError, Diverged) as error:
                raise click.ClickException(str(error)) from None
            except KeyboardInterrupt:
                click.echo("stopped: the same command goes on from here", err=True)
                raise SystemExit(130) from None
            finally:
                signal.signal(signal.SIGTERM, before)

        return run

    return decorate


def command_of(description: str, experiments: Mapping[str, Callable[[Path, bool], None]]) -> click.Command:
    """A `command` that calls `experiments[name](out, smoke)` for each name, in turn."""

    @command(description, experiments)
    def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
        for name in names:
            experiments[name](out, smoke)

    return main


def train_to_the_end(experiment: Experiment, **options) -> History:
    """`experiment.train(**options)`, for a table that holds whole runs only.

    Raises:
        KeyboardInterrupt: Ctrl-C ended the training early.
    """
    history = experiment.train(**options)
    if history.last_step < experiment.num_steps:
        raise KeyboardInterrupt
    return history


def fill_table(path: Path, runs: Iterable[Run]) -> list[Row]:
    """Make the runs that the table does not hold yet, and write it after each; returns all its rows.

    To make a run anew, delete its rows.

    Args:
        path: of a CSV file, which need not be there.
        runs: told from each other by some of their columns, such as name and seed.
    """
    rows = read_table(path)
    for key, make in runs:
        texts = {name: str(value) for name, value in key.items()}
        if any(texts.items() <= row.items() for row in rows):
            continue
        made = [key | row for row in make()]
        write_table(path, rows + made)
        rows = read_table(path)
        click.echo("\n".join(map(str, made)))
    return rows


def read_table(path: Path) -> list[Row]:
    """The rows of a CSV file, all values as text; none if there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_table(path: Path, rows: list[Row]) -> None:
    """Write rows as CSV, with all their columns: first what run it was, then the numbers."""
    names = list(dict.fromkeys(name for name in ("run", "seed", "step") for row in rows if name in row))
    names += list(dict.fromkeys(name for row in rows for name in row if name not in names))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def rounded(row: Row, digits: int = 4) -> Row:
    """The row with its fractions rounded to `digits` decimals."""
    return {name: round(value, digits) if isinstance(value, float) else value for name, value in row.items()}


def work_folder(out: Path, name: str) -> Path:
    """Where an experiment keeps what is not for the lessons: under `outputs/`, or beside the tables of a trial."""
    folder = (ROOT / "outputs" if out == RESULTS else out) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def lay_out(files: list[Path], path: Path, columns: int) -> None:
    """Write the pictures of all runs as one, once they are all there.

    Args:
        files: `.npy` files, a run each, of uint8 pictures `(K, H, W)` or `(K, H, W, 3)`.
        path: of the PNG.
        columns: pictures a row.
    """
    if all(file.exists() for file in files):
        save_small(path, side_by_side([picture for file in files for picture in np.load(file)], columns))


def save_small(path: Path, picture: np.ndarray) -> None:
    """Write a picture as PNG, one in colour with the 256 that are nearest to its own: a third of the bytes."""
    if picture.ndim == 2:
        save_picture(path, picture)
    else:
        few = Image.fromarray(picture).quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(path, optimize=True)


def side_by_side(pictures: list[np.ndarray], columns: int = 4, gap: int = 8) -> np.ndarray:
    """Pictures of one size, `(H, W)` or `(H, W, 3)`, in rows on white."""
    edges = [(gap // 2, gap // 2)] * 2 + [(0, 0)] * (pictures[0].ndim - 2)  # none around the channels
    tiles = [np.pad(picture, edges, constant_values=255) for picture in pictures]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % columns)
    return np.concatenate([np.concatenate(tiles[i : i + columns], axis=1) for i in range(0, len(tiles), columns)])
