"""Mini-batches without end: shuffled, seeded, and able to go on exactly where they stopped."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gan_course.data.levels import scaled
from gan_course.errors import CourseError

Draw = Callable[[np.random.Generator], tuple[np.ndarray, ...]]  # inputs of a network, all of one length


def normal_noise(count: int, latent_dim: int) -> Draw:
    """A function that draws z ~ N(0, I), float32 `(count, latent_dim)`, as the one input of a generator."""
    return lambda rng: (rng.standard_normal((count, latent_dim), np.float32),)


def truncated_noise(count: int, latent_dim: int, limit: float) -> Draw:
    """A function that draws z ~ N(0, I) cut to [-limit, limit], float32 `(count, latent_dim)`.

    As if each number were drawn again until it lies there, not moved to the nearer end (the truncation trick: Brock,
    Donahue & Simonyan 2019, section 3.1). Its variance is 1 - 2 t phi(t) / (2 Phi(t) - 1) for the limit t.
    """
    from scipy.stats import truncnorm  # takes most of a second to import, which few pictures need

    return lambda rng: (truncnorm.rvs(-limit, limit, size=(count, latent_dim), random_state=rng).astype(np.float32),)


class Batches:
    """An endless iterator over aligned arrays.

    Every epoch visits the examples in a new order and leaves out the last few that do not fill a batch, so that
    all batches have one shape (a jitted step compiles once). With `latent_dim`, each batch also carries noise
    z ~ N(0, I), and with `draw` whatever else a step takes from chance, so that everything random in a run comes from
    here and one state covers it.

    Args:
        *arrays: arrays with the same first dimension N; uint8 ones are pictures, to be `levels.scaled` in each batch.
        batch_size: examples a batch, from 1 to N.
        seed: the same seed gives the same batches.
        latent_dim: append z, float32 `(batch_size, latent_dim)`, to each batch.
        draw: append what it draws for each batch.

    Attributes:
        part: which rows of each batch are handed out, all of them unless several workers share it.

    Yields:
        A tuple: `array[chosen]` for each array, then z and what is drawn, where asked for.

    Raises:
        ValueError: no arrays, or arrays of different lengths.
        CourseError: a batch of none, or of more than N.
    """

    def __init__(
        self, *arrays: np.ndarray, batch_size: int, seed: int, latent_dim: int | None = None, draw: Draw | None = None
    ):
        lengths = {len(array) for array in arrays}
        if len(lengths) != 1:
            raise ValueError(f"Batches needs arrays of one length, not {sorted(lengths)}")
        (self.num_examples,) = lengths
        if not 1 <= batch_size <= self.num_examples:
            raise CourseError(
                f"a batch must be of 1 to {self.num_examples} pictures, as many as there are, not {batch_size}: choose "
                "another batch size (--batch-size)"
            )
        self.arrays = arrays
        self.batch_size = batch_size
        self.latent_dim = latent_dim
        self.draw = draw
        self.part = slice(None)
        self._order_rng, self._noise_rng = np.random.default_rng(seed).spawn(2)
        self._start_epoch()

    @property
    def batches_per_epoch(self) -> int:
        """Whole batches in one pass over the data."""
        return self.num_examples // self.batch_size

    def _start_epoch(self) -> None:
        self._order_state = self._order_rng.bit_generator.state
        self._order = self._order_rng.permutation(self.num_examples)
        self._next_batch = 0

    def __iter__(self) -> "Batches":
        return self

    def __next__(self) -> tuple[np.ndarray, ...]:
        if self._next_batch == self.batches_per_epoch:
            self._start_epoch()
        start = self._next_batch * self.batch_size
        chosen = self._order[start : start + self.batch_size]
        self._next_batch += 1
        batch = tuple(scaled(array[chosen]) for array in self.arrays)
        if self.latent_dim is not None:
            batch += (self._noise_rng.standard_normal((self.batch_size, self.latent_dim), np.float32),)
        if self.draw is not None:
            batch += self.draw(self._noise_rng)
        return tuple(np.ascontiguousarray(values[self.part]) for values in batch)

    def state(self) -> dict[str, Any]:
        """Return what the coming batches depend on, as plain numbers that JSON can hold."""
        return {
            "order": self._order_state,
            "noise": self._noise_rng.bit_generator.state,
            "next_batch": self._next_batch,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a `state()`, of this iterator or of another over the same arrays."""
        self._order_rng.bit_generator.state = state["order"]
        self._start_epoch()
        self._next_batch = state["next_batch"]
        self._noise_rng.bit_generator.state = state["noise"]


def with_mirror_images(images: np.ndarray) -> np.ndarray:
    """Pictures `(N, C, H, W)`, then each once more with left and right exchanged: `(2N, C, H, W)`."""
    return np.concatenate([images, images[..., ::-1]])


def class_balanced(labels: np.ndarray) -> np.ndarray:
    """Positions in `labels` among which every class is as frequent as the largest, those of small ones repeated.

    Batches over `images[class_balanced(labels)]` are balanced on average, and no picture is left out. Int64
    `(num_classes * size of the largest class,)`.
    """
    groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    largest = max(map(len, groups))
    return np.concatenate([np.resize(positions, largest) for positions in groups])
