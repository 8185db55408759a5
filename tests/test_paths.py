"""Nothing that people read names a place on the machine where it was written."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PLACE = re.compile(r"(?<![\w.~:/-])/(?:tmp|root|home|work|Users)/\w")
READ = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("notebooks/**/*.ipynb"),
    *ROOT.glob("notebooks/results/*.csv"),
    *ROOT.glob("gan_course/**/*.md"),
    *ROOT.glob("benchmarks/*.md"),
]


@pytest.mark.parametrize("path", READ, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_path_of_one_machine(path):
    found = PLACE.search(path.read_text(encoding="utf-8"))
    assert found is None, f"{path.name} has {found and found.group()}"


@pytest.mark.parametrize("folder", ["tmp", "root", "home", "work", "Users"])
def test_such_a_path_is_found(folder):
    assert PLACE.search(f"failed, path[/{folder}/kernel_1/2.py]")
    assert not PLACE.search(f"https://example.org/{folder}/x, ./{folder}/a")
