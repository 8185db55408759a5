"""Checkpoints: one file that holds everything a run depends on, so that it can go on bit for bit."""

import json
import os
from pathlib import Path
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.errors import CourseError
from gan_course.training.weights import Weights, is_mask, place_of


def save_checkpoint(
    path: Path, cells: dict[str, nn.Cell], state: dict[str, Any], arrays: dict[str, np.ndarray] | None = None
) -> None:
    """Write networks, optimisers and the rest of a run's state to `path`, a NumPy `.npz`.

    The file is written beside its place and moved there when complete: a crash leaves the older one whole.

    Args:
        path: where to; its folder is made.
        cells: networks and optimisers by name.
        state: anything JSON can hold: data order, history.
        arrays: further arrays by name.
    """
    content = {f"array/{name}": array for name, array in (arrays or {}).items()}
    for name, cell in cells.items():
        content |= {f"cell/{name}/{parameter.name}": parameter.asnumpy() for parameter in cell.get_parameters()}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.stem}.unfinished.npz")
    with unfinished.open("wb") as file:
        np.savez(file, state=np.array(json.dumps(state)), **content)
    os.replace(unfinished, path)


def load_checkpoint(path: Path, cells: dict[str, nn.Cell]) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Put the stored parameters into `cells`; return the stored state and arrays.

    A list of learning rates, one a step, that is of another length than the stored one stays: the run is made longer.

    Raises:
        CourseError: no checkpoint there, a damaged one, or one of other networks.
    """
    state, content = read_checkpoint(path)
    for name, cell in cells.items():
        for parameter in cell.get_parameters():
            value = content.get(f"cell/{name}/{parameter.name}")
            is_schedule = parameter.name.rpartition(".")[2] == "learning_rate" and len(parameter.shape) == 1
            if is_schedule and value is not None and value.shape != parameter.shape:
                continue
            if value is None or value.shape != parameter.shape:
                raise CourseError(f"{path} is a checkpoint of another network: {name} has {parameter.name}")
            parameter.set_data(ms.Tensor(value))
    arrays = {key.removeprefix("array/"): value for key, value in content.items() if key.startswith("array/")}
    return state, arrays


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


def read_checkpoint(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The state that `save_checkpoint` wrote, and all arrays by their names in the file.

    Raises:
        CourseError: no checkpoint there, or a damaged one.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            content = dict(file)
        state = json.loads(str(content["state"]))
    except FileNotFoundError:
        raise CourseError(f"there is no checkpoint at {path}: start the run without --resume") from None
    except Exception:  # a damaged zip shows itself in many ways
        raise CourseError(f"{path} is damaged: start the run again with --force") from None
    return state, content
