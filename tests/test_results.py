"""Tables of long runs that the lessons show: whole, and what the lessons say of them."""

from pathlib import Path

import numpy as np

from gan_course.lessons import load_lesson
from gan_course.training.history import History

RESULTS = Path(__file__).resolve().parents[1] / "notebooks" / "results"


def read(name):
    return History.from_csv((RESULTS / name).read_text(encoding="utf-8"))


def test_every_table_is_explained():
    readme = (RESULTS / "README.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in readme for path in RESULTS.glob("*.csv"))


def test_the_first_gan_stays_in_the_published_band():
    table, settings = read("03_first_gan_full.csv"), load_lesson("gan").SETTINGS["full"]
    assert table.steps("white_dots").tolist() == list(range(1_000, settings.num_steps + 1, 1_000))
    accuracy = table["accuracy_d"]
    assert ((0.70 <= accuracy) & (accuracy <= 0.98)).sum() >= 15


def test_memory_grows_in_a_straight_line_with_the_batch():
    table = np.loadtxt(RESULTS / "05_memory.csv", delimiter=",", skiprows=2)  # without the line of an empty process
    line = np.polynomial.Polynomial.fit(*table.T, deg=1)
    assert np.abs(line(table[:, 0]) - table[:, 1]).max() < 0.03 * table[-1, 1]
