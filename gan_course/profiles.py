"""How long to train, and where results go: the one place that reads the environment.

GAN_COURSE_PROFILE: `smoke` (seconds, to see that everything runs), `class` (the default: minutes on a laptop, and it
looks good) or `full` (the setting of the published experiment, or better).
GAN_COURSE_OUTPUTS: the folder for results, `outputs` in the repository by default.
NBGRADER_EXECUTION is set by nbgrader while it runs a notebook; DISPLAY or WAYLAND_DISPLAY where Linux has windows;
MS_ROLE and DEVICE_ID by msrun, MindSpore's launcher, in all that it starts; GAN_COURSE_WORKERS and GAN_COURSE_LAUNCHER
by the command that starts msrun: the number of workers that share this machine, and the command's own process.
"""

import os
import sys
from pathlib import Path

from gan_course.errors import CourseError
from gan_course.files import check_writable

PROFILES = ("smoke", "class", "full")


def current_profile() -> str:
    """The profile chosen by `GAN_COURSE_PROFILE`.

    Raises:
        CourseError: it names no profile.
    """
    return check_profile(os.environ.get("GAN_COURSE_PROFILE", "class"))


def check_profile(profile: str) -> str:
    """Return `profile` if there is one of that name."""
    if profile not in PROFILES:
        raise CourseError(f"there is no profile {profile!r}: choose {', '.join(PROFILES[:-1])} or {PROFILES[-1]}")
    return profile


def outputs_folder() -> Path:
    """The folder for all results, which need not exist yet."""
    return Path(os.environ.get("GAN_COURSE_OUTPUTS") or Path(__file__).resolve().parents[1] / "outputs")


def output_folder(lesson: str) -> Path:
    """Make and return the folder for a lesson's results.

    Raises:
        CourseError: it cannot be made, or nothing can be written into it.
    """
    folder = outputs_folder() / lesson
    try:
        folder.mkdir(parents=True, exist_ok=True)
        check_writable(folder)
    except OSError as error:
        raise CourseError(
            f"cannot write to {folder} ({error.strerror}): set GAN_COURSE_OUTPUTS to a folder that can be written"
        ) from None
    return folder


def graded() -> bool:
    """Whether nbgrader is running the notebook: it says so in the environment. Who writes to stderr gets no points."""
    return "NBGRADER_EXECUTION" in os.environ


def has_windows() -> bool:
    """Whether a browser could open a window. Without one, Python would start a browser that takes over the terminal."""
    return sys.platform != "linux" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


def launched() -> bool:
    """Whether msrun started this process, as one of several workers or as their scheduler."""
    return "MS_ROLE" in os.environ


def launch_environment(workers: int) -> dict[str, str]:
    """The environment for msrun: it calls `python`, which must be ours, and tells at level 3 how a worker ended."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    ours = {"PATH": path, "GLOG_v": "3", "PYTHONUNBUFFERED": "1", "GAN_COURSE_WORKERS": str(workers)}
    return os.environ | ours | {"GAN_COURSE_LAUNCHER": str(os.getpid())}


def launcher() -> int | None:
    """The id of the command's process that started msrun; None where somebody called msrun himself."""
    number = os.environ.get("GAN_COURSE_LAUNCHER")
    return None if number is None else int(number)


def keep_to_own_cores() -> None:
    """Leave to other workers of this machine their part of its cores; to be called before MindSpore makes threads.

    They wait by spinning, and would take each other's time: with two workers on two cores a step could take minutes.
    """
    workers = int(os.environ.get("GAN_COURSE_WORKERS", "1"))
    number = int(os.environ.get("DEVICE_ID", "0"))  # msrun counts the workers of a machine so
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[number::workers] or [cores[number % len(cores)]])
