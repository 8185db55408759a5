"""Three steps of a case in MindSpore and in PyTorch, from the same weights, batches and masks; what differs, and why."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import torch

from parity import course
from parity.cases import Case
from parity.course import mindspore as ms
from parity.networks import tensors_by_kind
from parity.optimizers import LooseAdam

NUM_STEPS = 3
LIMIT = 1e-5  # of a relative difference
SLACK = 10  # float32 of one framework may err so many times as much as that of the other
RATES = {"SGD": 0.1, "Adam": 1e-3}
State = dict[str, np.ndarray]
HABITS = {"": {}, "epsilon": {"loose": True}, "tanh": {"exact": False}, "tanh, epsilon": {"loose": True, "exact": False}}


class Row(NamedTuple):
    """One line of the table; differences are relative."""

    name: str
    plain: float  # from PyTorch as it is, in float64
    habits: float  # from PyTorch with the habits of MindSpore named in `why`
    rounding: float  # of PyTorch with these habits in float32 from itself in float64
    why: str  # what explains a difference above LIMIT
    where: str  # the first quantity that nothing explains, or ""


def compare(case: Case, optimizer: str) -> Row:
    """Run a case with "SGD" or "Adam" and judge it."""
    rng = np.random.default_rng(0)
    cells = case.pair.ours()
    for cell in cells:
        fill(cell, rng)
    start = [ours_by_kind(cell) for cell in cells]
    batches = [case.draw(rng) for _ in range(NUM_STEPS)]
    ours, masks = run_ours(case, cells, optimizer, batches)
    run = partial(run_twins, case, start, optimizer, batches, masks)
    differences = {}
    for why, habits in HABITS.items():
        reference = run(**habits)
        differences[why] = difference(ours, reference)
        if max(differences[why].values()) <= LIMIT:
            break
    own = difference(run(dtype=torch.float32, **habits), reference)
    left = {name: size for name, size in differences[why].items() if size > max(LIMIT, SLACK * own[name])}
    if not left and max(differences[why].values()) > LIMIT:
        why = f"{why}, rounding".strip(", ")
    where = next((f"{name}: {size:.1e}" for name, size in left.items()), "")
    final = max(list(differences.values())[-1].values())
    return Row(f"{case.name}, {optimizer}", max(differences[""].values()), final, max(own.values()), why, where)


def fill(cell, rng: np.random.Generator) -> None:
    """Weights that hide nothing: no zeros, no ones, and running averages that are not those of a fresh network."""
    for parameter in cell.get_parameters():
        kind, shape = parameter.name.rsplit(".", 1)[-1], parameter.shape
        if kind == "mask":
            continue
        noise = rng.standard_normal(shape)
        value = 0.2 * noise
        if kind in ("gamma", "moving_variance"):
            value = 1 + 0.2 * np.tanh(noise)
        elif kind == "weight" and len(shape) > 1:
            value = noise / np.sqrt(np.prod(shape[1:]))
        parameter.set_data(ms.Tensor(value.astype(np.float32)))


def ours_by_kind(cell) -> dict[str, list[np.ndarray]]:
    """{kind: values in the order of the layers}."""
    kinds = {}
    for parameter in cell.get_parameters():
        kinds.setdefault(parameter.name.rsplit(".", 1)[-1], []).append(parameter.asnumpy().copy())
    return kinds


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
    new_optimizer = {
        "SGD": partial(ms.nn.SGD, learning_rate=RATES["SGD"]),
        "Adam": partial(ms.nn.Adam, learning_rate=RATES["Adam"], beta1=0.5),
    }[optimizer]
    for cell in cells:
        cell.set_train()
    step = case.step(cells, new_optimizer)
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
    exact: bool = True,
    loose: bool = False,
    dtype: torch.dtype = torch.float64,
) -> State:
    """The reference's step, from the same weights: all states."""
    twins = [twin.to(dtype).train() for twin in case.pair.twins(exact)]
    for twin, kinds in zip(twins, start, strict=True):
        copy_into(twin, kinds)
    adam = LooseAdam if loose else torch.optim.Adam
    new_optimizer: Callable = {
        "SGD": partial(torch.optim.SGD, lr=RATES["SGD"]),
        "Adam": partial(adam, lr=RATES["Adam"], betas=(0.5, 0.999)),
    }[optimizer]
    step = case.reference(*twins, *(new_optimizer(list(twin.parameters())) for twin in twins))
    state = {}
    for number, batch in enumerate(batches):
        for mask, value in zip(tensors_by_kind(twins[-1]).get("mask", []), masks[number], strict=True):
            mask.copy_(torch.from_numpy(value))
        losses = step(*(torch.from_numpy(part).to(dtype if part.dtype == np.float32 else torch.int64) for part in batch))
        values = {name: value.item() for name, value in losses.items()}
        kinds = [{k: [v.numpy() for v in vs] for k, vs in tensors_by_kind(twin).items()} for twin in twins]
        state |= flat(kinds, values, number)
    return state


def copy_into(twin: torch.nn.Module, kinds: dict[str, list[np.ndarray]]) -> None:
    """The weights, kind by kind; what does not fit is an error."""
    tensors = tensors_by_kind(twin)
    if {kind: [v.shape for v in vs] for kind, vs in kinds.items()} != {k: [tuple(t.shape) for t in ts] for k, ts in tensors.items()}:
        raise ValueError(f"the twin has other tensors: {({k: [tuple(t.shape) for t in ts] for k, ts in tensors.items()})}")
    for kind, values in kinds.items():
        for tensor, value in zip(tensors[kind], values):
            tensor.copy_(torch.from_numpy(value))


def difference(one: State, other: State) -> dict[str, float]:
    """The largest difference in each quantity, relative to the largest number of the other, or to 0.01 if that is less."""
    if one.keys() != other.keys():
        raise ValueError(f"only one side has {sorted(one.keys() ^ other.keys())}")
    return {name: relative(one[name], other[name]) for name in one}


def relative(value: np.ndarray, expected: np.ndarray) -> float:
    value, expected = np.asarray(value, np.float64), np.asarray(expected, np.float64)
    gap = np.abs(value - expected).max() / max(np.abs(expected).max(), 0.01)
    return float(gap) if np.isfinite(gap) else float("inf")
