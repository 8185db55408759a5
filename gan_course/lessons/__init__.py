"""One file a lesson: its settings as data, and its networks, step and batches put together."""

import importlib
from types import ModuleType
from typing import Any, NamedTuple

from gan_course.errors import CourseError


class Lesson(NamedTuple):
    """What can be said of a lesson before MindSpore is needed."""

    notebook: str | None  # None: on the command line only
    title: str
    best: str  # the key of metrics.json that stands for the lesson in a line
    any_pictures: bool = False  # whether it can learn from other pictures than its own
    classes: bool = False  # whether one can choose classes, and how many pictures of each
    experiments: str | None = None  # a second notebook, for the curious
    trains: bool = True  # whether the command line can train it; else it is a notebook only

    @property
    def notebooks(self) -> list[str]:
        """Names of its notebooks, in the order in which to read them."""
        return [name for name in (self.notebook, self.experiments) if name]


LESSONS = {
    "autoencoder": Lesson("01_autoencoder", "Autoencoder", "test_mae"),
    "vae": Lesson("02_vae", "Variational autoencoder", "test_neg_elbo"),
    "gan": Lesson("03_first_gan", "The first GAN", "white_dots"),
    "mlp-gan": Lesson(
        "04_mlp_gan_sunflowers",
        "MLP GAN on sunflowers",
        "texture_kernel_distance",
        any_pictures=True,
        experiments="04b_mlp_gan_experiments",
    ),
    "dcgan": Lesson(
        "05_dcgan", "DCGAN", "classifier_confidence", any_pictures=True, experiments="05b_dcgan_experiments"
    ),
    "acgan": Lesson(
        "06_acgan",
        "ACGAN",
        "lowest_class_accuracy",
        any_pictures=True,
        classes=True,
        experiments="06b_acgan_experiments",
    ),
    "wgan-gp": Lesson(
        "07_mode_collapse",
        "Mode collapse",
        "modes_captured",
        any_pictures=True,
        experiments="07b_mode_collapse_experiments",
    ),
    "judging": Lesson("08_judging_samples", "Judging samples", "best_frechet_classifier_distance", trains=False),
    "museum": Lesson("09_failure_museum", "The failure museum", "variety"),
}
TRAINED = [name for name, lesson in LESSONS.items() if lesson.trains]


def check_lesson(name: str) -> str:
    """Return `name` if there is a lesson of that name that can be trained.

    Raises:
        CourseError: there is none, or it is a notebook only.
    """
    if name not in LESSONS:
        raise CourseError(f"there is no lesson {name!r}: choose one of {', '.join(TRAINED)}")
    if not LESSONS[name].trains:
        raise CourseError(f"lesson {name} is a notebook only: open notebooks/{LESSONS[name].notebook}.ipynb")
    return name


def name_of(settings: Any) -> str:
    """The name of the lesson that settings are of: the file of their class tells."""
    return type(settings).__module__.split(".")[2].replace("_", "-")


def load_lesson(name: str) -> ModuleType:
    """Import a lesson, and MindSpore with it.

    The module has `Settings`, `SETTINGS` by profile and `build(settings, seed)`, which gives an `Experiment`; where a
    lesson takes any pictures also `for_pictures(settings, data, size, gray)`.
    """
    return importlib.import_module(f"gan_course.lessons.{check_lesson(name).replace('-', '_')}")
