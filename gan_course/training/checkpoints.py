"""Checkpoints: one file that holds everything a run depends on, so that it can go on bit for bit."""

import io
import json
import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import nn, ops

from gan_course.errors import CourseError
from gan_course.files import replacing
from gan_course.training.weights import Weights, is_mask, place_of

Content = tuple[dict[str, Any], dict[str, np.ndarray]]  # a state, and arrays by name


def save_checkpoint(
    path: Path,
    cells: dict[str, nn.Cell],
    state: dict[str, Any],
    arrays: dict[str, np.ndarray] | None = None,
    keep: int = 1,
) -> None:
    """Write networks, optimisers and the rest of a run's state to `path`, a NumPy `.npz` with a checksum an array.

    The file is written beside its place and moved there when it is on the disk: a crash leaves the older one whole.

    Args:
        path: where to; its folder is made.
        cells: networks and optimisers by name.
        state: anything JSON can hold: data order, history.
        arrays: further arrays by name.
        keep: how many there are to be; the ones before become `NAME-1.npz`, `NAME-2.npz` and so on.

    Raises:
        OSError: the disk is full or gone; what was there stays.
    """
    content = {f"array/{name}": array for name, array in (arrays or {}).items()}
    content |= {key: parameter.asnumpy() for key, parameter in parameters_of(cells).items()}
    packed = io.BytesIO()  # first, for a zip file that breaks off half-way complains once more when it is forgotten
    np.savez(packed, state=np.array(json.dumps(state)), **content)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(packed.getbuffer())
        file.flush()
        os.fsync(file.fileno())  # only a checkpoint that is safe pushes the others back
        for place, one in pairwise(reversed([path, *before(path, keep)])):
            if one.exists():
                os.replace(one, place)


def before(path: Path, keep: int) -> list[Path]:
    """Where the checkpoints before the one at `path` are kept, the newest first."""
    return [path.with_stem(f"{path.stem}-{number}") for number in range(1, keep)]


def found(path: Path) -> list[Path]:
    """The checkpoint at `path` and those before it, as far as they are there, the newest first.

    After a power cut between two renamings there may be one before without the newest.
    """
    numbered = path.parent.glob(f"{path.stem}-*{path.suffix}")
    return [file for file in (path, *sorted(numbered)) if file.exists()]


def load_checkpoint(path: Path, cells: dict[str, nn.Cell]) -> Content:
    """Put the stored parameters into `cells`; return the stored state and arrays.

    A list of learning rates, one a step, that is of another length than the stored one stays: the run is made longer.

    Raises:
        CourseError: no checkpoint there, damaged ones alone, or one of other networks.
    """
    state, content = read_checkpoint(path)
    return state, put_back(content, cells, path)


def put_back(content: dict[str, np.ndarray], cells: dict[str, nn.Cell], path: Path) -> dict[str, np.ndarray]:
    """What `load_checkpoint` does with what `read_checkpoint` found at `path`; the arrays that are no parameters."""
    for key, parameter in parameters_of(cells).items():
        value = content.get(key)
        is_schedule = parameter.name.rpartition(".")[2] == "learning_rate" and len(parameter.shape) == 1
        if is_schedule and value is not None and value.shape != parameter.shape:
            continue
        if value is None or value.shape != parameter.shape:
            raise CourseError(f"{path} is a checkpoint of another network: {key.split('/')[1]} has {parameter.name}")
        ops.assign(parameter, ms.Tensor(value))  # not `set_data`: a step that is already compiled would not see it
    return {key.removeprefix("array/"): value for key, value in content.items() if key.startswith("array/")}


def parameters_of(cells: dict[str, nn.Cell]) -> dict[str, ms.Parameter]:
    """Every parameter once, by `cell/NAME/` and its own name: an optimiser has those of its network as well."""
    once: dict[int, tuple[str, ms.Parameter]] = {}
    for name, cell in sorted(cells.items(), key=lambda item: isinstance(item[1], nn.Optimizer)):  # networks first
        for parameter in cell.get_parameters():
            once.setdefault(id(parameter), (f"cell/{name}/{parameter.name}", parameter))
    return dict(once.values())


def stored_weights(content: dict[str, np.ndarray]) -> dict[str, Weights]:
    """The weights of every network of a checkpoint by the network's name, as `weights_of` gives them.

    Args:
        content: by `read_checkpoint`.
    """
    networks: dict[str, Weights] = {}
    for key, value in content.items():
        kind, _, rest = key.partition("/")
        cell, _, parameter = rest.partition("/")
        if kind == "cell" and not cell.startswith("optimizer") and not is_mask(parameter):
            networks.setdefault(cell, {})[place_of(cell, parameter)] = value
    return networks


def read_checkpoint(path: Path) -> Content:
    """The state that `save_checkpoint` wrote, and all arrays by their names in the file.

    Where the newest is damaged the one before it is taken, and a line on stderr says so.

    Raises:
        CourseError: no checkpoint there, or damaged ones alone.
    """
    damaged = []
    for file in found(path):
        content = read_whole(file)
        if content is None:
            damaged.append(file.name)
            continue
        if damaged:
            print(f"{path.parent}: {' and '.join(damaged)} damaged, {file.name} taken in its place", file=sys.stderr)
        return content
    if damaged:
        raise CourseError(f"{path} is damaged: start the run again with --force")
    raise CourseError(f"there is no checkpoint at {path}: start the run without --resume")


def read_whole(path: Path) -> Content | None:
    """One checkpoint; None where a byte of it is not as it was written."""
    try:
        with np.load(path, allow_pickle=False) as file:  # compares each array with its checksum
            if sum(part.file_size for part in file.zip.infolist()) > path.stat().st_size:
                return None  # `savez` packs nothing together: a small file that says so might fill the memory
            content = dict(file)
        return json.loads(str(content["state"])), content
    except Exception:  # a damaged zip shows itself in many ways
        return None
