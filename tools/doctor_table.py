"""How often the training doctor is right: `.venv/bin/python tools/doctor_table.py`, about a quarter of an hour.

Plays every exhibit of the museum with seven seeds, each healthy game with nine, and writes the signs of each run into
`notebooks/results/09_doctor.csv`, then prints how often the doctor is right; `--read` does that without a training. The
thresholds were chosen on seeds 5 and 6, the settings of the healthy games on seeds below 14. The rates are of the seeds
from 14 on. `--smoke` only tries it out.
"""

from pathlib import Path

from scipy.stats import binomtest

from gan_course.evaluation.doctor import recognise
from gan_course.lessons.museum import EXHIBITS, HEALTHY, SETTINGS, play
from tables import Row, command_line, read_table, write_table

TABLE = "09_doctor.csv"
TUNING_SEEDS = range(5, 7)
OTHER_SEEDS = range(14, 21)  # of each of the three healthy games; of an exhibit the first five


def main(arguments: list[str] | None = None) -> None:
    """Play what was asked for, write the table, print the rates."""
    parser = command_line(__doc__, [*HEALTHY, *EXHIBITS])
    parser.add_argument("--read", action="store_true", help="only count in the table that is there")
    options = parser.parse_args(arguments)
    table = options.out / TABLE
    if not options.read:
        settings = SETTINGS["smoke" if options.smoke else "class"]
        for name in options.names:
            for seed in OTHER_SEEDS[:1] if options.smoke else seeds_of(name):
                write_row(table, {"game": name, "seed": seed, **play(name, settings, seed).signs})
                print(name, seed, flush=True)
    print("\n".join(report(read_rows(table))))


def seeds_of(name: str) -> list[int]:
    """Seeds for choosing thresholds, then those for the rates."""
    return [*TUNING_SEEDS, *(OTHER_SEEDS if name in HEALTHY else OTHER_SEEDS[:5])]


def read_rows(path: Path) -> list[Row]:
    """The table, numbers as numbers, without what was not measured."""
    return [{name: number(value) for name, value in row.items() if value} for row in read_table(path)]


def number(text: str) -> str | int | float:
    """What a cell of the table holds: a name, a seed or a sign."""
    try:
        return int(text) if text.isdigit() else float(text)
    except ValueError:
        return text


def write_row(path: Path, row: Row) -> None:
    """Put a row into the table, in place of an earlier one of the same game and seed."""
    rows = [old for old in read_rows(path) if (old["game"], old["seed"]) != (row["game"], row["seed"])]
    rows.append({name: f"{value:.6g}" if isinstance(value, float) else value for name, value in row.items()})
    order = [*HEALTHY, *EXHIBITS]
    write_table(path, sorted(rows, key=lambda row: (order.index(row["game"]), row["seed"])))


def first_named(row: Row) -> str:
    """What the doctor names first, or "" where it is silent."""
    return next(iter(recognise({name: value for name, value in row.items() if name not in ("game", "seed")})), "")


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
    low, high = binomtest(count, total).proportion_ci()
    return f"95 % interval {low:.2f} to {high:.2f}"


if __name__ == "__main__":
    main()
