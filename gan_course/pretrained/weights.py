"""The file of a shipped generator: weights in float16, half the size of a checkpoint's, and what they belong to."""

import hashlib
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from gan_course.data.sources import Folder
from gan_course.errors import CourseError
from gan_course.lessons import check_lesson, load_lesson
from gan_course.lessons.trained import Saved, Trained
from gan_course.runs.config import settings_as_json, settings_from_json
from gan_course.training.weights import weights_of

CHECKSUMS = "checksums.txt"


def write(path: Path, trained: Trained, step: int) -> None:
    """Write generator and, where there is one, discriminator to `path`, a NumPy `.npz` without pickled objects.

    Raises:
        CourseError: a weight that float16 cannot hold.
    """
    content = {}
    networks = {generator_key(trained.lesson): trained.generator, "discriminator": trained.discriminator}
    for network, cell in networks.items():
        for name, value in weights_of(cell).items() if cell is not None else ():
            with np.errstate(over="ignore"):  # it is refused below
                content[f"{network}/{name}"] = value.astype(np.float16)
    if bad := [name for name, value in content.items() if not np.isfinite(value).all()]:
        raise CourseError(f"{bad[0]} holds numbers beyond float16, 65504: train with smaller ones")
    np.savez_compressed(path, about=np.array(json.dumps(about(trained, step))), **content)
    list_checksums(path.parent)


def list_checksums(folder: Path) -> None:
    """Write down what the files of a folder hold, as `sha256sum` does: `unchanged` compares."""
    text = "".join(map(checksum, sorted(folder.glob("*.npz"))))
    (folder / CHECKSUMS).write_text(text, encoding="utf-8", newline="\n")


def unchanged(path: Path) -> bool:
    """Whether a file is the one whose checksum was written down."""
    return checksum(path) in (path.parent / CHECKSUMS).read_text(encoding="utf-8").splitlines(keepends=True)


def checksum(path: Path) -> str:
    """A line of `sha256sum`."""
    return f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"


def about(trained: Trained, step: int) -> dict[str, Any]:
    """What the weights belong to; of a folder of pictures only its name is told."""
    settings = settings_as_json(trained.settings)
    if isinstance(getattr(trained.settings, "data", None), Folder):
        settings["data"] = f"./{trained.settings.data.path.name}"
    return {
        "lesson": trained.lesson,
        "settings": settings,
        "class_names": list(trained.class_names),
        "image_shape": list(trained.image_shape),
        "step": step,
    }


def read(path: Path) -> Saved:
    """What `write` wrote, weights in float32; settings that came later have their defaults.

    Raises:
        CourseError: a file that `write` did not write or that was changed since, or settings that there are no more.
    """
    try:
        if not unchanged(path):
            raise ValueError
        with np.load(path, allow_pickle=False) as file:
            told = json.loads(str(file["about"]))
            arrays = {key: file[key].astype(np.float32) for key in file.files if key != "about"}
    except Exception:  # a damaged zip shows itself in many ways
        raise CourseError(f"{path} is damaged, or another file: get it again with git checkout") from None
    module = load_lesson(check_lesson(told["lesson"]))
    if gone := told["settings"].keys() - {field.name for field in fields(module.Settings)}:
        raise CourseError(f"{path} is of another version of the course: it has the setting {min(gone)}")
    weights: dict[str, dict[str, np.ndarray]] = {}
    for key, value in arrays.items():
        network, _, name = key.partition("/")
        weights.setdefault(network, {})[name] = value
    return Saved(
        name=path.stem,
        lesson=told["lesson"],
        settings=settings_from_json(told["lesson"], told["settings"]),
        class_names=tuple(told["class_names"]),
        step=told["step"],
        weights=weights,
    )


def generator_key(lesson: str) -> str:
    """The name of the network that draws, as in a checkpoint: of a VAE its model, of which only the decoder is kept."""
    return "model" if lesson == "vae" else "generator"
