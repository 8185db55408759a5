"""Three steps in MindSpore and in PyTorch, from the same weights, batches and masks: what differs, and why?"""

from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import NamedTuple

import numpy as np
import torch

from parity import course
from parity.cases import Case
from parity.course import mindspore as ms
from parity.optimizers import LooseAdam, parameters_of
from parity.weights import copy_into, fill, nudge, numpy_by_kind, ours_by_kind, tensors_by_kind

NUM_STEPS = 3
LIMIT = 1e-5  # of a relative difference
SLACK, COARSE = 10, 1e-2  # float32 may err so many times as much as PyTorch's, but never more than that
EXP_ERROR = 4e-6  # relative, of MindSpore's exp on a CPU, a polynomial, and of sigmoid and softmax with it
RATES = {"SGD": 0.02, "Adam": 1e-3}
State = dict[str, np.ndarray]
HABITS = ("epsilon", "tanh", "bias")  # of MindSpore; see `run_twins`


class Row(NamedTuple):
    """One line of the table; differences are relative."""

    name: str
    plain: float  # from PyTorch as it is, in float64
    then: float  # from PyTorch with the habits of MindSpore named in `why`
    rounding: float | None  # where that does not suffice: of PyTorch with all habits in float32 from float64
    why: str  # what explains a difference above LIMIT
    where: str  # the first quantity that nothing explains, or ""


def compare(case: Case, optimizer: str) -> Row:
    """Run a case with "SGD" or "Adam" and judge it."""
    torch.set_num_threads(1)  # tiny networks
    rng = np.random.default_rng(0)
    cells = case.pair.ours()
    for cell in cells:
        fill(cell, rng)
    start = [ours_by_kind(cell) for cell in cells]
    batches = [case.draw(rng) for _ in range(NUM_STEPS)]
    ours, masks = run_ours(case, cells, optimizer, batches)
    run = partial(run_twins, case, start, optimizer, batches, masks, ours)
    possible = [habit for habit in HABITS if optimizer == "Adam" or habit == "tanh"]
    for count in range(len(possible) + 1):
        for habits in combinations(possible, count):
            reference = run(habits)
            sizes = difference(ours, reference)
            if not habits:
                plain = max(sizes.values())
            if max(sizes.values()) <= LIMIT:
                return Row(f"{case.name}, {optimizer}", plain, max(sizes.values()), None, ", ".join(habits), "")
    for habits in (possible, [habit for habit in possible if habit != "bias"]):
        sizes, own = difference(ours, run(habits)), rounding(run, habits)
        left = {name: size for name, size in sizes.items() if size > max(LIMIT, min(SLACK * own[name], COARSE))}
        if not left:
            why = ", ".join([*habits, "float32"])
            return Row(f"{case.name}, {optimizer}", plain, max(sizes.values()), max(own.values()), why, "")
    name, size = next(iter(left.items()))
    return Row(f"{case.name}, {optimizer}", plain, max(sizes.values()), max(own.values()), "", f"{name}: {size:.1e}")


def rounding(run: Callable, habits: list[str]) -> dict[str, float]:
    """How far PyTorch in float32 is from itself in float64: the most in three runs.

    In two of them the weights are up to one ulp away, and the batches as far as MindSpore's exp is from the exact one.
    """
    reference = run(habits)
    runs = [difference(run(habits, dtype=torch.float32, nudged=seed), reference) for seed in (0, 1, 2)]
    return {name: max(sizes[name] for sizes in runs) for name in reference}


def flat(networks: list[dict[str, list]], losses: dict, step: int) -> State:
    """All that is compared after a step, by a name that says what it is."""
    state = {f"step {step + 1} {name}": np.array(value, np.float64) for name, value in losses.items()}
    for player, kinds in enumerate(networks):
        for kind, values in kinds.items():
            if kind != "mask":
                state |= {f"step {step + 1} network {player} {kind} {i}": np.array(v) for i, v in enumerate(values)}
    return state


