"""What the trainings of the course's own classifiers share."""

from collections.abc import Callable

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data.batches import Batches
from gan_course.training.loop import train
from gan_course.training.schedules import one_cycle
from gan_course.training.steps.supervised import classifier_step

# images (N, C, H, W), answers (N, ...) and chance -> what the network sees, and how probable each class is, (N, K)
Spoil = Callable[[np.ndarray, np.ndarray, np.random.Generator], tuple[np.ndarray, np.ndarray]]


def fit(
    new_model: Callable[[], nn.Cell],
    images: np.ndarray,
    answers: np.ndarray,
    spoil: Spoil,
    num_steps: int,
    batch_size: int,
    seed: int,
    peak: float,
    weight_decay: float = 0.0,
) -> nn.Cell:
    """Train a fresh classifier by Adam on batches that `spoil` has made harder; return it in evaluation mode.

    Args:
        new_model: makes it; images -> logits `(N, K)`.
        images: `(M, C, H, W)` in [-1, 1].
        answers: to them, `(M, ...)`, as `spoil` takes them.
        spoil: makes a lesson of a batch.
        num_steps: in all.
        batch_size: or all images, if they are fewer.
        seed: of everything that is random.
        peak: the highest learning rate of `one_cycle`.
        weight_decay: of Adam.
    """
    ms.set_seed(seed)
    model = new_model()
    optimizer = nn.Adam(
        model.trainable_params(), learning_rate=one_cycle(num_steps, peak=peak), weight_decay=weight_decay
    )
    batches = Batches(images, answers, batch_size=min(batch_size, len(images)), seed=seed)
    rng = np.random.default_rng(seed)
    train(classifier_step(model, optimizer), (spoil(*batch, rng) for batch in batches), num_steps)
    return model.set_train(False)
