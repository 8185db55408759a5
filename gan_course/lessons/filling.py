"""A use of generated pictures: fill up the small classes of a data set, and ask a classifier whether that helped."""

from collections.abc import Callable

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.shifts import shifted
from gan_course.evaluation.classes import class_accuracy
from gan_course.evaluation.digits import DigitClassifier
from gan_course.models.acgan import Generator
from gan_course.models.inference import generate, in_chunks
from gan_course.training.loop import train
from gan_course.training.steps.supervised import classifier_step

More = Callable[[int, int], np.ndarray]  # label, count -> so many further pictures of that class


def filled(images: np.ndarray, labels: np.ndarray, more: More) -> tuple[np.ndarray, np.ndarray]:
    """Images `(N, C, H, W)` and labels `(N,)`, then `more` of each class until all are as large as the largest."""
    counts = np.bincount(labels)
    missing = counts.max() - counts
    new = [more(label, count) for label, count in enumerate(missing) if count]
    return np.concatenate([images, *new]), np.concatenate(
        [labels, np.repeat(np.arange(len(counts), dtype=np.int32), missing)]
    )


def repeats(images: np.ndarray, labels: np.ndarray) -> More:
    """The pictures that are there once more, and again."""
    return lambda label, count: np.resize(images[labels == label], (count, *images.shape[1:]))


def shifts(images: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> More:
    """The pictures that are there, each shifted by up to two pixels."""
    again = repeats(images, labels)
    return lambda label, count: shifted(again(label, count), rng)


def fakes(generator: Generator, latent_dim: int, rng: np.random.Generator) -> More:
    """Pictures that `generator` makes of that class."""
    return lambda label, count: generate(
        generator, rng.standard_normal((count, latent_dim), np.float32), np.full(count, label, np.int32)
    )


def learnt_accuracy(
    training: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    num_steps: int = 600,
    batch_size: int = 64,
    seed: int = 0,
) -> np.ndarray:
    """The share of test digits of each class that a fresh small classifier names rightly, with its 95 % interval.

    The interval is for the luck of these test digits. How another training of the classifier would come out, it does
    not say.

    Args:
        training: digits `(N, 1, 28, 28)` and labels from 0 to K - 1, `(N,)`.
        test: the same, for the question; every class at least once.
        num_steps: of Adam at 1e-3, however many pictures there are.
        batch_size: pictures a step.
        seed: of the weights and the order.

    Returns:
        Float64 `(K, 3)`: share, low and high end of each class.

    Raises:
        KeyboardInterrupt: Ctrl-C ended the training early, so there is no answer.
    """
    ms.set_seed(seed)
    model = DigitClassifier()
    step = classifier_step(model, nn.Adam(model.trainable_params(), learning_rate=1e-3))
    images, labels = training
    targets = np.eye(10, dtype=np.float32)[labels]  # of its ten answers, those from K on stay unused
    batches = Batches(images, targets, batch_size=batch_size, seed=seed)
    if train(step, batches, num_steps, description="classifier").last_step < num_steps:
        raise KeyboardInterrupt
    answered = in_chunks(model, test[0]).argmax(axis=1)
    return np.array([*class_accuracy(test[1], answered, range(test[1].max() + 1)).values()])