def run_ours(case: Case, cells: list, optimizer: str, batches: list) -> tuple[State, list]:
    """The course's step: all states, and the masks of each step."""
    adam = {"beta1": 0.5} if optimizer == "Adam" else {}
    step = case.step(cells, partial(getattr(ms.nn, optimizer), learning_rate=RATES[optimizer], **adam))
    renew = course.renewing(cells[-1], seed=0)
    state, masks = {}, []
    for number, batch in enumerate(batches):
        renew(number, {})
        masks.append(ours_by_kind(cells[-1]).get("mask", []))
        losses = {name: value.asnumpy() for name, value in step(*map(ms.Tensor, batch)).items()}
        state |= flat([ours_by_kind(cell) for cell in cells], losses, number)
    return state, masks


def run_twins(
    case: Case,
    start: list[dict],
    optimizer: str,
    batches: list,
    masks: list,
    ours: State,
    habits: tuple[str, ...] = (),
    dtype: torch.dtype = torch.float64,
    nudged: int = 0,
) -> State:
    """The reference's step, from the same weights, or, `nudged`, a seed, from some near by; see `rounding`.

    Habits of MindSpore that it may share: "epsilon", Adam's, not corrected; "tanh", the rational one; "bias": what has
    no gradient, such as a bias that batch normalisation takes off again, is moved by Adam along rounding noise, so it
    is taken from our states.
    """
    twins = [twin.to(dtype).train() for twin in case.pair.twins("tanh" not in habits)]
    for twin, kinds in zip(twins, start, strict=True):
        copy_into(twin, kinds)
        if nudged:
            for tensor in sum(tensors_by_kind(twin).values(), []):
                tensor.copy_(nudge(tensor, nudged, 2**-23))
    optimizers = [new_optimizer(optimizer, "epsilon" in habits, list(twin.parameters())) for twin in twins]
    step = case.reference(*twins, *optimizers)
    state = {}
    for number, batch in enumerate(batches):
        for mask, value in zip(tensors_by_kind(twins[-1]).get("mask", []), masks[number], strict=True):
            mask.copy_(torch.from_numpy(value))
        hooks = [own.register_step_post_hook(follower(twins, ours, number)) for own in optimizers if "bias" in habits]
        parts = [torch.from_numpy(part).to(dtype if part.dtype == np.float32 else torch.int64) for part in batch]
        if nudged:
            parts = [nudge(part, nudged, EXP_ERROR) if part.is_floating_point() else part for part in parts]
        losses = step(*parts)
        for hook in hooks:
            hook.remove()
        state |= flat([numpy_by_kind(twin) for twin in twins], {k: v.item() for k, v in losses.items()}, number)
    return state


def new_optimizer(name: str, loose: bool, parameters: list[torch.Tensor]) -> torch.optim.Optimizer:
    """ "SGD" or "Adam", the latter with epsilon as MindSpore adds it where `loose`."""
    if name == "SGD":
        return torch.optim.SGD(parameters, lr=RATES["SGD"])
    return (LooseAdam if loose else torch.optim.Adam)(parameters, lr=RATES["Adam"], betas=(0.5, 0.999))


def follower(twins: list[torch.nn.Module], ours: State, number: int):
    """What makes parameters without a gradient follow `ours` after an update of step `number`."""
    names = {
        tensor.data_ptr(): f"step {number + 1} network {player} {kind} {index}"
        for player, twin in enumerate(twins)
        for kind, tensors in tensors_by_kind(twin).items()
        for index, tensor in enumerate(tensors)
    }

    def follow(optimizer, *_):
        for parameter in parameters_of(optimizer):
            noise = 1e-13 if parameter.dtype == torch.float64 else 1e-6
            if parameter.grad.abs().max() < noise:
                parameter.data.copy_(torch.from_numpy(ours[names[parameter.data_ptr()]]))

    return follow


def difference(one: State, other: State) -> dict[str, float]:
    """The largest difference in each quantity, relative to the other's largest number, or to 0.01 if that is less."""
    if one.keys() != other.keys():
        raise ValueError(f"only one side has {sorted(one.keys() ^ other.keys())}")
    return {name: relative(one[name], other[name]) for name in one}


def relative(value: np.ndarray, expected: np.ndarray) -> float:
    value, expected = np.asarray(value, np.float64), np.asarray(expected, np.float64)
    gap = np.abs(value - expected).max() / max(np.abs(expected).max(), 0.01)
    return float(gap) if np.isfinite(gap) else float("inf")
