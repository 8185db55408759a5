"""Kill trainings at random moments, let them go on, and compare every bit: `make soak`.

Each lesson is trained once in the `smoke` profile from start to end. Then trainings of the same are killed (kill -9) at
moments drawn between their start and their end, half of them once more while they go on, and go on to the end. A run
counts as exact if its history, numbers, samples, film and all weights are, to the bit, those of the one never killed.
They write a checkpoint after every step, and every third training is killed the first time when a file is next seen
half written. About a quarter of an hour on two quiet cores; `--kills 8` tries each lesson once.
"""

import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

import click
import numpy as np

from gan_course.files import UNFINISHED
from gan_course.lessons import TRAINED
from gan_course.runs.folder import BEST, CHECKPOINT, CONFIG, FILM, HISTORY, METRICS, SAMPLES
from gan_course.training.checkpoints import found

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "soak.md"
COMMAND = """
from gan_course.runs import resume
resume.SECONDS_BETWEEN_CHECKPOINTS = -1
from gan_course.cli import main
main()
"""
MOST_WAITED = 10  # seconds, for a file to be written
FILES = (HISTORY, METRICS, CONFIG, SAMPLES, FILM)


@click.command(help=__doc__, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--kills", default=50, show_default=True, help="How many trainings are killed, the lessons in turn.")
@click.option("--seed", default=0, show_default=True, help="Draws the moments.")
@click.option("--write", is_flag=True, help=f"Write the table into {TABLE.relative_to(ROOT)}.")
@click.argument("lessons", nargs=-1, type=click.Choice(TRAINED))
def main(kills: int, seed: int, write: bool, lessons: tuple[str, ...]) -> None:
    """Print a line a kill, then the table; exit code 1 if a bit differs."""
    lessons, rng = lessons or tuple(TRAINED), np.random.default_rng(seed)
    with TemporaryDirectory() as place:
        expected = {}
        for lesson in lessons:
            start = perf_counter()
            call(lesson, Path(place, lesson))
            expected[lesson] = content(Path(place, lesson)), perf_counter() - start
            click.echo(f"{lesson} takes {expected[lesson][1]:.0f} s")
        rows = []
        for number in range(kills):
            lesson = lessons[number % len(lessons)]
            how = {"twice": number % 2 == 1, "in_writing": number % 3 == 2}
            rows.append((lesson, *killed(lesson, Path(place, "killed"), rng, *expected[lesson], **how)))
            click.echo(
                f"{number + 1} of {kills}: {lesson}, killed {' and '.join(rows[-1][1])}: {rows[-1][2] or 'exact'}"
            )
    text = as_table(rows, seed)
    click.echo(text)
    if write:
        TABLE.write_text(text, encoding="utf-8", newline="\n")
    sys.exit(any(differs for *_, differs in rows))


def killed(
    lesson: str,
    folder: Path,
    rng: np.random.Generator,
    expected: dict[str, bytes],
    seconds: float,
    twice: bool,
    in_writing: bool,
) -> tuple[list[str], str]:
    """Train, kill, perhaps kill again, go on to the end; where each kill fell, and the first thing that differs.

    A training that ends before it is killed does not count: it is begun again.
    """
    moments: list[str] = []
    while len(moments) < 1 + twice:
        if not moments:
            rmtree(folder, ignore_errors=True)
        at, waits = float(rng.uniform(0, seconds)), in_writing and not moments
        was_killed = call(lesson, folder, kill_after=at, in_writing=waits)
        moments = [*moments, moment(folder)] if was_killed else []
    call(lesson, folder)
    made = content(folder)
    return moments, next((name for name in expected | made if expected.get(name) != made.get(name)), "")


def call(lesson: str, folder: Path, kill_after: float | None = None, in_writing: bool = False) -> bool:
    """Train into a folder, or go on there; kill the process after some seconds, if it still runs: whether it did.

    `in_writing` waits for a half-written file, a short while at most.
    """
    resume = ["--resume"] if (folder / CONFIG).exists() else []
    arguments = ["train", lesson, "--profile", "smoke", "--out", str(folder), *resume]
    process = subprocess.Popen([sys.executable, "-c", COMMAND, *arguments], stdout=-3, stderr=subprocess.PIPE, cwd=ROOT)
    try:
        _, said = process.communicate(timeout=kill_after)
    except subprocess.TimeoutExpired:
        if in_writing:
            wait_for_writing(folder, process)
        runs = process.poll() is None
        process.kill()
        _, said = process.communicate()
        if runs:
            return True
    if process.returncode:
        raise click.ClickException(f"{lesson} ended with {process.returncode}: {said.decode()[-500:]}")
    return False


def wait_for_writing(folder: Path, process: subprocess.Popen) -> None:
    """Return when a file is half written, the process ended, or it took too long."""
    end = monotonic() + MOST_WAITED
    while monotonic() < end and process.poll() is None:
        with suppress(OSError):  # a folder that goes while it is looked through
            if any(folder.rglob(f"*{UNFINISHED}")):
                return
        sleep(0.001)


def moment(folder: Path) -> str:
    """What a run was doing when it was killed, by what it left."""
    if not (folder / CONFIG).exists():
        return "at its start"
    if any(folder.rglob(f"*{UNFINISHED}")):
        return "while writing"
    if not found(folder / CHECKPOINT):
        return "before a checkpoint"
    if not (folder / HISTORY).exists():
        return "while training"
    return "while evaluating" if not (folder / METRICS).exists() else "at its end"


def content(folder: Path) -> dict[str, bytes]:
    """All that must be the same: files, and the arrays of the checkpoints but for the seconds of the film's frames."""
    made = {name: (folder / name).read_bytes() for name in FILES}
    for name in (CHECKPOINT, BEST):
        if (folder / name).exists():
            with np.load(folder / name) as arrays:
                made |= {f"{name} {key}": arrays[key].tobytes() for key in arrays if key != "array/frame_seconds"}
    return made


def as_table(rows: list[tuple[str, list[str], str]], seed: int) -> str:
    """A page for the docs: how many kills fell where, and how many runs were exact."""
    lines = [
        "# Killed and gone on",
        "",
        "`make soak` kills trainings (`kill -9`) at random moments, a third of them when a file is next half written,",
        "half of them again while they go on, and compares the run at its end, to the bit, with one that was never",
        "killed: history, numbers, samples, film, all weights, optimisers and random sources. Written by the command;",
        "not to be edited.",
        "",
        f"Seed {seed}: **{sum(not differs for *_, differs in rows)} of {len(rows)} exact**, "
        f"{sum(len(moments) > 1 for _, moments, _ in rows)} of them killed twice.",
        "",
        "| lesson | runs | exact | kills |",
        "|---|---:|---:|---|",
    ]
    for lesson in [*dict.fromkeys(lesson for lesson, *_ in rows), "all"]:
        of_it = [row for row in rows if lesson in (row[0], "all")]
        kills = Counter(moment for _, moments, _ in of_it for moment in moments)
        said = ", ".join(f"{count} {moment}" for moment, count in kills.most_common())
        lines.append(f"| {lesson} | {len(of_it)} | {sum(not differs for *_, differs in of_it)} | {said} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
