"""What a run measured, by name and step."""

import csv
import io

import numpy as np


class History:
    """Numbers recorded during training, each under a name at a step.

    Losses come at every step, evaluations now and then. `history["loss"]` is the array of all recorded values,
    `history.steps("loss")` the steps at which they were recorded.
    """

    def __init__(self):
        self.rows: dict[int, dict[str, float]] = {}

    def record(self, step: int, **values: float) -> None:
        """Add `values` at `step` (1 is the first step; 0 is before training)."""
        self.rows.setdefault(step, {}).update({name: float(value) for name, value in values.items()})

    @property
    def names(self) -> list[str]:
        """All names, in the order of the steps at which they first appear."""
        return list(dict.fromkeys(name for _, row in sorted(self.rows.items()) for name in row))

    @property
    def last_step(self) -> int:
        """The last recorded step, 0 for an empty history."""
        return max(self.rows, default=0)

    def steps(self, name: str) -> np.ndarray:
        """The steps at which `name` was recorded, int64 `(n,)`."""
        return np.array([step for step, row in sorted(self.rows.items()) if name in row], np.int64)

    def __getitem__(self, name: str) -> np.ndarray:
        """The values of `name` in order of their steps, float64 `(n,)`."""
        if name not in self.names:
            raise KeyError(f"{name!r} was not recorded; there are {self.names}")
        return np.array([row[name] for _, row in sorted(self.rows.items()) if name in row])

    def to_csv(self) -> str:
        """A column `step`, then one for each name, empty where nothing was recorded."""
        text = io.StringIO()
        writer = csv.DictWriter(text, ["step", *self.names], lineterminator="\n")
        writer.writeheader()
        writer.writerows({"step": step, **row} for step, row in sorted(self.rows.items()))
        return text.getvalue()

    @classmethod
    def from_csv(cls, text: str) -> "History":
        """Read what `to_csv` wrote; every number comes back bit for bit."""
        history = cls()
        for row in csv.DictReader(io.StringIO(text)):
            step = int(row.pop("step"))
            history.record(step, **{name: float(value) for name, value in row.items() if value})
        return history
