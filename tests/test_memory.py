"""Peak memory against arrays of a known size."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gan_course.errors import CourseError
from gan_course.evaluation import memory
from gan_course.evaluation.memory import own_peak_megabytes, peak_megabytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

ROOT = Path(__file__).resolve().parents[1]
LONG_TRAINING = """
import os, sys
from pathlib import Path
sys.path.insert(0, "tests")
from tiny import few_digits, tiny_settings
from gan_course.runs import resume
from gan_course.runs.train import train_lesson

def audience(experiment, recorder, history):
    def tell(step, losses):
        if step in (500, 5_000):
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            print("resident", pages * os.sysconf("SC_PAGE_SIZE"))
    return tell

resume.SECONDS_BETWEEN_CHECKPOINTS = 0.2
settings = tiny_settings("gan", num_steps=5_000, evaluate_every=250)
with few_digits():
    train_lesson("gan", settings, 0, Path(sys.argv[1]), audience=audience)
"""
ONES = "import sys, numpy as np; a = np.ones(int(sys.argv[1]), np.uint8); del a"


def test_an_array_that_is_gone_still_counts_once():
    ground, more = peak_megabytes(ONES, 0), peak_megabytes(ONES, 200_000_000)
    assert more - ground == pytest.approx(200, abs=5)


def test_the_size_of_the_calling_process_does_not_count():
    ground = peak_megabytes(ONES, 0)
    held = np.ones(300_000_000, np.uint8)
    assert peak_megabytes(ONES, 0) == pytest.approx(ground, abs=5) and held[-1] == 1


def test_the_own_peak_rises_with_an_array_and_stays_when_it_is_gone():
    before = own_peak_megabytes()
    held = np.ones(int(before * 1e6) + 100_000_000, np.uint8)  # more than the peak so far, whatever is free now
    peak = own_peak_megabytes()
    del held
    assert peak > before + 100 and own_peak_megabytes() > peak - 5


@pytest.mark.parametrize(
    ("code", "said"),
    [("raise MemoryError('no room')", "MemoryError: no room"), ("import os; os.kill(os.getpid(), 9)", "signal 9")],
)
def test_what_fails_is_a_course_error(code, said):
    with pytest.raises(CourseError, match=f"{said}.*try a smaller batch"):
        peak_megabytes(code)


def test_the_kernel_counts_in_1024_bytes_and_a_megabyte_has_a_million(tmp_path, monkeypatch):
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmPeak:\t  999999 kB\nVmHWM:\t  250000 kB\nVmRSS:\t  100000 kB\n")
    monkeypatch.setattr(memory, "Path", lambda path: status)
    assert own_peak_megabytes() == pytest.approx(256, rel=1e-9)
    status.unlink()
    assert own_peak_megabytes() is None


def test_what_the_code_prints_is_not_its_peak(monkeypatch):
    monkeypatch.setattr(memory, "REPORT", "print(250000)")
    assert peak_megabytes("print(7); print(8)") == pytest.approx(256, rel=1e-9)


@pytest.mark.slow
def test_a_training_of_5000_steps_is_as_large_as_it_was_after_500(tmp_path):
    """With callbacks, evaluations, the frames of its film, and a checkpoint five times a second."""
    command = [sys.executable, "-c", LONG_TRAINING, tmp_path]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    early, late = (int(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("resident "))
    print(f"resident after 500 steps {early / 1e6:.1f} MB, after 5,000 {late / 1e6:.1f} MB, {late / early - 1:+.2%}")
    assert late == pytest.approx(early, rel=0.02)
