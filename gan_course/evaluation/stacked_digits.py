"""How many of the 1,000 modes of Stacked MNIST a generator hits, and how evenly."""

import numpy as np

from gan_course.evaluation.classifier import CONFIDENT
from gan_course.evaluation.digits import digit_probabilities
from gan_course.evaluation.modes import histogram_kl

NUM_MODES = 1000


def stacked_metrics(images: np.ndarray) -> dict[str, float]:
    """What the digit classifier makes of pictures of three digits, a channel at a time.

    The protocol of VEEGAN (Srivastava et al. 2017) as PacGAN's released code has it (Lin et al. 2018): 26,000 pictures,
    of which each counts for the mode that its three channels are read as, however poorly, and a mode is captured if one
    picture counts for it. So blots count, too, and noise has modes. Hence the last two numbers, which are ours.

    Args:
        images: `(N, 3, 28, 28)` in [-1, 1].

    Returns:
        `modes_captured`, from 0 to 1,000; `mode_kl`, `histogram_kl` of the modes from equal shares, in nats;
        `share_confident`, the share of pictures of which all three channels are read with a probability above 0.8; and
        `confident_modes`, the modes captured by these alone.

    Raises:
        ValueError: images of another shape.
    """
    if images.ndim != 4 or images.shape[1:] != (3, 28, 28):
        raise ValueError(f"images must be (N, 3, 28, 28), not {images.shape}")
    probabilities = digit_probabilities(images.reshape(-1, 1, 28, 28)).reshape(len(images), 3, 10)
    modes = probabilities.argmax(axis=2) @ np.array([100, 10, 1])  # (N,)
    confident = (probabilities.max(axis=2) > CONFIDENT).all(axis=1)
    return {
        "modes_captured": len(np.unique(modes)),
        "mode_kl": histogram_kl(np.bincount(modes, minlength=NUM_MODES), np.ones(NUM_MODES)),
        "share_confident": float(confident.mean()),
        "confident_modes": len(np.unique(modes[confident])),
    }
