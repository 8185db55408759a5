"""A trained generator without its training: no data, no optimiser, only what drawing from it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from mindspore import nn

from gan_course.data.batches import normal_noise, truncated_noise
from gan_course.data.folding import unfold
from gan_course.errors import CourseError
from gan_course.lessons import load_lesson
from gan_course.models.inference import generate
from gan_course.training.weights import Weights, parameters_of, put

GENERATORS = ("average", "generator", "model")  # networks that make pictures, the best first; of a VAE the model


class Saved(NamedTuple):
    """What is kept of a training, in a checkpoint or in a shipped file."""

    name: str  # of the file or folder, for messages
    lesson: str
    settings: Any
    class_names: tuple[str, ...] | None  # None: only the data can tell
    step: int
    weights: dict[str, Weights]  # by the network's name in `Experiment.cells`


@dataclass(frozen=True)
class Trained:
    """Networks in evaluation mode, ready to draw."""

    lesson: str
    settings: Any
    class_names: tuple[str, ...]  # which pictures can be asked for by class; () where they cannot
    generator: nn.Cell  # z (N, latent_dim), with classes also labels (N,) -> (N, C F^2, H / F, W / F), F = fold
    discriminator: nn.Cell | None

    @property
    def fold(self) -> int:
        """The factor by which the generator's pictures are folded."""
        return getattr(self.settings, "fold", 1)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """`(C, H, W)` of a picture."""
        return image_shape(self.settings)

    def inputs(
        self, count: int, rng: np.random.Generator, classes: Sequence[str] | None = None, limit: float | None = None
    ) -> tuple[np.ndarray, ...]:
        """What the generator takes for `count` pictures: z, and labels where it knows classes, all classes in turn.

        Args:
            count: N.
            rng: of z.
            classes: names of those to draw, in turn; all by default.
            limit: no number of z lies beyond it, see `truncated_noise`; by default z ~ N(0, I).

        Raises:
            CourseError: a class that the generator does not know.
        """
        latent_dim = self.settings.latent_dim
        draw = normal_noise(count, latent_dim) if limit is None else truncated_noise(count, latent_dim, limit)
        return (*draw(rng), *self.labels(count, classes))

    def labels(self, count: int, classes: Sequence[str] | None) -> list[np.ndarray]:
        """Labels int32 `(count,)` of the classes in turn; none where there are no classes."""
        if not self.class_names:
            if classes is not None:
                raise CourseError("this generator knows no classes: leave out --classes")
            return []
        names = self.class_names if classes is None else classes
        if unknown := [name for name in names if name not in self.class_names]:
            raise CourseError(f"there is no class {unknown[0]!r}: choose from {', '.join(self.class_names)}")
        return [np.resize([self.class_names.index(name) for name in names], count).astype(np.int32)]

    def sample(
        self, count: int, rng: np.random.Generator, classes: Sequence[str] | None = None, limit: float | None = None
    ) -> np.ndarray:
        """Pictures `(count, C, H, W)` in [-1, 1]; arguments as of `inputs`."""
        return unfold(generate(self.generator, *self.inputs(count, rng, classes, limit)), self.fold)


def image_shape(settings: Any) -> tuple[int, int, int]:
    """`(C, H, W)` of the pictures of a training; those of lessons that cannot choose are digits."""
    return (1 if getattr(settings, "gray", True) else 3, *getattr(settings, "size", (28, 28)))


def revive(saved: Saved) -> Trained:
    """Build the networks again and give them their weights; where it is kept, the averaged generator.

    Raises:
        CourseError: a lesson that draws nothing, or weights of other networks.
    """
    name = next((name for name in GENERATORS if name in saved.weights), "generator")
    generator, discriminator, class_names = empty_networks(saved, name)
    parameters, weights = parameters_of(generator), saved.weights[name]
    if name == "model":  # of an autoencoder only the decoder is wanted
        weights = {key: value for key, value in weights.items() if key in parameters}
    put(parameters, weights, saved.name)
    if "discriminator" in saved.weights and discriminator is not None:
        put(parameters_of(discriminator), saved.weights["discriminator"], saved.name)
        discriminator.set_train(False)
    else:
        discriminator = None
    return Trained(saved.lesson, saved.settings, class_names, generator.set_train(False), discriminator)


def empty_networks(saved: Saved, name: str) -> tuple[nn.Cell, nn.Cell | None, tuple[str, ...]]:
    """Generator and discriminator with any weights, and the names of the classes.

    Where the lesson has no `networks`, or only the data know the classes, the whole experiment is built to take them
    from, which reads the data; `name` is that of the generator in its cells.
    """
    module = load_lesson(saved.lesson)
    if callable(getattr(module, "networks", None)) and saved.class_names is not None:
        channels, height, width = image_shape(saved.settings)
        fold = getattr(saved.settings, "fold", 1)
        shape = (channels * fold**2, height // fold, width // fold)
        num_classes = [len(saved.class_names)] if saved.class_names else []
        generator, discriminator, _ = module.networks(saved.settings, shape, *num_classes, np.random.default_rng(0))
        return generator, discriminator, saved.class_names
    experiment = module.build(saved.settings, 0)
    if not experiment.samplers or name not in experiment.cells:
        raise CourseError(f"lesson {saved.lesson} draws nothing new: choose a run of a vae or of a GAN")
    return experiment.cells[name], experiment.cells.get("discriminator"), experiment.class_names
