"""How much a representation knows: the accuracy of a linear classifier on it, trained with few labels."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

DECAYS = (1e-3, 1e-2, 1e-1, 1.0)


def linear_probe_accuracy(
    features: np.ndarray,
    labels: np.ndarray,
    test_features: np.ndarray,
    test_labels: np.ndarray,
    decays: tuple[float, ...] = DECAYS,
) -> float:
    """The share of test examples that a linear classifier gets right, from 0 to 1.

    Args:
        features, labels, test_features, decays: as in `linear_probe_answers`.
        test_labels: the truth, `(M,)`.

    Raises:
        ValueError: as there, or not one test label for each row.
    """
    if len(test_features) != len(test_labels):
        raise ValueError("linear_probe_accuracy needs one label for each row of features")
    return float((linear_probe_answers(features, labels, test_features, decays) == test_labels).mean())


def linear_probe_answers(
    features: np.ndarray, labels: np.ndarray, test_features: np.ndarray, decays: tuple[float, ...] = DECAYS
) -> np.ndarray:
    """The classes that a linear classifier, taught by labelled examples, gives to others: whole numbers `(M,)`.

    Softmax regression on standardised features; the weight decay is the one that does best on every fifth of the
    training examples, which are then learnt from as well. So the test examples choose nothing. Classes should not
    come in turn, or else the fifth shows some of them only.

    Args:
        features: `(N, F)`.
        labels: whole numbers from 0, `(N,)`; every class at least once.
        test_features: `(M, F)`.
        decays: to choose from; the loss is the mean cross-entropy + decay / 2 * |W|^2.

    Raises:
        ValueError: arrays of different lengths or widths, or fewer than 10 examples.
    """
    if len(features) != len(labels):
        raise ValueError("linear_probe_answers needs one label for each row of features")
    if features.shape[1:] != test_features.shape[1:] or features.ndim != 2 or len(features) < 10:
        raise ValueError(f"features must be (N, F), N at least 10, not {features.shape} and {test_features.shape}")
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    features, test_features = ((part - mean) / spread for part in (features, test_features))
    held_out = np.arange(len(features)) % 5 == 0
    learnt = [fit(features[~held_out], labels[~held_out], decay, labels.max() + 1) for decay in decays]
    scores = [accuracy(weights, features[held_out], labels[held_out]) for weights in learnt]
    best = decays[int(np.argmax(scores))]
    weights = fit(features, labels, best, labels.max() + 1)
    return (with_ones(test_features) @ weights).argmax(axis=1)


def fit(features: np.ndarray, labels: np.ndarray, decay: float, num_classes: int) -> np.ndarray:
    """Weights `(F + 1, num_classes)` of softmax regression, the last row being the biases, which do not decay.

    The weights of a minimum are combinations of the examples; where these are fewer than the features, the search
    goes on among the combinations, in an orthonormal basis, which finds the same minimum sooner.
    """
    basis = np.linalg.qr(features.T)[0] if len(features) < features.shape[1] else np.eye(features.shape[1])
    inputs = with_ones(features @ basis)
    targets = np.eye(num_classes)[labels]

    def loss_and_gradient(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(-1, num_classes)
        logits, decaying = inputs @ weights, np.vstack([weights[:-1], np.zeros(num_classes)])
        loss = -(targets * log_softmax(logits, axis=1)).sum(axis=1).mean() + decay / 2 * (decaying**2).sum()
        gradient = inputs.T @ (softmax(logits, axis=1) - targets) / len(inputs) + decay * decaying
        return loss, gradient.ravel()

    start = np.zeros(inputs.shape[1] * num_classes)
    weights = minimize(loss_and_gradient, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    weights = weights.reshape(-1, num_classes)
    return np.vstack([basis @ weights[:-1], weights[-1:]])


def accuracy(weights: np.ndarray, features: np.ndarray, labels: np.ndarray) -> float:
    """The share of rows of `features` whose largest logit is that of their label."""
    return float(((with_ones(features) @ weights).argmax(axis=1) == labels).mean())


def with_ones(features: np.ndarray) -> np.ndarray:
    """A column of ones for the biases: `(N, F)` -> `(N, F + 1)`."""
    return np.hstack([features, np.ones((len(features), 1), features.dtype)])
