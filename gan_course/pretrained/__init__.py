"""Generators that come with the course: `NAME.npz` has the weights, `NAME.md` says how they were trained.

from gan_course import pretrained
digits = pretrained.load("digits")
pictures = digits.sample(16, np.random.default_rng(0))  # (16, 1, 28, 28) in [-1, 1]
"""

from pathlib import Path

from gan_course.errors import CourseError

FOLDER = Path(__file__).resolve().parent


def names() -> list[str]:
    """Names of all that come along, in order."""
    return sorted(path.stem for path in FOLDER.glob("*.npz"))


def check_name(name: str) -> str:
    """Return `name` if a generator of that name comes along.

    Raises:
        CourseError: there is none.
    """
    if name not in names():
        raise CourseError(f"no generator {name!r} comes with the course: {choose_one()}")
    return name


def choose_one() -> str:
    """What there is to choose from, in words."""
    return f"choose one of {', '.join(names())}" if names() else "there are none yet"


def load(name: str):
    """The networks of that name in evaluation mode, a `lessons.trained.Trained`: `load(name).sample(16, rng)`.

    Raises:
        CourseError: there are none.
    """
    check_name(name)

    from gan_course.lessons.trained import revive  # imports MindSpore, which the list of names does not need
    from gan_course.pretrained.weights import read

    return revive(read(FOLDER / f"{name}.npz"))
