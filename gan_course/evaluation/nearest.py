"""The nearest training image to each sample: has the generator learnt its pictures by heart?"""

import math

import numpy as np
from scipy.spatial.distance import cdist


def nearest_images(
    samples: np.ndarray, training: np.ndarray, mirrored: bool = False, chunk: int = 1000
) -> tuple[np.ndarray, np.ndarray]:
    """For each sample, which training image is nearest in pixels, and how far it is.

    A distance near 0 proves a copy. The reverse does not hold: a copy moved by one pixel, or a little brighter, may be
    farther away than another flower (Theis et al. 2016), so a large distance does not prove that a picture is new.
    A blurred picture lies near to everything, so a small one does not prove a good picture either. The yardstick
    is the distance of *held-out* images to the training images; look at the pairs, do not trust the numbers alone.

    Args:
        samples: `(N, C, H, W)`.
        training: `(M, C, H, W)`, of the same range.
        mirrored: compare with the mirror image of each sample too, and take the smaller distance.
        chunk: training images compared at a time, which bounds the memory.

    Returns:
        indices into `training`, int64 `(N,)`, the first of equals, and Euclidean distances |sample - image| over
        all pixels and channels, float32 `(N,)`.

    Raises:
        ValueError: images of different shapes, or no training images.
    """
    if samples.shape[1:] != training.shape[1:] or len(training) == 0:
        raise ValueError(f"cannot compare samples {samples.shape} with training images {training.shape}")
    indices, distances = nearest_in_pixels(samples, training, chunk)
    if mirrored:
        others, other_distances = nearest_in_pixels(samples[..., ::-1], training, chunk)
        closer = other_distances < distances
        indices, distances = np.where(closer, others, indices), np.where(closer, other_distances, distances)
    return indices, distances


def nearest_in_pixels(samples: np.ndarray, training: np.ndarray, chunk: int) -> tuple[np.ndarray, np.ndarray]:
    """`nearest_images` without mirrors."""
    flat = samples.reshape(len(samples), math.prod(training.shape[1:])).astype(np.float32)
    indices, smallest = np.zeros(len(flat), np.int64), np.full(len(flat), np.inf, np.float32)
    for start in range(0, len(training), chunk):
        images = training[start : start + chunk].reshape(-1, flat.shape[1]).astype(np.float32)
        # |s - t|^2 = |s|^2 - 2 <s, t> + |t|^2, whose first term is the same for all t: one matrix product.
        scores = (images**2).sum(axis=1) - 2 * flat @ images.T  # (N, chunk)
        best = scores.argmin(axis=1)
        score = scores[np.arange(len(flat)), best]
        closer = score < smallest
        indices[closer], smallest[closer] = start + best[closer], score[closer]
    # The product rounds away small distances, so measure those that count once more.
    distances = [np.linalg.norm(sample - training[i].ravel()) for sample, i in zip(flat, indices)]
    return indices, np.array(distances, np.float32)


def typical_distance(images: np.ndarray) -> float:
    """Median Euclidean distance of an image to the nearest other one; of `(N, C, H, W)` the first 1,000 are compared.

    Divide the distances of samples by it: near 0 they are copies, near 1 as far off as the images from each other.
    """
    flat = images[:1000].reshape(min(len(images), 1000), -1)
    distances = cdist(flat, flat)
    np.fill_diagonal(distances, np.inf)
    return float(np.median(distances.min(axis=1)))
