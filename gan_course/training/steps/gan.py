"""Train steps of two players: what every GAN's step does, written once, and the GANs that differ in their losses."""

from collections.abc import Callable
from functools import partial

import mindspore as ms
from mindspore import Tensor, nn, ops

from gan_course.training.loop import Step
from gan_course.training.losses import binary_cross_entropy, discriminator_loss, generator_loss


def adversarial_update(
    generator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    losses_d: tuple[Callable, ...],
    loss_g: Callable,
    simultaneous: bool = False,
) -> Callable:
    """Return `update(real, latent, *conditions)`: D learns, then G learns against the new D, both from the same fakes.

    That is algorithm 1 of Goodfellow et al. 2014 with k = 1, except that G does not draw a second z. So G runs
    only once: `vjp` keeps what its backward pass needs until D has moved. Each optimiser moves its own network
    only: D sees the fakes as plain data, and G's gradient comes through D without stopping there.

    Args:
        generator: `generator(*latent)` gives the fakes.
        optimizer_g, optimizer_d: over the parameters of each network, no two of the same name.
        losses_d: D moves once for each, lowering the first number of `loss(real, fake, *conditions)`.
        loss_g: G lowers the first number of `loss_g(fake, *conditions)`.
        simultaneous: let G learn against the old D instead, so that neither has the last word.

    Returns:
        Called inside a jitted function, it gives the further numbers of D's losses, in one list, and those of G's.
    """
    grad_fns_d = [ms.value_and_grad(loss, None, optimizer_d.parameters, has_aux=True) for loss in losses_d]
    grad_fn_g = ms.value_and_grad(loss_g, 0, has_aux=True)

    def update(real, latent, *conditions):
        fake, pull_back = ms.vjp(generator, *latent, weights=optimizer_g.parameters)
        seen_d, gradients_d = [], ()
        for grad_fn_d in grad_fns_d:
            (_, *seen), gradients_d = grad_fn_d(real, ops.stop_gradient(fake), *conditions)
            seen_d += seen
            if not simultaneous:
                optimizer_d(gradients_d)
        (_, *seen_g), gradient_fake = grad_fn_g(fake, *conditions)
        _, gradients_g = pull_back(gradient_fake)
        optimizer_g(gradients_g)
        if simultaneous:  # last: until G's gradients are there MindSpore 2.10 reads D's parameters, new ones if it can
            optimizer_d(gradients_d)
        return seen_d, seen_g

    return update


def game_results(loss_d: Tensor, loss_g: Tensor, real_logits: Tensor, fake_logits: Tensor) -> dict[str, Tensor]:
    """What each step of a GAN returns: both losses, and of the old D the means of D(x) and of D(G(z)) and its accuracy.

    `accuracy_d` is the share of images of the batch, real and fake, that D tells rightly.
    """
    right = (real_logits > 0).astype(ms.float32).mean() + (fake_logits < 0).astype(ms.float32).mean()
    return {
        "loss_d": loss_d,
        "loss_g": loss_g,
        "d_real": ops.sigmoid(real_logits).mean(),
        "d_fake": ops.sigmoid(fake_logits).mean(),
        "accuracy_d": right / 2,
    }


def refuse_partials(*losses: Callable) -> None:
    """Raise a TypeError for a `functools.partial`, whose gradient MindSpore 2.10 takes for 0 without a word."""
    if any(isinstance(loss, partial) for loss in losses):
        raise TypeError("a loss must be a function, not a functools.partial, through which no gradient comes")


