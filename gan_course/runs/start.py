"""Begin a training with weights of another one."""

from collections.abc import Mapping
from typing import Any

from gan_course.errors import CourseError
from gan_course.lessons.experiment import Experiment
from gan_course.lessons.trained import Saved
from gan_course.training.weights import difference, parameters_of, put


def begin_with(experiment: Experiment, start: Saved) -> str:
    """Put the weights of `start` into the networks of `experiment`, and say so; what it has none of stays as drawn.

    An averaged generator need not be set: at its first step the average is the generator itself. Optimisers begin
    afresh.

    Raises:
        CourseError: networks that differ, or none in common.
    """
    wanted = in_parts({name: parameters_of(cell) for name, cell in experiment.networks.items() if name != "average"})
    found = in_parts({name: weights for name, weights in start.weights.items() if name != "average"})
    common = [part for part in wanted if part in found]
    if not common:
        raise CourseError(f"{start.name} has none of the networks that are trained here: {', '.join(wanted)}")
    for part in common:
        if differs := difference(wanted[part], found[part]):
            raise CourseError(
                f"{start.name} has another {part.replace('_', ' ')}: {differs}; choose the same lesson, pictures and "
                "--profile"
            )
    for part in common:
        put(wanted[part], found[part], start.name)
    fresh = [part for part in wanted if part not in found]
    said = f"begins with the {' and '.join(common)} of {start.name}, step {start.step}"
    return said + (f"; fresh: {' and '.join(fresh)}" if fresh else "")


def in_parts(networks: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Parameters by network -> the same by part: a network, or of an autoencoder each of those within its model."""
    parts: dict[str, dict[str, Any]] = {}
    for network, parameters in networks.items():
        for name, value in parameters.items():
            part = name.partition(".")[0] if network == "model" else network
            parts.setdefault(part, {})[name] = value
    return parts
