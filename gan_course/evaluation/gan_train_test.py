"""What a model that knows classes is good for: GAN-train and GAN-test (Shmelkov, Schmid & Alahari 2018)."""

import numpy as np

from gan_course.evaluation.probe import probe_accuracy


def gan_train_accuracy(fake: np.ndarray, fake_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray) -> float:
    """Accuracy on real test examples of a classifier that has learnt from generated ones: recall, in a way.

    Low if a class is missing, wrong or monotonous. Put beside it what the same number of real examples teaches:
    `gan_train_accuracy(real, real_labels, test, test_labels)`. The classifier is `probe_accuracy`, linear, so give it
    features: those of the course's digit classifier, which has learnt from real labels and flatters everybody, or
    the pixels, laid out flat, on which a linear classifier of digits comes to some 0.92.

    Args:
        fake: features `(N, F)` of generated images.
        fake_labels: the classes that they were asked to show, whole numbers `(N,)`.
        test: features `(M, F)` of real images that no network has learnt from.
        test_labels: their classes, `(M,)`.

    Raises:
        ValueError: as `probe_accuracy`.
    """
    return probe_accuracy(fake, fake_labels, test, test_labels)


def gan_test_accuracy(real: np.ndarray, real_labels: np.ndarray, fake: np.ndarray, fake_labels: np.ndarray) -> float:
    """Accuracy on generated examples of a classifier that has learnt from real ones: precision, in a way.

    High if images show what was asked for, were it always the same image. Above the accuracy on real test examples it
    says that they are easier than real ones. Arguments as in `gan_train_accuracy`.
    """
    return probe_accuracy(real, real_labels, fake, fake_labels)
