"""How long to train, and where results go: the one place that reads the environment.

GAN_COURSE_PROFILE: `smoke` (seconds, to see that everything runs), `class` (the default: minutes on a laptop, and it
looks good) or `full` (the setting of the published experiment, or better).
GAN_COURSE_OUTPUTS: the folder for results, `outputs` in the repository by default.
NBGRADER_EXECUTION is set by nbgrader while it runs a notebook; DISPLAY or WAYLAND_DISPLAY where Linux has windows.
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
