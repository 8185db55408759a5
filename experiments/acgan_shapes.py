"""Lesson 06 on digits of unlike aspect ratio: `.venv/bin/python -m experiments.acgan_shapes`.

Does a class suffer when its pictures were squeezed to half their width, and what does D's class head learn by it? All
of it takes about ten minutes on one core.
"""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from experiments.acgan import NAMES, SHORT, drawing, shortened
from experiments.tables import Row, command, fill_table, rounded, train_to_the_end
from gan_course.data import mnist
from gan_course.data.classes import Labelled
from gan_course.data.sources import Digits
from gan_course.evaluation.digits import classify_digits
from gan_course.lessons import acgan
from gan_course.lessons.experiment import Experiment
from gan_course.models.inference import in_chunks


@dataclass(frozen=True)
class SqueezedDigits(Digits):
    """MNIST, in which some pictures are squeezed to half their width."""

    names: tuple[str, ...] = ()  # of the classes that are
    every: int = 1  # of these, every picture, or every second one

    def labelled(self, *arguments, **options) -> Labelled:
        """As `Digits.labelled`."""
        images, labels, names = super().labelled(*arguments, **options)
        chosen = np.flatnonzero(np.isin(np.array(names)[labels], self.names))[:: self.every]
        images = images.copy()
        images[chosen] = squeezed(images[chosen])
        return Labelled(images, labels, names)


VARIANTS = {
    "none": SqueezedDigits(),
    "all fives": SqueezedDigits(("5",)),
    "every second of each class": SqueezedDigits(NAMES, every=2),
}


@command(__doc__, ["shapes"])
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """Make the runs that are missing."""
    runs = [
        ({"run": name, "seed": seed}, partial(train_and_ask, source, seed, smoke))
        for seed in range(1 if smoke else 3)
        for name, source in VARIANTS.items()
    ]
    fill_table(out / "06_shapes.csv", runs)


def train_and_ask(source: SqueezedDigits, seed: int, smoke: bool) -> list[Row]:
    """Train on balanced classes of 5,000; a row of shares."""
    settings = replace(SHORT, data=source, counts=(5000,) * 4, num_steps=1500)
    experiment = acgan.build(shortened(settings) if smoke else settings, seed)
    train_to_the_end(experiment)
    return [rounded(right(experiment, source) | named_five(experiment))]


def right(experiment: Experiment, source: SqueezedDigits) -> Row:
    """Of 1,000 pictures of each class, and of the test digits prepared alike, the share that shows its digit.

    What comes out of a class that is squeezed as a whole is stretched to its old width before it is judged.
    """
    samples, asked = acgan.sample(drawing(experiment), 1000, NAMES, SHORT.latent_dim, seed=1)
    row = {}
    for name in NAMES:
        fake, (real, _) = samples[asked == name], mnist("test", [int(name)])
        if name in source.names:
            real = real.copy()
            real[:: source.every] = squeezed(real[:: source.every])
            if source.every == 1:
                fake, real = stretched(fake), stretched(real)
        row[f"class_accuracy_{name}"] = float((classify_digits(fake) == int(name)).mean())
        row[f"real_accuracy_{name}"] = float((classify_digits(real) == int(name)).mean())
    return row


def named_five(experiment: Experiment) -> Row:
    """The share of test digits of each class, as they are and squeezed, that D's class head names a 5."""
    discriminator = experiment.cells["discriminator"].set_train(False)
    row = {}
    for name in NAMES:
        images, _ = mnist("test", [int(name)])
        for kind, shown in {"wide": images, "narrow": squeezed(images)}.items():
            _, logits = in_chunks(discriminator, shown)
            row[f"{kind}_{name}_named_5"] = float((logits.argmax(axis=1) == NAMES.index("5")).mean())
    return row


def squeezed(images: np.ndarray) -> np.ndarray:
    """Pictures `(N, C, H, W)` at half their width, black at both sides, the shape as before."""
    count, channels, height, width = images.shape
    narrow = images.reshape(count, channels, height, width // 2, 2).mean(axis=-1)
    edge = (width - width // 2) // 2
    return np.pad(narrow, ((0, 0), (0, 0), (0, 0), (edge, width - width // 2 - edge)), constant_values=-1)


def stretched(images: np.ndarray) -> np.ndarray:
    """The middle half of the width of `(N, C, H, W)`, each column twice: what `squeezed` made, as wide as before."""
    width = images.shape[-1]
    return images[..., width // 4 : width // 4 + width // 2].repeat(2, axis=-1)


if __name__ == "__main__":
    main()
