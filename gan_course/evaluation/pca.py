"""Principal component analysis, the yardstick for autoencoders: the best *linear* way through k numbers."""

import numpy as np
from scipy.linalg import eigh


class PCA:
    """Project images onto the `latent_dim` directions of largest variance, and back.

    Among all linear encoders and decoders it leaves the smallest squared error (Eckart & Young 1936).

    Args:
        images: training images, `(N, C, H, W)`.
        latent_dim: number of directions, at most C * H * W.
    """

    def __init__(self, images: np.ndarray, latent_dim: int):
        flat = images.reshape(len(images), -1)
        self.image_shape = images.shape[1:]
        self.mean = flat.mean(axis=0)
        covariance = np.cov(flat, rowvar=False)
        size = len(covariance)
        _, vectors = eigh(covariance, subset_by_index=[size - latent_dim, size - 1])
        self.directions = vectors[:, ::-1].astype(np.float32)  # (pixels, latent_dim), largest variance first

    def encode(self, images: np.ndarray) -> np.ndarray:
        """`(N, C, H, W)` -> `(N, latent_dim)`."""
        return (images.reshape(len(images), -1) - self.mean) @ self.directions

    def decode(self, z: np.ndarray) -> np.ndarray:
        """`(N, latent_dim)` -> `(N, C, H, W)`, clipped to [-1, 1], which can only bring it closer to an image."""
        return np.clip(z @ self.directions.T + self.mean, -1, 1).reshape(len(z), *self.image_shape)

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """Encode and decode."""
        return self.decode(self.encode(images))
