"""Do two checkouts of the course train to the same bits?

    .venv/bin/python scripts/compare_bits.py ../before . --out outputs/bits --renamed clear_digit=share_confident

Every lesson in the `smoke` profile, and four of them in `class`, from seed 0, by the command line of each checkout, on
one core and one after the other. Their `history.csv` must agree byte for byte; where they do not, the first number that
differs is shown. A run that is there already in the folder of --out is not made again. Exit code 1 if anything differs.
"""

import csv
import os
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

import click

RUNS = {f"{lesson} smoke": (lesson, "smoke") for lesson in ("autoencoder", "vae", "gan", "mlp-gan", "dcgan", "acgan")}
RUNS |= {f"{lesson} smoke": (lesson, "smoke") for lesson in ("wgan-gp", "museum")}
RUNS |= {"vae class": ("vae", "class"), "gan class": ("gan", "class")}
RUNS |= {f"{lesson} class, 500 steps": (lesson, "class", "--steps", "500") for lesson in ("dcgan", "acgan")}


@click.command(help=__doc__, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("old", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", default="outputs/bits", type=click.Path(path_type=Path), help="Folder for the runs.")
@click.option("--renamed", multiple=True, metavar="OLD=NEW", help="A column that has another name now.")
@click.option("--only", default="", metavar="WORD", help="Only runs whose name contains this word.")
def compare(old: Path, new: Path, out: Path, renamed: tuple[str, ...], only: str) -> None:
    names = dict(pair.split("=") for pair in renamed)
    differing = []
    for name, (lesson, profile, *options) in RUNS.items():
        if only not in name:
            continue
        folders = [out.resolve() / side / name.replace(",", "").replace(" ", "_") for side in ("old", "new")]
        for checkout, folder in zip((old, new), folders):
            if not (folder / "metrics.json").exists():
                train(checkout.resolve(), folder, lesson, "--profile", profile, *options)
        difference = first_difference(*(folder / "history.csv" for folder in folders), names)
        print(f"{name:<24} {difference or 'identical'}", flush=True)
        differing += [name] if difference else []
    sys.exit(1 if differing else 0)


def train(checkout: Path, folder: Path, lesson: str, *options: str) -> None:
    """Train a lesson with the package of `checkout` into `folder`, on one core: more would change the bits."""
    code = f"import os; hasattr(os, 'sched_setaffinity') and os.sched_setaffinity(0, {{{last_core()}}}); "
    code += "from gan_course.cli import main; main()"
    arguments = ["train", lesson, *options, "--seed", "0", "--out", str(folder), "--force"]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=checkout, env=environment, check=True, capture_output=True
    )


def last_core() -> int:
    """The number of a core that this process may use."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0


def first_difference(old: Path, new: Path, names: dict[str, str]) -> str:
    """Step and column at which two histories differ first, with both numbers; "" if they are the same.

    `names` are those of the columns that have a new name.
    """
    texts = [path.read_text(encoding="utf-8") for path in (old, new)]
    header, rest = texts[0].split("\n", 1)
    texts[0] = "\n".join([",".join(names.get(name, name) for name in header.split(",")), rest])
    if texts[0] == texts[1]:
        return ""
    tables = [list(csv.DictReader(text.splitlines())) for text in texts]
    for before, after in zip_longest(*tables, fillvalue={}):
        for column in dict.fromkeys([*before, *after]):
            if before.get(column) != after.get(column):
                step = before.get("step", after.get("step"))
                return f"step {step}, {column}: {before.get(column)} before, {after.get(column)} now"
    return "another layout, the same numbers"


if __name__ == "__main__":
    compare()
