"""Instance noise (Sønderby et al. 2017; Arjovsky & Bottou 2017): D sees real and fake points through the same mist."""

from mindspore import Tensor, nn


class Noisy(nn.Cell):
    """A generator whose points are shifted by noise that comes with z, in its last numbers.

    Args:
        generator: z `(..., latent_dim)` -> points `(..., dim)`.
        dim: numbers of a point.
    """

    def __init__(self, generator: nn.Cell, dim: int = 2):
        super().__init__()
        self.generator = generator
        self.dim = dim

    def construct(self, z: Tensor) -> Tensor:
        """`(..., latent_dim + dim)` -> `(..., dim)`."""
        return self.generator(z[..., : -self.dim]) + z[..., -self.dim :]
