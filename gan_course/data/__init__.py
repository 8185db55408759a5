"""Arrays in, batches out. Images are float32 `(N, C, H, W)` in [-1, 1]."""

from gan_course.data.batches import Batches
from gan_course.data.images import images
from gan_course.data.mnist import mnist
from gan_course.data.sunflowers import sunflowers

__all__ = ["Batches", "images", "mnist", "sunflowers"]
