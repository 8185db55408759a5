"""How often the training doctor is right: `.venv/bin/python -m experiments.doctor`, about a quarter of an hour.

Plays every exhibit of the museum with seven seeds, each healthy game with nine, and writes the signs of each run into
`09_doctor.csv`; then it prints how often the doctor is right. With --read it only does the last. The thresholds were
chosen on seeds 5 and 6, the settings of the healthy games on seeds below 14; the rates are of the seeds from 14 on.
"""

from functools import partial
from pathlib import Path

import click

from experiments.tables import Row, command, fill_table, write_table
from gan_course.lessons.museum import EXHIBITS, HEALTHY, SETTINGS, Settings, play
from gan_course.lessons.museum.severity import exact_interval, names_of, read_runs

TABLE = "09_doctor.csv"
TUNING_SEEDS = range(5, 7)
OTHER_SEEDS = range(14, 21)  # of each of the three healthy games; of an exhibit the first five


@command(__doc__, [*HEALTHY, *EXHIBITS])
@click.option("--read", is_flag=True, help="Train nothing: read the table that is there.")
def main(names: tuple[str, ...], smoke: bool, out: Path, read: bool) -> None:
    """Play what is asked for and missing, and print the rates of the whole table."""
    path = out / TABLE
    if not read:
        settings = SETTINGS["smoke" if smoke else "class"]
        runs = [
            ({"game": name, "seed": seed}, partial(signs_of, name, seed, settings))
            for name in names
            for seed in (OTHER_SEEDS[:1] if smoke else seeds_of(name))
        ]
        write_table(path, sorted(fill_table(path, runs), key=place))
    click.echo("\n".join(report(read_runs(path))))


def signs_of(name: str, seed: int, settings: Settings) -> list[Row]:
    """Play a game; its signs as one row."""
    played = play(name, settings, seed)
    if not played.stopped and played.history.last_step < settings.num_steps:
        raise KeyboardInterrupt  # which the training took for a wish to end it early
    signs = played.signs.items()
    return [{sign: f"{value:.6g}" if isinstance(value, float) else value for sign, value in signs}]


def place(row: Row) -> tuple[int, int]:
    """Where a row stands in the table: by game, then by seed."""
    return [*HEALTHY, *EXHIBITS].index(row["game"]), int(row["seed"])


def seeds_of(name: str) -> list[int]:
    """Seeds for choosing thresholds, then those for the rates."""
    return [*TUNING_SEEDS, *(OTHER_SEEDS if name in HEALTHY else OTHER_SEEDS[:5])]


def first_named(row: Row) -> str:
    """What the doctor names first, or "" where it is silent."""
    return next(iter(names_of(row)), "")


def rates(rows: list[Row], seeds: range) -> tuple[int, int, int, int]:
    """Faults named right, faults, false alarms, healthy runs, among the rows of these seeds.

    A fault is named right if the doctor names it first.
    """
    rows = [row for row in rows if row["seed"] in seeds]
    healthy = [row for row in rows if row["game"] in HEALTHY]
    faults = [row for row in rows if row["game"] not in HEALTHY]
    hits = sum(first_named(row) == row["game"] for row in faults)
    return hits, len(faults), sum(first_named(row) != "" for row in healthy), len(healthy)


def report(rows: list[Row]) -> list[str]:
    """Lines to print: what the doctor named in each game, then the rates on the two groups of seeds."""
    lines = []
    for name in dict.fromkeys(row["game"] for row in rows):
        named = [first_named(row) or "silent" for row in rows if row["game"] == name]
        lines.append(f"{name:<16} " + ", ".join(f"{named.count(word)} {word}" for word in dict.fromkeys(named)))
    return lines + ["tuning seeds:", *rate_lines(rows, TUNING_SEEDS), "other seeds:", *rate_lines(rows, OTHER_SEEDS)]


def rate_lines(rows: list[Row], seeds: range) -> list[str]:
    """Both rates, each with a 95 % interval after Clopper and Pearson."""
    hits, faults, alarms, healthy = rates(rows, seeds)
    return [
        f"    {hits} of {faults} planted faults named right, {interval(hits, faults)}",
        f"    {alarms} of {healthy} healthy runs called ill, {interval(alarms, healthy)}",
    ]


def interval(count: int, total: int) -> str:
    """The 95 % interval of a share, in words."""
    if total == 0:
        return "none played"
    low, high = exact_interval(count, total)
    return f"95 % interval {low:.2f} to {high:.2f}"


if __name__ == "__main__":
    main()
