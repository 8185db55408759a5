"""Estimate the memory of trainings and measure it, each in a process of its own: `python -m scripts.memory`.

Only on Linux, and with some gigabytes free; a few minutes on two quiet cores. Prints a table in MB (10^6 bytes): the
peak that `runs.memory` expects when all is built, the one that three steps with an evaluation came to, and their ratio.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gan_course.evaluation.memory import peak_megabytes

Setting = tuple[str, tuple[str, tuple[int, int]] | None, dict[str, Any]]

# Lesson, what is passed to its `for_pictures` (data, size), and further settings.
SETTINGS: list[Setting] = [
    ("vae", None, {"batch_size": 512}),
    ("dcgan", None, {"batch_size": 1024}),
    ("mlp-gan", ("sunflowers:64", (96, 96)), {"gray": False}),
    ("acgan", ("sunflowers:64", (64, 64)), {"batch_size": 64}),
    ("wgan-gp", ("sunflowers:256", (64, 64)), {"batch_size": 128}),
    ("dcgan", ("sunflowers:256", (128, 128)), {"batch_size": 128}),
]
TRAIN = """
import sys
from dataclasses import replace
from pathlib import Path
from gan_course.data.sources import source_named
from gan_course.lessons import load_lesson
from gan_course.runs.memory import peak_bytes
from gan_course.training.history import History
lesson, pictures, changes = eval(sys.argv[1])
module = load_lesson(lesson)
settings = module.SETTINGS["smoke"]
if pictures:
    settings = module.for_pictures(settings, source_named(pictures[0]), pictures[1])
settings = replace(settings, num_steps=3, **changes)
experiment = module.build(settings, 0)
Path(sys.argv[2]).write_text(str(peak_bytes(experiment) / 1e6))
experiment.train(History())
"""


def measured(setting: Setting) -> tuple[float, float]:
    """The peak of a training in MB, as estimated before it and as measured."""
    with TemporaryDirectory() as place:
        found = peak_megabytes(TRAIN, repr(setting), Path(place, "estimate"))
        return float(Path(place, "estimate").read_text()), found


def words(setting: Setting) -> str:
    """A setting in a line."""
    lesson, pictures, changes = setting
    size = [] if pictures is None else ["x".join(map(str, pictures[1]))]
    return ", ".join([lesson, *size, *(f"{name} {value}" for name, value in changes.items())])


def main() -> None:
    """Print a line a setting, as it comes."""
    print("| setting | estimated, MB | measured, MB | ratio |\n|---|---:|---:|---:|", flush=True)
    for setting in SETTINGS:
        estimate, found = measured(setting)
        print(f"| {words(setting)} | {estimate:.0f} | {found:.0f} | {estimate / found:.2f} |", flush=True)


if __name__ == "__main__":
    main()
