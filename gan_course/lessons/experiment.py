"""What a lesson hands over to be run: everything put together, nothing started."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.folding import unfold
from gan_course.training.guard import check_finite, stopping_at_nan
from gan_course.training.history import History
from gan_course.training.loop import Callback, Step, every, train
from gan_course.training.progress import in_notebook, show_bar
from gan_course.viz.live import live

Metrics = dict[str, float | dict[str, float]]  # numbers, or groups of numbers, by the names of metrics.json
Sampler = Callable[[int, np.random.Generator], np.ndarray]  # (count, rng) -> images (count, C, H, W)


@dataclass
class Experiment:
    """One training, ready to start."""

    cells: dict[str, nn.Cell]  # networks and optimisers by name: what a checkpoint must hold
    step: Step
    batches: Batches
    num_steps: int
    evaluate_every: int  # steps between evaluations
    draw: Callable[[], np.ndarray]  # a picture of the state of the model, from fixed inputs: a frame of the film
    evaluate: Callable[[], Metrics]  # on test data, where there are any
    callbacks: tuple[Callback, ...] = ()  # of the training itself, called before all others
    curves: tuple[str, ...] = ()  # what to show of the history; all by default
    lines: dict[str, float] = field(default_factory=dict)  # heights known beforehand, by label
    bars: str = ""  # a group of the evaluation's numbers, each from 0 to 1, to show as bars
    samplers: dict[str, Sampler] = field(default_factory=dict)  # how to draw from each generator, by name
    class_names: tuple[str, ...] = ()  # where a sampler asks for classes: image i for number i % len(class_names)
    walk: Callable[[float], np.ndarray] | None = None  # 0..1 -> a picture on a closed path through the latent space
    fold: int = 1  # the factor by which the images of the batches are folded
    settings: Any = None  # of the lesson, what it was built from: a kept training goes on with the same alone
    seed: int = 0

    @property
    def networks(self) -> dict[str, nn.Cell]:
        """The cells that are no optimisers."""
        return {name: cell for name, cell in self.cells.items() if not isinstance(cell, nn.Optimizer)}

    @property
    def has_learnt(self) -> bool:
        """Whether an optimiser took a step since it was made."""
        optimizers = [cell for cell in self.cells.values() if isinstance(cell, nn.Optimizer)]
        return any(optimizer.global_step.asnumpy().any() for optimizer in optimizers)

    @property
    def images(self) -> np.ndarray:
        """What the batches show, unfolded, `(N, C, H, W)`: float32, or of a folder uint8, see `data.levels.scaled`."""
        return unfold(self.batches.arrays[0], self.fold)

    def train(self, history: History | None = None, callbacks: Iterable = (), description: str = "training") -> History:
        """Train to the end, recording the losses of each step and the evaluations in one history.

        In a notebook pictures and curves are shown meanwhile. They change nothing in what is learnt.

        Raises:
            Diverged: a loss, or before an evaluation a parameter, became NaN or infinite; the training ends at once.
        """
        history = History() if history is None else history
        if history.last_step == 0 and self.has_learnt:
            print(
                "these networks have learnt before and go on, their history from step 0; build them again to start anew"
            )
        latest: Metrics = {}  # evaluation

        def evaluate(step: int) -> None:
            # The losses of this step were of the parameters before it. Running averages that are bad are a fault of the
            # drawing (lesson 09), not of what is learnt.
            check_finite(step, self.cells, learnt=True)
            latest.clear()
            latest.update(measured(self.evaluate()))
            history.record(step, **flat(latest))

        record = every(self.evaluate_every, evaluate, last_step=self.num_steps)
        callbacks = [stopping_at_nan(self.cells), *self.callbacks, record, *callbacks]
        bars = (lambda: latest.get(self.bars, {})), self.bars.replace("_", " ")
        progress = live(self.draw, self.curves, self.lines, *bars) if in_notebook() else show_bar
        return train(self.step, self.batches, self.num_steps, callbacks, history, description, progress)


def measured(metrics: Metrics) -> Metrics:
    """The numbers among them: NaN and infinities are no measurements, and JSON cannot hold them."""
    groups = {name: measured(value) if isinstance(value, dict) else value for name, value in metrics.items()}
    return {name: value for name, value in groups.items() if isinstance(value, dict) or np.isfinite(value)}


def flat(metrics: Metrics) -> dict[str, float]:
    """Numbers in groups -> numbers: {"a": {"b": 1.0}, "c": 2.0} -> {"a_b": 1.0, "c": 2.0}."""
    groups = {name: value if isinstance(value, dict) else {"": value} for name, value in metrics.items()}
    return {f"{name}_{key}".rstrip("_"): number for name, group in groups.items() for key, number in group.items()}
