"""How much memory a piece of work takes: the peak of a fresh process that does it."""

import subprocess
import sys
from pathlib import Path

from gan_course.errors import CourseError

# The kernel's high-water mark, in kB. Not `resource.getrusage`: its peak is handed down from the calling process.
REPORT = "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"


def own_peak_megabytes(process: int | str = "self") -> float | None:
    """The most memory that this process, or one of that id, has held at a time so far, in MB (10^6 bytes).

    None if not on Linux.
    """
    status = Path(f"/proc/{process}/status")
    return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024 / 1e6 if status.exists() else None


def peak_megabytes(code: str, *arguments: object) -> float:
    """Run Python `code` in a process of its own and return the most memory that it held at a time, in MB (10^6 bytes).

    The whole process counts, Python and MindSpore included: measure the same code without the work for the ground
    that it stands on. Only on Linux.

    Args:
        code: Python; finds `arguments` in `sys.argv[1:]`, as strings.
        arguments: such as a batch size.

    Raises:
        CourseError: the code failed, or was killed because the memory ran out.
    """
    command = [sys.executable, "-c", f"{code}\n{REPORT}", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"signal {-done.returncode}"])[-1]
        raise CourseError(f"the measured process ended with an error ({last}): try a smaller batch")
    return int(done.stdout.splitlines()[-1]) * 1024 / 1e6
