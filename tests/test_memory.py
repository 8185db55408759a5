"""Peak memory against arrays of a known size."""

import sys

import numpy as np
import pytest

from gan_course.errors import CourseError
from gan_course.evaluation import memory
from gan_course.evaluation.memory import own_peak_megabytes, peak_megabytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

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
