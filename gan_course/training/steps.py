"""Train steps on `value_and_grad`: `step(*batch)` updates the networks and returns the losses by name.

Each step is jitted whole. A step takes its randomness as an argument, so that the same batch gives the same
bits. `optimizer` is any MindSpore optimiser over the network's `trainable_params()`.
"""

from collections.abc import Callable

import mindspore as ms
from mindspore import Tensor, nn, ops

from gan_course.models.autoencoder import Autoencoder
from gan_course.models.vae import VAE
from gan_course.training.losses import (
    as_probabilities,
    bernoulli_nll,
    binary_cross_entropy,
    class_loss,
    cross_entropy,
    discriminator_loss,
    gaussian_kl,
    generator_loss,
    mean_absolute_error,
)

Step = Callable[..., dict[str, Tensor]]


def autoencoder_step(model: Autoencoder, optimizer: nn.Optimizer) -> Step:
    """Return `step(images)`, which lowers the mean absolute error of the reconstructions."""

    def loss_fn(images):
        return mean_absolute_error(model(images), images)

    grad_fn = ms.value_and_grad(loss_fn, None, optimizer.parameters)

    @ms.jit
    def step(images):
        loss, gradients = grad_fn(images)
        optimizer(gradients)
        return {"mae": loss}

    return step


def vae_loss(model: VAE, images: Tensor, epsilon: Tensor, beta: float = 1.0) -> tuple[Tensor, Tensor, Tensor]:
    """Return `nll + beta * kl`, and the two terms, in nats an image.

    With beta = 1 this is the negative ELBO, an upper bound on -log p(x) (Kingma & Welling 2014, equation 3,
    estimated with one sample of z, equation 7); other values give the beta-VAE (Higgins et al. 2017,
    equation 4).

    Args:
        model: the VAE.
        images: `(N, C, H, W)` in [-1, 1].
        epsilon: noise from N(0, I), `(N, latent_dim)`.
        beta: weight of the KL term.
    """
    logits, mean, log_variance = model(images, epsilon)
    nll = bernoulli_nll(logits, as_probabilities(images))
    kl = gaussian_kl(mean, log_variance)
    return nll + beta * kl, nll, kl


def vae_step(model: VAE, optimizer: nn.Optimizer, beta: float = 1.0) -> Step:
    """Return `step(images, epsilon)`, which lowers `vae_loss`; `epsilon` is N(0, I), `(N, latent_dim)`."""

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


def gan_step(
    generator: nn.Cell,
    discriminator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    loss_g: Callable[[Tensor], Tensor] = generator_loss,
    loss_d: Callable[[Tensor, Tensor], Tensor] = discriminator_loss,
    simultaneous: bool = False,
) -> Step:
    """Return `step(real, z)`: D learns, then G learns against the new D, both from the same z.

    That is algorithm 1 of Goodfellow et al. 2014 with k = 1, except that G does not draw a second z. So G runs
    only once: `vjp` keeps what its backward pass needs until D has moved. Each optimiser moves its own network
    only: D sees the images as plain data, and G's gradient comes through D without stopping there.

    The step returns `loss_d`, `loss_g` (of the D that G learns from), and of the old D the means of D(x) and
    D(G(z)), and its accuracy, the share of images of the batch, real and fake, that it tells rightly.

    Args:
        generator: z `(N, latent_dim)` -> images.
        discriminator: images -> logits `(N, 1)`.
        optimizer_g: over the generator's parameters, whose names must differ from the discriminator's.
        optimizer_d: over the discriminator's parameters.
        loss_g: of the logits for generated images.
        loss_d: of the logits for real and for generated images.
        simultaneous: let G learn against the old D instead, so that neither has the last word.
    """
    generator.set_train()
    discriminator.set_train()

    def loss_fn_d(real, fake):
        real_logits, fake_logits = discriminator(real), discriminator(fake)
        return loss_d(real_logits, fake_logits), real_logits, fake_logits

    def loss_fn_g(fake):
        return loss_g(discriminator(fake))

    grad_fn_d = ms.value_and_grad(loss_fn_d, None, optimizer_d.parameters, has_aux=True)
    grad_fn_g = ms.value_and_grad(loss_fn_g, 0)

    @ms.jit
    def step(real, z):
        fake, pull_back = ms.vjp(generator, z, weights=optimizer_g.parameters)
        (value_d, real_logits, fake_logits), gradients_d = grad_fn_d(real, ops.stop_gradient(fake))
        if not simultaneous:
            optimizer_d(gradients_d)
        value_g, gradient_fake = grad_fn_g(fake)
        _, gradients_g = pull_back(gradient_fake)
        if simultaneous:  # no earlier: between the two lines above MindSpore 2.10 drops the update without a word
            optimizer_d(gradients_d)
        optimizer_g(gradients_g)
        d_real, d_fake, accuracy = judgement(real_logits, fake_logits)
        return {"loss_d": value_d, "loss_g": value_g, "d_real": d_real, "d_fake": d_fake, "accuracy_d": accuracy}

    return step


def judge_step(generator: nn.Cell, discriminator: nn.Cell, optimizer_d: nn.Optimizer) -> Step:
    """Return `step(real, z)`: D learns as in `gan_step`, and G stays as it is. The step returns `loss_d`."""
    discriminator.set_train()

    def loss_fn(real, fake):
        return discriminator_loss(discriminator(real), discriminator(fake))

    grad_fn = ms.value_and_grad(loss_fn, None, optimizer_d.parameters)

    @ms.jit
    def step(real, z):
        loss, gradients = grad_fn(real, ops.stop_gradient(generator(z)))
        optimizer_d(gradients)
        return {"loss_d": loss}

    return step


