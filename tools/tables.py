"""What the tools that write the lessons' tables share: a command line, and how tables and pictures are laid out."""

import argparse
import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from gan_course.lessons.experiment import Experiment
from gan_course.training.history import History

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "notebooks" / "results"
Row = dict[str, object]


class Smoke(argparse.Action):
    """`--smoke`: tables of a few steps go to a folder of their own, or else they would replace the true ones."""

    def __call__(self, parser, namespace, values, option_string=None):
        namespace.smoke = True
        if namespace.out == RESULTS:
            namespace.out = ROOT / "outputs" / "smoke_tables"


def command_line(description: str, names: Iterable[str]) -> argparse.ArgumentParser:
    """A parser of names of experiments, `--smoke` and `--out FOLDER`; a tool may add options of its own.

    Without `--out` tables go to `notebooks/results/`, with `--smoke` to `outputs/smoke_tables/`.
    """
    known = list(names)

    def experiment(name: str) -> str:
        if name not in known:
            raise argparse.ArgumentTypeError(f"there is no experiment {name}: choose from {', '.join(known)}")
        return name

    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    help_on_names = f"{', '.join(known)}; all by default"
    parser.add_argument("names", nargs="*", type=experiment, metavar="NAME", default=known, help=help_on_names)
    help_on_smoke = "a few steps, to try it out; writes to outputs/smoke_tables unless --out says otherwise"
    parser.add_argument("--smoke", action=Smoke, nargs=0, default=False, help=help_on_smoke)
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="FOLDER", help="where to write")
    return parser


def train_to_the_end(experiment: Experiment, **options) -> History:
    """`experiment.train(**options)`, for a table that holds whole runs only.

    Raises:
        SystemExit: Ctrl-C ended the training early.
    """
    history = experiment.train(**options)
    if history.last_step < experiment.num_steps:
        raise SystemExit(f"stopped at step {history.last_step:,} of {experiment.num_steps:,}: this run is in no table")
    return history


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


def side_by_side(pictures: list[np.ndarray], columns: int = 4, gap: int = 8) -> np.ndarray:
    """Pictures of one size, `(H, W)` or `(H, W, 3)`, in rows on white."""
    edges = [(gap // 2, gap // 2)] * 2 + [(0, 0)] * (pictures[0].ndim - 2)  # none around the channels
    tiles = [np.pad(picture, edges, constant_values=255) for picture in pictures]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % columns)
    return np.concatenate([np.concatenate(tiles[i : i + columns], axis=1) for i in range(0, len(tiles), columns)])
