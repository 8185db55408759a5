"""`config.json`: all that a run depends on, written at its start, and read to go on with it or to judge it."""

import platform
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gan_course.data.sources import Digits, Folder, Source, Sunflowers, source_named
from gan_course.errors import CourseError
from gan_course.lessons import LESSONS, load_lesson
from gan_course.runs.folder import CONFIG, read_json

RECORDED_VERSIONS = ("mindspore", "numpy", "gan-course")


def describe(lesson: str, settings: Any, seed: int) -> dict[str, Any]:
    """The content of `config.json`: enough to make the run again."""
    return {
        "lesson": lesson,
        "seed": seed,
        "settings": {name: as_json(value) for name, value in by_name(settings).items()},
        "versions": {"python": platform.python_version()} | {name: version(name) for name in RECORDED_VERSIONS},
    }


def by_name(settings: Any) -> dict[str, Any]:
    """The fields of a dataclass by name, each as it is."""
    return {field.name: getattr(settings, field.name) for field in fields(settings)}


def as_json(value: Any) -> Any:
    """A setting as JSON holds it: a source by its name, a tuple as a list."""
    if isinstance(value, Digits | Sunflowers | Folder):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def read_config(folder: Path) -> dict[str, Any]:
    """What `describe` said of the run in `folder`.

    Raises:
        CourseError: there is no run.
    """
    config = read_json(folder / CONFIG)
    if config is None or not {"lesson", "settings", "seed"} <= config.keys() or config["lesson"] not in LESSONS:
        raise CourseError(f"{folder} holds no run: train one with gan-course train LESSON --out {folder}")
    return config


def read_settings(config: dict[str, Any], folder: Path) -> Any:
    """The settings of a run, as its lesson's `Settings`.

    Raises:
        CourseError: they are of another version of the course.
    """
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in config["settings"].items()}
    expected = {field.name for field in fields(load_lesson(config["lesson"]).Settings)}
    if values.keys() != expected:
        raise CourseError(f"{folder} has settings of another version of the course: train it again with --force")
    if "data" in values:
        values["data"] = source_named(values["data"])
    return load_lesson(config["lesson"]).Settings(**values)


def source_of(settings: Any) -> Source:
    """What a run learns from."""
    return getattr(settings, "data", Digits())


def check_same_run(config: dict[str, Any], folder: Path) -> None:
    """Refuse to go on with a run that was started with other settings; name the first that differs.

    Raises:
        CourseError: so, or there is no run.
    """
    before = read_config(folder)
    if before["settings"].keys() != config["settings"].keys() and before["lesson"] == config["lesson"]:
        raise CourseError(f"{folder} was trained by another version of the course: train it again with --force")
    old, new = (found | found["settings"] for found in (before, config))
    for key in ("lesson", "seed", *new["settings"]):
        if old.get(key) != new[key]:
            raise CourseError(
                f"{folder} was started with {key} {old.get(key)}, not {new[key]}: resume it with the same, or choose "
                "another --out"
            )
