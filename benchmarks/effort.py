"""How much is measured: everything that decides how long the bench takes, in one place."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Goal:
    """What a training of `recipes.TRAININGS` is to reach; the time until it first does is measured."""

    measure: str  # a key of what `picture_gan.evaluation_of` gives; less is better
    marks: tuple[float, ...]  # from the easy one to the hard one
    num_samples: int
    limit: float  # seconds of training after which a mark is reported as not reached


@dataclass(frozen=True)
class Effort:
    """The defaults are those of `make bench`."""

    quick: bool = False
    warm_up: int = 60  # steps: compiling, and settling the threads
    rounds: int = 5
    block_seconds: float = 1.5  # of one framework, in a round
    least_steps: int = 5  # in a block, of steps however long
    goals: dict[str, Goal] = field(
        default_factory=lambda: {
            "digits": Goal("frechet_classifier_distance", (100, 40), 2000, 150),
            "sunflowers": Goal("texture_kernel_distance", (0.5, 0.2), 500, 240),
        }
    )
    public_seconds: float = 240  # limit of the public recipe
    public_base: int = 64  # its width
    first_look: float = 5  # seconds of training before the samples are judged for the first time
    patience: float = 1.25  # from one look to the next the seconds grow by this factor
    base: dict[str, int] = field(
        default_factory=lambda: {"batch_size": 32, "side": 32, "width": 16, "pictures": 2000}
    )  # the sizes around which growth is measured
    growth: dict[str, tuple[int, ...]] = field(
        default_factory=lambda: {
            "batch_size": (16, 64, 128),
            "side": (16, 64, 96),
            "width": (8, 32, 64),
            "pictures": (500, 8000, 32_000),
        }
    )
    lengths: tuple[int, ...] = (100, 200, 400, 800)  # steps, for growth over a training


QUICK = Effort(
    quick=True,
    warm_up=2,
    rounds=2,
    block_seconds=0.0,
    least_steps=2,
    goals={
        "digits": Goal("frechet_classifier_distance", (1e9, 0), 50, 3),
        "sunflowers": Goal("texture_kernel_distance", (1e9, -1e9), 20, 3),
    },
    public_seconds=3,
    public_base=4,
    first_look=1,
    patience=3,
    base={"batch_size": 4, "side": 8, "width": 2, "pictures": 20},
    growth={"batch_size": (8,), "side": (16,), "width": (4,), "pictures": (40,)},
    lengths=(2, 4),
)


@dataclass(frozen=True)
class Bench:
    """What every measurement is told."""

    effort: Effort
    ours: tuple[str, ...]  # the Python of the course
    theirs: tuple[str, ...]  # a Python that has PyTorch
    scratch: Path  # where the workers leave arrays for each other

    def command(self, module: str) -> list[str]:
        """How to start a worker of the course."""
        return [*self.ours, "-m", f"benchmarks.{module}"]

    def torch_command(self) -> list[str]:
        """How to start the worker of PyTorch."""
        return [*self.theirs, "-m", "benchmarks.theirs"]
