"""`config.json`: all that a run depends on, written at its start, and read to go on with it or to judge it."""

import json
import platform
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gan_course.data.sources import Digits, Folder, Source, Sunflowers, real_path, source_named
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
    """A setting as JSON holds it: a source by its name, a folder read in its own way by several, a tuple as a list."""
    if isinstance(value, Folder) and (value.labels or value.nearest):
        scaling = {"scaling": "nearest"} if value.nearest else {}
        return {"folder": str(value)} | ({"labels": str(value.labels)} if value.labels else {}) | scaling
    if isinstance(value, Digits | Sunflowers | Folder):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def read_config(folder: Path) -> dict[str, Any]:
    """What `describe` said of the run in `folder`.

    Raises:
        CourseError: there is no run, or somebody wrote something else there.
    """
    config = read_json(folder / CONFIG)
    if config is None or not is_config(config):
        raise CourseError(f"{folder} holds no run: train one with gan-course train LESSON --out {folder}")
    return config


def is_config(content: dict[str, Any]) -> bool:
    """Whether a file says, in the right kinds of JSON, what is read of it; it may be anybody's."""
    kinds = {"lesson": str, "settings": dict}
    at_times = {"versions": dict, "class_names": list, "earlier_num_steps": list}
    return (
        all(isinstance(content.get(name), kind) for name, kind in kinds.items())
        and all(isinstance(content.get(name, kind()), kind) for name, kind in at_times.items())
        and all(isinstance(name, str) for name in content.get("class_names", []))
        and content["lesson"] in LESSONS
        and type(content.get("seed")) is int  # and no bool
    )


def check_as_trained(config: dict[str, Any], state: dict[str, Any], folder: Path) -> None:
    """Hold what `config.json` says against what the checkpoint of the run says, where it is not too old to say it.

    Raises:
        CourseError: they differ; of a run that is being made longer, the steps may.
    """
    trained = state.get("config", config)
    classes = ["class_names"] if "class_names" in config else []  # there are older runs without
    for key in ("lesson", "seed", *classes, *config["settings"]):
        said, true = (value_of(found, key) for found in (config, trained))
        longer = key == "num_steps" and true in config.get("earlier_num_steps", [])
        if json.dumps(said) != json.dumps(true) and not longer:  # 8 is another number than 8.0
            raise CourseError(
                f"{folder / CONFIG} says {key} {said}, and the checkpoint {true}: put it back, or train with --force"
            )


def value_of(config: dict[str, Any], key: str) -> Any:
    """A setting by its name, or what else a config says under it."""
    return config["settings"][key] if key in config["settings"] else config.get(key)


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
        values["data"] = source_from_json(values["data"])
    return load_lesson(lesson).Settings(**values)


def source_from_json(content: str | dict[str, str]) -> Source:
    """Undo `as_json` of a source.

    Raises:
        CourseError: it is none.
    """
    if isinstance(content, str):
        return source_named(content)
    if not isinstance(content, dict) or not all(isinstance(text, str) for text in ("", *content.values())):
        raise CourseError(f"{content} is no source of pictures: train the run again with --force")
    labels = real_path(content["labels"]) if "labels" in content else None
    return Folder(real_path(content.get("folder", ".")), labels, content.get("scaling") == "nearest")


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
    for key in ("lesson", "seed", "from", *config["settings"]):
        old, new = (value_of(found, key) for found in (before, config))
        longer = key == "num_steps" and isinstance(old, int) and old < new
        if old != new and not longer:
            raise CourseError(
                f"{folder} was started with {key} {old}, not {new}: resume it with the same, "
                "choose another folder (--out), or train anew (--force; in a notebook anew=True)"
            )
    for name in RECORDED_VERSIONS:
        then, now = (found.get("versions", {}).get(name) for found in (before, config))
        if then != now:  # the bits would differ
            raise CourseError(
                f"{folder} was started with {name} {then}, not {now}: resume it with that version, or train "
                "anew (--force; in a notebook anew=True)"
            )
    earlier = before.get("earlier_num_steps", [])
    old, new = (value_of(found, "num_steps") for found in (before, config))
    if old < new:
        earlier = [*earlier, old]
    return config | ({"earlier_num_steps": earlier} if earlier else {})
