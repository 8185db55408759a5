"""How much memory a training takes, from the shapes of its layers, before it begins; and how much there is."""

import sys
from pathlib import Path

import psutil
from mindspore import nn

from gan_course.errors import CourseError
from gan_course.evaluation.memory import own_peak_megabytes
from gan_course.lessons.experiment import Experiment
from gan_course.models.layers import UpsampleConv

FLOAT = 4  # bytes
COMPILED = 130e6  # bytes of a compiled step, whatever its size: measured
HELD = 3.2  # times that the outputs of all layers are there when a step needs most, forward and backward: measured
CHUNK = 200  # pictures that are drawn at a time, by `models.inference.generate`


def check_memory(experiment: Experiment) -> None:
    """Refuse a training that the memory will not hold, before it begins.

    Raises:
        CourseError: it needs more than there is; a batch that would do is named, if there is one.
    """
    free, needed = free_bytes(), training_bytes(experiment)
    if free is None or needed <= free:
        return
    size = experiment.batches.batch_size  # of all updates of a step
    of_the_batch = max(training_bytes(experiment, 2 * size) - needed, 1)
    share = 1 - (needed - free) / of_the_batch
    batch_size = share * experiment.settings.batch_size
    fits = batch_size >= 2 and training_bytes(experiment, int(share * size)) <= free
    advice = f"--batch-size {int(batch_size)}" if fits else "smaller pictures, by --size"
    raise CourseError(
        f"the training needs about {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free: choose {advice}"
    )


def peak_bytes(experiment: Experiment) -> float:
    """Bytes that the process will have held when the training ends: before it, or in it."""
    before = (own_peak_megabytes() or 0) * 1e6  # reading the pictures may have taken more
    return max(before, psutil.Process().memory_info().rss + training_bytes(experiment))


def training_bytes(experiment: Experiment, batch_size: int | None = None) -> float:
    """Bytes that a training takes beside what it holds already when it was built: pictures and networks.

    Gradients and moments of the optimisers, which are not there before the first step, the outputs of all layers for
    a batch, and those for the pictures that are drawn and judged.

    Args:
        experiment: not begun yet.
        batch_size: of all updates of a step; by default that of the experiment.
    """
    batch_size = experiment.batches.batch_size if batch_size is None else batch_size
    image_shape = experiment.batches.arrays[0].shape[1:]
    players = [cell for name, cell in experiment.networks.items() if name != "average"]
    outputs = {name: layer_outputs(cell, image_shape) for name, cell in experiment.networks.items()}
    weights = sum(parameter.size for cell in players for parameter in cell.trainable_params())
    moments = 2 if any(isinstance(cell, nn.Adam) for cell in experiment.cells.values()) else 1  # of each weight
    step = HELD * batch_size * sum(sum(sizes) for name, sizes in outputs.items() if name != "average")
    drawing = 2 * CHUNK * sum(sorted(outputs.get("generator", outputs.get("model", [])))[-2:])
    judged = 2 * getattr(experiment.settings, "num_samples", 0) * experiment.batches.arrays[0][:1].size
    return COMPILED + FLOAT * ((1 + moments) * weights + max(step, drawing) + judged)


def layer_outputs(network: nn.Cell, image_shape: tuple[int, ...]) -> list[int]:
    """How many numbers each layer with weights puts out for one picture.

    Args:
        network: of dense layers, or one that makes pictures of `start_shape`, or one that sees pictures.
        image_shape: `(C, H, W)` of what it sees, if it sees pictures.
    """
    area, areas, sizes, within = image_shape[-1] * image_shape[-2], {}, [], ()
    for name, cell in network.cells_and_names():
        if within and name.startswith(within):
            continue  # the weights of a layer that was counted
        if hasattr(cell, "start_shape"):
            channels, height, width = cell.start_shape
            area = areas[channels] = height * width
        if isinstance(cell, nn.Dense):
            sizes.append(cell.out_channels)
        elif isinstance(cell, UpsampleConv | nn.Conv2dTranspose):
            layer, within = (cell.conv, f"{name}.") if isinstance(cell, UpsampleConv) else (cell, ())
            area *= 4
            areas[layer.out_channels] = area
            sizes.append(layer.out_channels * area)
        elif isinstance(cell, nn.Conv2d):
            area //= cell.stride[-1] ** 2
            areas[cell.out_channels] = area
            sizes.append(cell.out_channels * area)
        elif isinstance(cell, nn.BatchNorm2d):  # may be listed behind all convolutions
            sizes.append(cell.num_features * areas[cell.num_features])
    return sizes


def free_bytes() -> float | None:
    """Bytes that this process may still take: of the machine, of its container, and by `ulimit -v`; None if unknown."""
    rooms = [psutil.virtual_memory().available]
    if sys.platform != "win32":
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit != resource.RLIM_INFINITY:
            rooms.append(limit - psutil.Process().memory_info().vms)
    container = Path("/sys/fs/cgroup")
    try:
        most, used = ((container / f"memory.{name}").read_text() for name in ("max", "current"))
        rooms.append(int(most) - int(used))
    except (OSError, ValueError):  # no container, or one without a limit, "max"
        pass
    return min(rooms)
