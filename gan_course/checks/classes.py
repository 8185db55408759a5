"""The blanks of lesson 06 about classes: their loss, their batches, their accuracy."""

from collections.abc import Callable
from functools import partial
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, ops

from gan_course.checks.answer import Question, answer, as_floats, filled
from gan_course.data.batches import class_balanced
from gan_course.evaluation.classes import class_accuracy
from gan_course.training.losses import class_loss


def minus_log(probabilities: Callable, log: Callable = ops.log) -> Callable:
    """A loss: the mean of -log of what `probabilities(logits)`, `(N, K)`, gives to each label."""
    return lambda logits, labels: -log((probabilities(logits) * one_hot(logits, labels)).sum(axis=1)).mean()


def one_hot(logits: Tensor, labels: Tensor) -> Tensor:
    """1 at each label, 0 elsewhere, `(N, K)`."""
    return ops.one_hot(labels, logits.shape[1], 1.0, 0.0)


def overflowing_softmax(logits: Tensor) -> Tensor:
    """A softmax that takes nothing off before e^x."""
    return ops.exp(logits) / ops.exp(logits).sum(axis=1, keepdims=True)


def class_loss_by_hand(yours: Callable) -> Callable:
    """`class_loss_by_hand(logits, labels)`: the mean of -log softmax(logits) at the label, `(N, K)` and `(N,)`."""
    logits = np.random.default_rng(0).normal(0, 2, (6, 4)).astype(np.float32)
    labels = ms.Tensor(np.array([1, 0, 3, 3, 2, 0], np.int32))

    def probe(function: Callable) -> dict[str, Any]:
        found = {"the loss": filled(function(ms.Tensor(logits), labels))}
        found["its gradient"] = ms.grad(function)(ms.Tensor(logits), labels)
        large = as_floats(function(ms.Tensor(200 * logits), labels))
        return found | {"whether the loss of logits of some hundreds is finite": bool(np.isfinite(large).all())}

    return answer(
        yours,
        Question(
            ours=class_loss,
            probe=probe,
            right="log 4 for a head that knows nothing of four classes, 0 for one that is sure and right.",
            mistakes={
                "softmax twice: what is called logits here went through a softmax before this one. The loss cannot "
                "come below 0.744.": lambda logits, labels: class_loss(ops.softmax(logits, axis=1), labels),
                "right for small logits, infinite or NaN for large ones: e^x overflows, and log 0 is minus infinity. "
                "Take off the largest of each row first, and let log p = logits - log(sum(e^logits)).": minus_log(
                    overflowing_softmax
                ),
                "summed over the batch: divide by the number of pictures.": lambda logits, labels: (
                    len(logits) * class_loss(logits, labels)
                ),
                "averaged over the classes as well: of each row only the label's number counts.": lambda *a: (
                    class_loss(*a) / a[0].shape[1]
                ),
                "the sign is turned round: this falls where the head is wrong.": lambda *a: -class_loss(*a),
                "the logarithm is missing: that is -p, whose gradient fades where the head is wrong.": minus_log(
                    partial(ops.softmax, axis=1), log=lambda p: p
                ),
                "the softmax runs down the batch. It belongs along each row: axis=1.": minus_log(
                    partial(ops.log_softmax, axis=0), log=lambda log_p: log_p
                ),
                "the labels are compared with the labels: no network in it, so no gradient.": lambda logits, labels: (
                    class_loss(one_hot(logits, labels), labels)
                ),
            },
        ),
    )


def balanced_positions(yours: Callable) -> Callable:
    """`balanced_positions(labels)`: all positions, those of small classes repeated until every class is as frequent."""
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(3), (5, 40, 12)))

    def probe(function: Callable) -> dict[str, Any]:
        positions = np.asarray(filled(function(labels.copy()))).ravel()
        if not np.issubdtype(positions.dtype, np.integer) or positions.min() < 0 or positions.max() >= len(labels):
            return {"what it gives": "something else than positions in labels"}
        return {
            "how often each class comes": np.bincount(labels[positions], minlength=3),
            "whether every picture comes at least once": set(positions.tolist()) == set(range(len(labels))),
        }

    def drawn(count):
        rng, groups = np.random.default_rng(1), [np.flatnonzero(labels == label) for label in range(3)]
        return lambda labels: np.concatenate([rng.choice(group, count, replace=count > len(group)) for group in groups])

    def within(labels):
        return np.concatenate([np.resize(np.arange((labels == label).sum()), 40) for label in range(3)])

    return answer(
        yours,
        Question(
            ours=class_balanced,
            probe=probe,
            right="each class as often as the largest, and no picture left out.",
            mistakes={
                "the large classes are cut down to the smallest, and most pictures are never seen. Repeat the small "
                "ones instead.": drawn(5),
                "as many of each class, but drawn by chance with replacement: some pictures are never drawn. Repeat "
                "the positions in turn (np.resize).": lambda labels: np.concatenate(
                    [np.resize(np.flatnonzero(labels == label)[1:], 40) for label in range(3)]
                ),
                "nothing is balanced: that is every picture once.": lambda labels: np.arange(len(labels)),
                "these are positions within each class, and point to the first pictures of all. Keep those of "
                "np.flatnonzero(labels == label).": within,
                "these are labels, not positions: batches are cut from images[positions].": lambda labels: np.repeat(
                    np.arange(3), 40
                ),
            },
        ),
    )


def accuracy_of(yours: Callable) -> Callable:
    """`accuracy_of(asked, answered, names)`: for each name, of the pictures asked to show it, the share that does."""
    rng = np.random.default_rng(0)
    names = ("1", "3", "8")
    asked, answered = (rng.choice([*names, other], 60, p=(0.5, 0.3, 0.15, 0.05)) for other in ("8", "7"))

    def probe(function: Callable) -> dict[str, Any]:
        shares = filled(function(asked, answered, names))
        return {f"the share of {name}": shares[name] for name in names}

    def share(of):
        return lambda asked, answered, names: {name: of(asked == name, answered == name) for name in names}

    return answer(
        yours,
        Question(
            ours=lambda *a: {name: share for name, (share, _, _) in class_accuracy(*a).items()},
            probe=probe,
            right="one number a class, so that a small class cannot hide behind a large one.",
            mistakes={
                "turned round: of the pictures that *show* a class, how many were asked to. Divide by those that "
                "were asked.": share(lambda want, got: (want & got).sum() / got.sum()),
                "divided by all pictures: divide by those that were asked for this class.": share(
                    lambda want, got: (want & got).mean()
                ),
                "every picture on which both agree counts, also where both say `another class`. Look only at those "
                "that were asked for this one.": share(lambda want, got: (want == got).mean()),
                "one accuracy over all classes: a small class disappears in it.": lambda asked, answered, names: (
                    dict.fromkeys(names, (asked == answered).mean())
                ),
                "how often a class was named, whether asked for or not.": share(lambda want, got: got.mean()),
                "how many, not which share.": share(lambda want, got: (want & got).sum()),
            },
        ),
    )
