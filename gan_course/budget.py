"""How long each notebook takes, as measured once, and from it how much of `make course` is left."""

import csv
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "notebooks" / "results" / "minutes.csv"
Seconds = dict[str, float]  # by the name of a notebook


def expected(profile: str, path: Path = FILE) -> Seconds:
    """What the notebooks took in that profile when it was last recorded; empty where it never was."""
    return {row["notebook"]: float(row[profile]) for row in read(path) if row.get(profile)}


def record(profile: str, seconds: Seconds, path: Path = FILE) -> None:
    """Keep what the notebooks took, in place of what the file said of this profile."""
    rows = {row["notebook"]: row for row in read(path)}
    for name, taken in seconds.items():
        rows.setdefault(name, {"notebook": name})[profile] = f"{taken:.0f}"
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for _, row in sorted(rows.items()))


def read(path: Path) -> list[dict[str, str]]:
    """The rows of the file, none where there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def left(taken: Seconds, waiting: list[str], usual: Seconds, at_once: int = 1) -> str:
    """Words for the time until those in `waiting` are done on this machine, such as "about 12 min left".

    The machine is as much slower or quicker than the one of the record as it was on the notebooks done so far. Nothing
    is said where the record does not know all of them. They run `at_once` at a time.
    """
    if not waiting or not taken or any(name not in usual for name in [*taken, *waiting]):
        return ""
    pace = sum(taken.values()) / max(sum(usual[name] for name in taken), 1)
    seconds = pace * sum(usual[name] for name in waiting) / min(at_once, len(waiting))
    return f"about {seconds / 60:.0f} min left" if seconds >= 90 else f"about {seconds:.0f} s left"
