"""The train step of a GAN that knows classes (Odena, Olah & Shlens 2017)."""

from collections.abc import Callable

import mindspore as ms
from mindspore import Tensor, nn

from gan_course.training.loop import Step
from gan_course.training.losses import class_loss, discriminator_loss, generator_loss
from gan_course.training.steps.gan import adversarial_update, game_results, refuse_partials


def acgan_step(
    generator: nn.Cell,
    discriminator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    loss_class: Callable[[Tensor, Tensor], Tensor] = class_loss,
) -> Step:
    """Return `step(real, labels, z, asked)`: `gan_step` with classes, after Odena et al. 2017, equations 2 and 3.

    D lowers -(L_S + L_C): it learns to tell real from fake, and which class the picture shows, real or fake. G lowers
    -(L_C - L_S), in the non-saturating form: its pictures shall pass for real, and for the class that was asked for.
    Without `asked`, int32 `(N,)`, G is asked for the classes of the real pictures: it practises each as often as D
    sees it.

    The step returns `game_results`, where `loss_d` and `loss_g` are about real and fake alone, and beside these
    the losses of the class head on real pictures, `class_real`, and on generated ones, `class_fake`, and the share of
    each whose class it names rightly, `accuracy_class_real` and `accuracy_class_fake`; all of the old D.

    Args:
        generator: z `(N, latent_dim)`, labels `(N,)` -> images.
        discriminator: images -> logits `(N, 1)`, class logits `(N, K)`.
        optimizer_g, optimizer_d: as in `gan_step`.
        loss_class: of class logits and labels.

    Raises:
        TypeError: the loss is a `functools.partial`.
    """
    refuse_partials(loss_class)

    def loss_fn_d(real, fake, labels, asked):
        real_logits, real_classes = discriminator(real)
        fake_logits, fake_classes = discriminator(fake)
        class_real, class_fake = loss_class(real_classes, labels), loss_class(fake_classes, asked)
        loss_d = discriminator_loss(real_logits, fake_logits)
        accuracies = share_right(real_classes, labels), share_right(fake_classes, asked)
        return loss_d + class_real + class_fake, loss_d, real_logits, fake_logits, class_real, class_fake, *accuracies

    def loss_fn_g(fake, labels, asked):
        logits, classes = discriminator(fake)
        loss_g = generator_loss(logits)
        return loss_g + loss_class(classes, asked), loss_g

    update = adversarial_update(generator, optimizer_g, optimizer_d, (loss_fn_d,), loss_fn_g)

    @ms.jit
    def step(real, labels, z, asked=None):
        asked = labels if asked is None else asked
        seen_d, (loss_g,) = update(real, (z, asked), labels, asked)
        loss_d, real_logits, fake_logits, class_real, class_fake, accuracy_real, accuracy_fake = seen_d
        results = game_results(loss_d, loss_g, real_logits, fake_logits)
        results["class_real"], results["class_fake"] = class_real, class_fake
        results["accuracy_class_real"], results["accuracy_class_fake"] = accuracy_real, accuracy_fake
        return results

    return step


def share_right(logits: Tensor, labels: Tensor) -> Tensor:
    """The share of rows of `logits` `(N, K)` whose largest is that of their label, from 0 to 1."""
    return (logits.argmax(axis=1) == labels).astype(ms.float32).mean()
