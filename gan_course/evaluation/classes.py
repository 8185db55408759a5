"""Do generated pictures show the class that was asked for, and if not, which one?"""

from collections.abc import Sequence

import numpy as np

from gan_course.evaluation.shares import wilson_interval


def class_accuracy(
    asked: np.ndarray, answered: np.ndarray, names: Sequence[str]
) -> dict[str, tuple[float, float, float]]:
    """For each class the share of pictures that show it, with its 95 % interval: `{name: (share, low, high)}`.

    The interval covers the luck of drawing these pictures. The classifier's mistakes come on top: let it see
    real pictures as well. It says nothing of variety: one good picture again and again is right, too.

    Args:
        asked: the class that each picture should show, `(N,)`, each of `names` at least once.
        answered: the class that a classifier gives to it, `(N,)`.
        names: the classes.

    Raises:
        ValueError: arrays of different lengths, or no picture of a class.
    """
    table = confusion(asked, answered, names, names)
    return {
        name: (table[row, row] / total, *wilson_interval(int(table[row, row]), int(total)))
        for row, (name, total) in enumerate(zip(names, (np.asarray(asked) == np.array(names)[:, None]).sum(axis=1)))
    }


def confusion(asked: np.ndarray, answered: np.ndarray, names: Sequence[str], answers: Sequence[str]) -> np.ndarray:
    """How many pictures asked to show `names[i]` show `answers[j]` instead: int64 `(len(names), len(answers))`.

    Raises:
        ValueError: arrays of different lengths, or no picture of a class.
    """
    asked, answered = np.asarray(asked), np.asarray(answered)
    if asked.shape != answered.shape or asked.ndim != 1:
        raise ValueError(f"confusion needs one answer for each picture, not {answered.shape} for {asked.shape}")
    if missing := set(names) - set(asked.tolist()):
        raise ValueError(f"no picture was asked to show {', '.join(sorted(missing))}")
    return np.array([[((asked == name) & (answered == answer)).sum() for answer in answers] for name in names])