def split_gan_step(
    generator: nn.Cell, discriminator: nn.Cell, optimizer_g: nn.Optimizer, optimizer_d: nn.Optimizer
) -> Step:
    """Return `step(real, z)` in which D takes two updates: from the real images alone, then from generated ones alone.

    That is what a program does that calls D's training function once for each. It makes D stronger than the one
    update of `gan_step` from both. Losses, arguments and what the step returns are those of `gan_step`.
    """
    generator.set_train()
    discriminator.set_train()

    def loss_fn_real(images):
        logits = discriminator(images)
        return binary_cross_entropy(logits, 1.0), logits

    def loss_fn_fake(images):
        logits = discriminator(images)
        return binary_cross_entropy(logits, 0.0), logits

    def loss_fn_g(fake):
        return generator_loss(discriminator(fake))

    grad_fn_real = ms.value_and_grad(loss_fn_real, None, optimizer_d.parameters, has_aux=True)
    grad_fn_fake = ms.value_and_grad(loss_fn_fake, None, optimizer_d.parameters, has_aux=True)
    grad_fn_g = ms.value_and_grad(loss_fn_g, 0)

    @ms.jit
    def step(real, z):
        fake, pull_back = ms.vjp(generator, z, weights=optimizer_g.parameters)
        (loss_real, real_logits), gradients = grad_fn_real(real)
        optimizer_d(gradients)
        (loss_fake, fake_logits), gradients = grad_fn_fake(ops.stop_gradient(fake))
        optimizer_d(gradients)
        loss_g, gradient_fake = grad_fn_g(fake)
        _, gradients_g = pull_back(gradient_fake)
        optimizer_g(gradients_g)
        d_real, d_fake, accuracy = judgement(real_logits, fake_logits)
        loss_d = loss_real + loss_fake
        return {"loss_d": loss_d, "loss_g": loss_g, "d_real": d_real, "d_fake": d_fake, "accuracy_d": accuracy}

    return step


def acgan_step(
    generator: nn.Cell,
    discriminator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    fake_labels: Tensor | None = None,
    loss_class: Callable[[Tensor, Tensor], Tensor] = class_loss,
) -> Step:
    """Return `step(real, labels, z)`: `gan_step` with classes, after Odena et al. 2017, equations 2 and 3.

    D lowers -(L_S + L_C): it learns to tell real from fake, and which class the picture shows, real or fake. G lowers
    -(L_C - L_S), in the non-saturating form: its pictures shall pass for real, and for the class that was asked for.

    The step returns what `gan_step` does, where `loss_d` and `loss_g` are about real and fake alone, and beside these
    the losses of the class head on real pictures, `class_real`, and on generated ones, `class_fake`, and the share of
    each whose class it names rightly, `accuracy_class_real` and `accuracy_class_fake`; all of the old D.

    Args:
        generator: z `(N, latent_dim)`, labels `(N,)` -> images.
        discriminator: images -> logits `(N, 1)`, class logits `(N, K)`.
        optimizer_g, optimizer_d: as in `gan_step`.
        fake_labels: the classes that G is asked for in each batch, int32 `(N,)`; those of the real pictures by
            default, so that G practises each class as often as D sees it.
        loss_class: of class logits and labels.
    """
    generator.set_train()
    discriminator.set_train()

    def loss_fn_d(real, labels, fake, asked):
        real_logits, real_classes = discriminator(real)
        fake_logits, fake_classes = discriminator(fake)
        loss_real, loss_fake = loss_class(real_classes, labels), loss_class(fake_classes, asked)
        loss_d = discriminator_loss(real_logits, fake_logits)
        right = share_right(real_classes, labels), share_right(fake_classes, asked)
        return loss_d + loss_real + loss_fake, loss_d, real_logits, fake_logits, loss_real, loss_fake, *right

    def loss_fn_g(fake, asked):
        logits, classes = discriminator(fake)
        loss_g = generator_loss(logits)
        return loss_g + loss_class(classes, asked), loss_g

    grad_fn_d = ms.value_and_grad(loss_fn_d, None, optimizer_d.parameters, has_aux=True)
    grad_fn_g = ms.value_and_grad(loss_fn_g, 0, has_aux=True)

    @ms.jit
    def step(real, labels, z):
        asked = labels if fake_labels is None else fake_labels
        fake, pull_back = ms.vjp(generator, z, asked, weights=optimizer_g.parameters)
        said, gradients_d = grad_fn_d(real, labels, ops.stop_gradient(fake), asked)
        optimizer_d(gradients_d)
        (_, loss_g), gradient_fake = grad_fn_g(fake, asked)
        _, gradients_g = pull_back(gradient_fake)
        optimizer_g(gradients_g)
        _, loss_d, real_logits, fake_logits, class_real, class_fake, right_real, right_fake = said
        d_real, d_fake, accuracy = judgement(real_logits, fake_logits)
        return {
            "loss_d": loss_d,
            "loss_g": loss_g,
            "d_real": d_real,
            "d_fake": d_fake,
            "accuracy_d": accuracy,
            "class_real": class_real,
            "class_fake": class_fake,
            "accuracy_class_real": right_real,
            "accuracy_class_fake": right_fake,
        }

    return step


def share_right(logits: Tensor, labels: Tensor) -> Tensor:
    """The share of rows of `logits` `(N, K)` whose largest is that of their label, from 0 to 1."""
    return (logits.argmax(axis=1) == labels).astype(ms.float32).mean()


def judgement(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """How D judges: the means of D(x) and of D(G(z)), and its accuracy, each from 0 to 1."""
    right = (real_logits > 0).astype(ms.float32).mean() + (fake_logits < 0).astype(ms.float32).mean()
    return ops.sigmoid(real_logits).mean(), ops.sigmoid(fake_logits).mean(), right / 2
