"""The faults of the museum in several strengths each, from one that should do little harm up to the exhibit's own."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.lessons.museum.exhibits import EXHIBITS, HEALTHY, Game, fixed_noise, fresh_noise
from gan_course.training.losses import class_loss, generator_loss, saturating_generator_loss


class Ladder(NamedTuple):
    """One fault, growing."""

    unit: str  # what its strength is, for a table and an axis
    broken: Callable[[float], Any]  # a strength -> what takes the place of the healthy game's
    strengths: tuple[float, ...]  # from weak to strong; the last is the exhibit


def same(strength: float) -> float:
    return strength


def lifted_scale(lift: float) -> Callable:
    """Black is at -1 + lift, white at 1: 0 is healthy, 1 the exhibit."""

    def scale(pixels: np.ndarray) -> np.ndarray:
        return pixels / 255 * (2 - lift) - 1 + lift

    return scale


def half_fresh_noise(share: float) -> Callable:
    """Of the variance of z this share is drawn anew for each picture, so that z stays N(0, I)."""

    def noise(shape: tuple[int, int]) -> np.ndarray:
        mixed = np.sqrt(1 - share) * fixed_noise(shape) + np.sqrt(share) * fresh_noise(shape)
        return mixed.astype(np.float32)

    return noise


def sample_by(count: float) -> Callable:
    """Draw in training mode, so many pictures at a time."""

    def sample(generator: nn.Cell, *inputs: np.ndarray) -> np.ndarray:
        starts = range(0, len(inputs[0]), int(count))
        batches = [[Tensor(part[start : start + int(count)]) for part in inputs] for start in starts]
        return np.concatenate([generator.set_train(True)(*batch).asnumpy() for batch in batches])

    return sample


def partly_shuffled(share: float) -> Callable:
    """This share of the labels is shuffled among themselves."""

    def labels_of(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        wrong = rng.permutation(len(labels))[: round(share * len(labels))]
        mixed = labels.copy()
        mixed[wrong] = labels[rng.permutation(wrong)]
        return mixed

    return labels_of


def shares_last(count: float) -> Callable:
    """D's optimiser holds the last so many of G's arrays."""

    def weights(weights_d: list[ms.Parameter], weights_g: list[ms.Parameter]) -> list[ms.Parameter]:
        return weights_d + weights_g[-int(count) :]

    return weights


def partly_mixed(share: float) -> Callable:
    """D gets two batches: one real and one fake, of which half of this share is exchanged; at 1 both hold as many."""

    def discriminate(discriminator: nn.Cell, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        k = int(share * real.shape[0]) // 2
        first = discriminator(ops.cat((real[k:], fake[:k])))  # mostly real, then k fakes
        second = discriminator(ops.cat((fake[k:], real[:k])))
        return ops.cat((second[-k:], first[:-k])), ops.cat((first[-k:], second[:-k]))

    return discriminate


def sharpened_softmax(factor: float) -> Callable:
    """A softmax before the cross-entropy, times a factor: of a large one the cross-entropy can make what it should."""

    def loss_class(logits: Tensor, labels: Tensor) -> Tensor:
        return class_loss(factor * ops.softmax(logits, axis=1), labels)

    return loss_class


def partly_saturating(share: float) -> Callable:
    """This share of the saturating loss, the rest of the other one."""

    def loss_g(logits: Tensor) -> Tensor:
        return share * saturating_generator_loss(logits) + (1 - share) * generator_loss(logits)

    return loss_g


def norm_with_eps(eps: float) -> Callable:
    """Batch normalisation with this epsilon; momentum is MindSpore's own, as in the exhibit."""
    return partial(nn.BatchNorm1d, eps=eps)


LADDERS = {
    "d_wins": Ladder("G's learning rate", same, (3e-4, 1e-4, 1e-5, 1e-6)),
    "collapse": Ladder("G's learning rate", same, (2e-3, 5e-3, 1e-2, 3e-2)),
    "data_from_zero": Ladder("black above -1", lifted_scale, (0.1, 0.3, 0.6, 1)),
    "moving_noise": Ladder("share of fresh noise", half_fresh_noise, (1e-3, 1e-2, 0.1, 1)),
    "not_finite": Ladder("D's learning rate", same, (1, 2, 5, 50)),
    "training_mode": Ladder("pictures at a time", sample_by, (50, 10, 2, 1)),
    "wrong_labels": Ladder("share of labels shuffled", partly_shuffled, (0.2, 0.5, 0.8, 1)),
    "d_updates_g": Ladder("arrays of G that D moves", shares_last, (1, 2, 4, 10)),
    "mixed_batch": Ladder("share of each batch mixed", partly_mixed, (1 / 16, 1 / 4, 1 / 2, 1)),
    "double_softmax": Ladder("factor after the first softmax", sharpened_softmax, (10, 5, 2, 1)),
    "saturating_loss": Ladder("share of the saturating loss", partly_saturating, (0.25, 0.5, 0.75, 1)),
    "large_epsilon": Ladder("epsilon", norm_with_eps, (1e-3, 1e-2, 0.1, 0.8)),
}


def game_at(name: str, strength: float) -> Game:
    """The game of the fault `name` at a strength of its ladder."""
    healthy, field, _ = EXHIBITS[name]
    return replace(HEALTHY[healthy], **{field: LADDERS[name].broken(strength)})
