"""What the training doctor looks at: numbers by name, read off the curves, the samples and the real images."""

import numpy as np

from gan_course.data.levels import scaled
from gan_course.training.history import History

Signs = dict[str, float]


def history_signs(history: History) -> Signs:
    """Signs of the curves: means over the last tenth of the steps, at least 50, under the names of the curves.

    `steps`: how many there were. `not_finite_step`: the first at which a number was NaN or infinite, if any.
    `update_gap`: loss_g + log d_fake, in nats. By Jensen's inequality -E[log D] >= -log E[D], so it is not below 0
    where D's outputs for fakes are the same in its own update and in G's. `class_chance`: 1 / K, from the class loss
    before D learnt anything, log K.
    """
    signs: Signs = {"steps": history.last_step}
    finite = all(np.isfinite(history[name]).all() for name in history.names)
    if not finite:
        steps = [history.steps(name)[~np.isfinite(history[name])] for name in history.names]
        return signs | {"not_finite_step": float(min(np.concatenate(steps)))}
    for name in history.names:
        values = history[name]
        signs[name] = float(values[-max(50, len(values) // 10) :].mean())
    if {"loss_g", "d_fake"} <= signs.keys():
        signs["update_gap"] = signs["loss_g"] + float(np.log(max(signs["d_fake"], 1e-30)))
    if "class_real" in signs:
        signs["class_chance"] = float(np.exp(-history["class_real"][0]))
    return signs


def image_signs(samples: np.ndarray | None, real: np.ndarray | None) -> Signs:
    """Signs of images: `real_min`, `real_max`, and `variety`, the mean distance of samples over that of reals."""
    signs: Signs = {}
    if real is not None:
        signs |= {"real_min": float(scaled(real.min())), "real_max": float(scaled(real.max()))}
    if samples is not None and not np.isfinite(samples).all():
        return signs | {"not_finite_samples": 1.0}
    if real is not None and samples is not None:
        signs["variety"] = mean_distance(samples) / (mean_distance(scaled(real[:1000])) + 1e-6)
    return signs


def mean_distance(images: np.ndarray) -> float:
    """Mean Euclidean distance of one image to the next, `(N, C, H, W)`, each shifted and scaled to mean 0 and norm 1.

    So it is about what they show, not about how bright or how strong: 0 for copies, sqrt(2) for unrelated noise.
    """
    flat = images.reshape(len(images), -1).astype(np.float64)
    flat = flat - flat.mean(axis=1, keepdims=True)
    flat = flat / (np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6)
    return float(np.linalg.norm(flat - np.roll(flat, 1, axis=0), axis=1).mean())
