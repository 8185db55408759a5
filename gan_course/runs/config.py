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


def describe(lesson: str, settings: Any, seed: int, start: str | None = None) -> dict[str, Any]:
    """The content of `config.json`: enough to make the run again.

    `start` names what its weights come from, where they are not drawn.
    """
    return {
        "lesson": lesson,
        "seed": seed,
        **({} if start is None else {"from": start}),
        "settings": settings_as_json(settings),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in RECORDED_VERSIONS},
    }


def settings_as_json(settings: Any) -> dict[str, Any]:
    """All settings by name, as JSON holds them."""
    return {name: as_json(value) for name, value in by_name(settings).items()}


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
    expected = {field.name for field in fields(load_lesson(config["lesson"]).Settings)}
    if config["settings"].keys() != expected:
        raise CourseError(f"{folder} has settings of another version of the course: train it again with --force")
    return settings_from_json(config["lesson"], config["settings"])


def settings_from_json(lesson: str, content: dict[str, Any]) -> Any:
    """Undo `settings_as_json`; a setting that is missing takes its default."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
    if "data" in values:
        values["data"] = source_named(values["data"])
    return load_lesson(lesson).Settings(**values)


def source_of(settings: Any) -> Source:
    """What a run learns from."""
    return getattr(settings, "data", Digits())


def resumed(config: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The config of a run that is gone on with: its own, or that of the same run made longer.

    Of a longer one it keeps for how many steps the run was meant before, the first first: schedules that fall to the
    end were others then, so that a fresh run of as many steps would be another one.

    Raises:
        CourseError: the run was started with other settings or versions, of which the first is named, or there is none.
    """
    before = read_config(folder)
    if before["settings"].keys() != config["settings"].keys() and before["lesson"] == config["lesson"]:
        raise CourseError(
            f"{folder} was trained by another version of the course: train anew (--force; in a notebook anew=True)"
        )
    old, new = (found | found["settings"] for found in (before, config))
    for key in ("lesson", "seed", "from", *config["settings"]):
        longer = key == "num_steps" and old[key] < new[key]
        if old.get(key) != new.get(key) and not longer:
            raise CourseError(
                f"{folder} was started with {key} {old.get(key)}, not {new.get(key)}: resume it with the same, "
                "choose another folder (--out), or train anew (--force; in a notebook anew=True)"
            )
    for name in RECORDED_VERSIONS:
        then, now = (found["versions"].get(name) for found in (before, config))
        if then != now:  # the bits would differ
            raise CourseError(
                f"{folder} was started with {name} {then}, not {now}: resume it with that version, or train "
                "anew (--force; in a notebook anew=True)"
            )
    earlier = before.get("earlier_num_steps", [])
    if old["num_steps"] < new["num_steps"]:
        earlier = [*earlier, old["num_steps"]]
    return config | ({"earlier_num_steps": earlier} if earlier else {})
