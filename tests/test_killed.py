"""Every lesson killed once (kill -9) at a moment drawn by chance, and gone on with: `make soak` in short."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mortal import KILL
from tiny import NUM_STEPS, parameters

from gan_course.lessons import TRAINED
from gan_course.runs.folder import BEST, CHECKPOINT
from scripts.soak import FILES

ROOT = Path(__file__).resolve().parents[1]
OFTEN = {"start": 1, "step": NUM_STEPS, "flush": 30, "rename": 25, "evaluation": 3, "end": 1}  # at least, in a run
MOMENTS = ["start", "step", "flush", "rename", "evaluation", "step", "flush", "end"]  # a lesson each


@pytest.fixture(scope="module")
def gone_on(tmp_path_factory):
    """The folder of all lessons, each killed in one process and gone on with in the next; and the dead ones' codes."""
    folder, rng, codes = tmp_path_factory.mktemp("killed"), np.random.default_rng(0), []
    last = []
    for lesson, event in zip(TRAINED, MOMENTS, strict=True):
        death = f"{lesson}={event}:{rng.integers(OFTEN[event]) + 1}"
        codes.append(call(folder, *last, death))
        last = [lesson]
    assert call(folder, *last) == 0
    return folder, codes


def call(folder, *lessons):
    command = [sys.executable, ROOT / "tests" / "mortal.py", folder, *lessons]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True).returncode


def test_all_were_killed(gone_on):
    assert gone_on[1] == [-KILL] * len(TRAINED) or sys.platform == "win32"


@pytest.mark.parametrize("lesson", TRAINED)
def test_a_killed_run_that_went_on_is_that_of_one_never_killed(gone_on, finished, lesson):
    folder, expected = gone_on[0] / lesson, finished(lesson)
    assert not [name for name in FILES if (folder / name).read_bytes() != (expected / name).read_bytes()]
    for name in (CHECKPOINT, BEST):
        made, right = (parameters(place / name) or {} for place in (folder, expected))
        assert made.keys() == right.keys()
        assert not [key for key in made if made[key] != right[key] and key != "array/frame_seconds"]
