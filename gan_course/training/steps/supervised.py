"""Train steps of one network with one loss: autoencoder, VAE, classifier."""

import mindspore as ms
from mindspore import Tensor, nn

from gan_course.training.loop import Step
from gan_course.training.losses import (
    as_probabilities,
    bernoulli_nll,
    cross_entropy,
    gaussian_kl,
    mean_absolute_error,
)


def autoencoder_step(model: nn.Cell, optimizer: nn.Optimizer) -> Step:
    """Return `step(images)`, which lowers the mean absolute error of the reconstructions `model(images)`: `mae`."""

    def loss_fn(images):
        return mean_absolute_error(model(images), images)

    grad_fn = ms.value_and_grad(loss_fn, None, optimizer.parameters)

    @ms.jit
    def step(images):
        loss, gradients = grad_fn(images)
        optimizer(gradients)
        return {"mae": loss}

    return step


def vae_loss(model: nn.Cell, images: Tensor, epsilon: Tensor, beta: float = 1.0) -> tuple[Tensor, Tensor, Tensor]:
    """Return `nll + beta * kl`, and the two terms, in nats an image.

    With beta = 1 this is the negative ELBO, an upper bound on -log p(x) (Kingma & Welling 2014, equation 3,
    estimated with one sample of z, equation 7); other values give the beta-VAE (Higgins et al. 2017,
    equation 4).

    Args:
        model: images and noise -> logits `(N, C, H, W)`, mean and log-variance `(N, latent_dim)`.
        images: `(N, C, H, W)` in [-1, 1].
        epsilon: noise from N(0, I), `(N, latent_dim)`.
        beta: weight of the KL term.
    """
    logits, mean, log_variance = model(images, epsilon)
    nll = bernoulli_nll(logits, as_probabilities(images))
    kl = gaussian_kl(mean, log_variance)
    return nll + beta * kl, nll, kl


def vae_step(model: nn.Cell, optimizer: nn.Optimizer, beta: float = 1.0) -> Step:
    """Return `step(images, epsilon)`, which lowers `vae_loss`, its arguments: `loss`, `nll` and `kl`."""

    def loss_fn(images, epsilon):
        return vae_loss(model, images, epsilon, beta)

    grad_fn = ms.value_and_grad(loss_fn, None, optimizer.parameters, has_aux=True)

    @ms.jit
    def step(images, epsilon):
        (loss, nll, kl), gradients = grad_fn(images, epsilon)
        optimizer(gradients)
        return {"loss": loss, "nll": nll, "kl": kl}

    return step


def classifier_step(model: nn.Cell, optimizer: nn.Optimizer) -> Step:
    """Return `step(images, targets)`, which lowers the cross-entropy; `targets` are probabilities, `(N, K)`."""

    def loss_fn(images, targets):
        return cross_entropy(model(images), targets)

    grad_fn = ms.value_and_grad(loss_fn, None, optimizer.parameters)

    @ms.jit
    def step(images, targets):
        loss, gradients = grad_fn(images, targets)
        optimizer(gradients)
        return {"cross_entropy": loss}

    return step
