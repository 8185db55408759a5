"""What a run leaves to draw from, to go on from or to ship: its last networks, and what they are."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from gan_course.errors import CourseError
from gan_course.lessons.trained import Saved
from gan_course.runs.config import check_as_trained, read_config, read_settings
from gan_course.runs.folder import CHECKPOINT
from gan_course.training.checkpoints import found, read_checkpoint, stored_weights
from gan_course.training.history import History


def read_run(folder: Path) -> Saved:
    """The last networks of the run in `folder`; what it learnt from need not be there any more.

    Raises:
        CourseError: no run, one without a checkpoint, of another version of the course, or whose settings were changed.
    """
    config = read_config(folder)
    settings = read_settings(config, folder)
    if not found(folder / CHECKPOINT):
        raise CourseError(f"{folder} has no {CHECKPOINT} yet: let its training go on, with --resume or --force")
    state, content = read_checkpoint(folder / CHECKPOINT)
    check_as_trained(config, state, folder)
    return Saved(
        name=str(folder),
        lesson=config["lesson"],
        settings=settings,
        class_names=class_names(config, settings),
        step=History.from_csv(state["history"]).last_step,
        weights=stored_weights(content),
    )


def class_names(config: dict[str, Any], settings: Any) -> tuple[str, ...] | None:
    """The classes that a run's generator can be asked for; () if it knows none, None where only the data can tell."""
    if "class_names" in config:
        return tuple(config["class_names"])
    return None if "classes" in {field.name for field in fields(settings)} else ()
