"""From which strength on the doctor names a fault, and from which samples suffer: counted in a table."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest, t

from gan_course.evaluation.bootstrap import Estimate
from gan_course.evaluation.doctor import recognise
from gan_course.evaluation.symptoms import WINNING_D_FAKE
from gan_course.lessons.museum.exhibits import EXHIBITS, HEALTHY
from gan_course.lessons.museum.ladders import LADDERS

Row = dict[str, float | str]  # of `09_strengths.csv`: game, strength, seed, signs, and what the samples are worth
HURT = 1.5  # times the median distance to test digits of the healthy runs of the same game
LESS_RIGHT = 0.1  # of the samples show another digit than was asked for, more than in the median healthy run
DRAWING = ("noise", "sample")  # fields of a game that only its pictures depend on
NO_SIGNS = ("game", "fault", "strength", "seed", "distance", "share_confident", "class_accuracy")


class Rung(NamedTuple):
    """A fault at one strength: how many of its runs are so."""

    strength: float
    runs: int
    first: int  # the fault is what the doctor names first
    named: int  # it is among what the doctor names
    silent: int  # the doctor says nothing
    others: dict[str, int]  # what else the doctor names, in how many runs
    hurt: int  # the samples are clearly worse than those of healthy runs
    ratio: Estimate  # geometric mean of the distance, over that of the healthy run of the same seed, 95 % interval


def read_runs(path: str | Path) -> list[Row]:
    """The runs of a table, numbers as numbers, without what was not measured.

    Args:
        path: of `09_doctor.csv`, `09_strengths.csv` or `09_other_games.csv`.
    """
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{name: as_number(text) for name, text in row.items() if text or name == "fault"} for row in rows]


def as_number(text: str) -> str | int | float:
    """What a cell of a table holds: a name, a seed or a sign."""
    try:
        return int(text) if text.isdigit() else float(text)
    except ValueError:
        return text


def exact_interval(count: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share, after Clopper and Pearson."""
    interval = binomtest(count, total).proportion_ci()
    return float(interval.low), float(interval.high)


def names_of(row: Row) -> list[str]:
    """What the doctor names in a run of a table, in its order."""
    return list(recognise({sign: value for sign, value in row.items() if sign not in NO_SIGNS}))


def ladder_of(rows: Iterable[Row], fault: str) -> list[Rung]:
    """The rungs of a fault, from weak to strong.

    Args:
        rows: of the table, numbers as numbers; those of the fault's healthy game are among them.
        fault: a name of `EXHIBITS`.
    """
    rows = list(rows)
    healthy = [row for row in rows if row["game"] == EXHIBITS[fault].healthy]
    of_fault = [row for row in rows if row["game"] == fault]
    rungs = []
    for strength in LADDERS[fault].strengths:
        runs = [row for row in of_fault if np.isclose(row["strength"], strength, rtol=1e-3)]
        names = [names_of(row) for row in runs]
        others = sorted({name for found in names for name in found} - {fault})
        rungs.append(
            Rung(
                strength=strength,
                runs=len(runs),
                first=sum(found[:1] == [fault] for found in names),
                named=sum(fault in found for found in names),
                silent=names.count([]),
                others={name: sum(name in found for found in names) for name in others},
                hurt=sum(is_hurt(row, healthy, with_classes(fault)) for row in runs),
                ratio=distance_ratio(runs, healthy),
            )
        )
    return rungs


def with_classes(fault: str) -> bool:
    """Whether the game of a fault asks for digits."""
    return HEALTHY[EXHIBITS[fault].healthy].labels is not None


def is_hurt(row: Row, healthy: list[Row], classes: bool) -> bool:
    """Whether the samples of a run are HURT times as far from test digits as those of the median healthy run.

    Where digits are asked for they are also hurt if LESS_RIGHT more of them are others.
    """
    if row["distance"] > HURT * np.median([other["distance"] for other in healthy]):
        return True
    usual = np.median([other["class_accuracy"] for other in healthy])
    return bool(classes and row["class_accuracy"] < usual - LESS_RIGHT)


def distance_ratio(runs: list[Row], healthy: list[Row]) -> Estimate:
    """How much farther from test digits than the healthy run of the same seed: geometric mean, 95 % interval by t."""
    by_seed = {row["seed"]: row["distance"] for row in healthy}
    logs = np.log([row["distance"] / by_seed[row["seed"]] for row in runs if row["seed"] in by_seed])
    if len(logs) < 2 or not np.isfinite(logs).all():
        return Estimate(float("inf"), float("inf"), float("inf")) if len(logs) else Estimate(*[float("nan")] * 3)
    reach = t.ppf(0.975, len(logs) - 1) * logs.std(ddof=1) / np.sqrt(len(logs))
    return Estimate(*(float(np.exp(logs.mean() + side * reach)) for side in (0, -1, 1)))


def first_strength(rungs: list[Rung], count: str, share: float = 0.8) -> float | None:
    """The smallest strength from which on at least this share of runs, at each rung, is so; None if there is none.

    Args:
        rungs: from weak to strong.
        count: the name of a number of `Rung`: "first", "named" or "hurt".
        share: of the runs, 4 of 5 by default.
    """
    found = None
    for rung in reversed(rungs):
        if getattr(rung, count) < share * rung.runs:
            break
        found = rung.strength
    return found


def besides(row: Row) -> dict[str, bool]:
    """What the doctor names beside the planted fault of a run, or in its place, and whether that is true of the game.

    A cause is not, since one line alone differs from a healthy game. An outcome may be: a collapse, but not where only
    the drawing differs, and G is that of the healthy game; and that D wins, but not where G's loss is below -log of
    the doctor's own threshold for D(G(z)). For by Jensen's inequality D(G(z)) is then above it on average, in G's
    update.

    Args:
        row: a run of a fault, of `09_doctor.csv` or `09_strengths.csv`.
    """
    true = set()
    if EXHIBITS[row["game"]].field not in DRAWING:
        true.add("collapse")
    if row.get("loss_g", np.nan) > -np.log(WINNING_D_FAKE):
        true.add("d_wins")
    return {name: name in true for name in names_of(row) if name != row["game"]}


def count_besides(rows: Iterable[Row]) -> dict[tuple[str, str], tuple[int, int]]:
    """By fault and other name: in how many runs the doctor names it, and in how many of these it is not true."""
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        for name, true in besides(row).items():
            named, wrong = counts.get((row["game"], name), (0, 0))
            counts[row["game"], name] = named + 1, wrong + (not true)
    return counts