def gan_step(
    generator: nn.Cell,
    discriminator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    loss_g: Callable[[Tensor], Tensor] = generator_loss,
    loss_d: Callable[[Tensor, Tensor], Tensor] = discriminator_loss,
    simultaneous: bool = False,
    augment: Callable[..., Tensor] | None = None,
) -> Step:
    """Return `step(real, z)`, an `adversarial_update`; it returns `game_results`, `loss_g` of the D that G learns from.

    With `augment` it is `step(real, z, *draws)`.

    Args:
        generator: z `(N, latent_dim)` -> images.
        discriminator: images -> logits `(N, 1)`.
        optimizer_g: over the generator's parameters, whose names must differ from the discriminator's.
        optimizer_d: over the discriminator's parameters.
        loss_g: of the logits for generated images.
        loss_d: of the logits for real and for generated images.
        simultaneous: let G learn against the old D.
        augment: `augment(images, *drawn)` changes all that D sees; the first half of `draws` is for real images, the
            second for generated ones.

    Raises:
        TypeError: a loss is a `functools.partial`.
    """
    refuse_partials(loss_g, loss_d)

    def augmented(z, *drawn):
        return augment(generator(z), *drawn)

    def loss_fn_d(real, fake):
        real_logits, fake_logits = discriminator(real), discriminator(fake)
        loss = loss_d(real_logits, fake_logits)
        return loss, loss, real_logits, fake_logits

    def loss_fn_g(fake):
        loss = loss_g(discriminator(fake))
        return loss, loss

    source = generator if augment is None else augmented
    update = adversarial_update(source, optimizer_g, optimizer_d, (loss_fn_d,), loss_fn_g, simultaneous)

    @ms.jit
    def step(real, z, *draws):
        half = len(draws) // 2
        seen = real if augment is None else augment(real, *draws[:half])
        (value_d, real_logits, fake_logits), (value_g,) = update(seen, (z, *draws[half:]))
        return game_results(value_d, value_g, real_logits, fake_logits)

    return step


def split_gan_step(
    generator: nn.Cell, discriminator: nn.Cell, optimizer_g: nn.Optimizer, optimizer_d: nn.Optimizer
) -> Step:
    """Return `step(real, z)` in which D takes two updates: from the real images alone, then from generated ones alone.

    That is what a program does that calls D's training function once for each. It makes D stronger than the one
    update of `gan_step` from both. Losses, arguments and what the step returns are those of `gan_step`.
    """

    def loss_fn_real(real, fake):
        logits = discriminator(real)
        loss = binary_cross_entropy(logits, 1.0)
        return loss, loss, logits

    def loss_fn_fake(real, fake):
        logits = discriminator(fake)
        loss = binary_cross_entropy(logits, 0.0)
        return loss, loss, logits

    def loss_fn_g(fake):
        loss = generator_loss(discriminator(fake))
        return loss, loss

    update = adversarial_update(generator, optimizer_g, optimizer_d, (loss_fn_real, loss_fn_fake), loss_fn_g)

    @ms.jit
    def step(real, z):
        (loss_real, real_logits, loss_fake, fake_logits), (loss_g,) = update(real, (z,))
        return game_results(loss_real + loss_fake, loss_g, real_logits, fake_logits)

    return step


def discriminator_step(generator: nn.Cell, discriminator: nn.Cell, optimizer_d: nn.Optimizer) -> Step:
    """Return `step(real, z)`: D learns as in `gan_step`, and G stays as it is. The step returns `loss_d`.

    Raises:
        ValueError: G is in training mode, in which its running averages would move.
    """
    if generator.training:
        raise ValueError("discriminator_step needs a generator at rest: generator.set_train(False)")

    def loss_fn(real, fake):
        return discriminator_loss(discriminator(real), discriminator(fake))

    grad_fn = ms.value_and_grad(loss_fn, None, optimizer_d.parameters)

    @ms.jit
    def step(real, z):
        loss, gradients = grad_fn(real, ops.stop_gradient(generator(z)))
        optimizer_d(gradients)
        return {"loss_d": loss}

    return step


def generator_step(generator: nn.Cell, discriminator: nn.Cell, optimizer_g: nn.Optimizer) -> Step:
    """Return `step(real, z)`: G learns as in `gan_step`, and D stays as it is. The step returns `loss_g`.

    Raises:
        ValueError: D is in training mode, in which its running averages would move.
    """
    if discriminator.training:
        raise ValueError("generator_step needs a discriminator at rest: discriminator.set_train(False)")

    def loss_fn(z):
        return generator_loss(discriminator(generator(z)))

    grad_fn = ms.value_and_grad(loss_fn, None, optimizer_g.parameters)

    @ms.jit
    def step(real, z):
        loss, gradients = grad_fn(z)
        optimizer_g(gradients)
        return {"loss_g": loss}

    return step
