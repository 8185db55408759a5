"""The train steps of the lessons as one writes them in eager PyTorch: `step(*batch)` moves, and gives its losses.

Losses from `torch.nn.functional`, `zero_grad`, `backward`, `step`, a scheduler where the lesson has one. What the
course computes once a step is computed once here: one pass of G serves both updates. All losses are read back, as the
course records them.
"""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.lr_scheduler import ConstantLR, CosineAnnealingLR, LRScheduler, OneCycleLR, SequentialLR

from benchmarks.torch_augment import translate

Step = Callable[..., dict[str, float]]
Update = Callable[[Tensor], None]  # takes a loss, moves a network


def updater(network: nn.Module, optimizer: torch.optim.Optimizer, schedule=None) -> Update:
    """A function that moves `network` one step down a loss."""

    def update(loss: Tensor) -> None:
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if schedule is not None:
            schedule.step()

    return update


def late_cosine(
    optimizer: torch.optim.Optimizer, rate: float, num_updates: int, decay_start: float, final_rate: float = 0.01
) -> LRScheduler | None:
    """After the part `decay_start` of the updates the rate falls to `final_rate` of it; None where that is all."""
    if decay_start >= 1:
        return None
    steady = round(decay_start * num_updates)
    falling = {"T_max": num_updates - steady, "eta_min": rate * final_rate}
    if not steady:
        return CosineAnnealingLR(optimizer, **falling)
    parts = [ConstantLR(optimizer, factor=1, total_iters=0), CosineAnnealingLR(optimizer, **falling)]
    return SequentialLR(optimizer, parts, milestones=[steady])


def bce(logits: Tensor, target: float) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def report(real_logits: Tensor, fake_logits: Tensor) -> dict[str, Tensor]:
    right = (real_logits > 0).float().mean() + (fake_logits < 0).float().mean()
    return {
        "d_real": real_logits.sigmoid().mean(),
        "d_fake": fake_logits.sigmoid().mean(),
        "accuracy_d": right / 2,
    }


def autoencoder(networks: list[nn.Module], s: SimpleNamespace) -> Step:
    (model,) = networks
    update = one_cycle_updater(model, s)

    def step(images):
        loss = F.l1_loss(model(images), images)
        update(loss)
        return {"mae": loss}

    return step


def vae(networks: list[nn.Module], s: SimpleNamespace) -> Step:
    (model,) = networks
    update = one_cycle_updater(model, s)

    def step(images, epsilon):
        logits, mean, log_variance = model(images, epsilon)
        nll = F.binary_cross_entropy_with_logits(logits, (images + 1) / 2, reduction="sum") / len(images)
        kl = 0.5 * (log_variance.exp() + mean**2 - 1 - log_variance).sum() / len(images)
        loss = nll + s.beta * kl
        update(loss)
        return {"loss": loss, "nll": nll, "kl": kl}

    return step


def one_cycle_updater(model: nn.Module, s: SimpleNamespace) -> Update:
    optimizer = torch.optim.Adam(model.parameters(), lr=s.peak_learning_rate)
    schedule = OneCycleLR(optimizer, s.peak_learning_rate, s.num_steps, final_div_factor=400, cycle_momentum=False)
    return updater(model, optimizer, schedule)


def players(networks: list[nn.Module], s: SimpleNamespace) -> tuple[Update, Update]:
    """What moves G, and what moves D: the optimisers of the lesson's settings."""
    n_critic = getattr(s, "n_critic", 1)
    updates = []
    for network, name, turns in zip(networks, ("learning_rate_g", "learning_rate_d"), (1, n_critic)):
        rate = getattr(s, name, None) or s.learning_rate
        betas = (getattr(s, "beta1", 0.9), getattr(s, "beta2", 0.999))
        make = partial(torch.optim.Adam, betas=betas) if getattr(s, "adam", True) else torch.optim.SGD
        optimizer = make(network.parameters(), lr=rate)
        start = getattr(s, "decay_start", 0.0 if hasattr(s, "num_seeds") else 1.0)  # the mixtures' rate always falls
        schedule = late_cosine(optimizer, rate, turns * s.num_steps, start, getattr(s, "final_rate", 0.01))
        updates.append(updater(network, optimizer, schedule))
    return tuple(updates)


def gan(networks: list[nn.Module], s: SimpleNamespace) -> Step:
    """D first, then G on the new D; or both from the old D where `simultaneous`, or D twice where `d_updates` is 2.

    With offsets, of the real images and of the generated ones, all that D sees is moved.
    """
    generator, discriminator = networks
    update_g, update_d = players(networks, s)
    target, simultaneous = getattr(s, "real_target", 1.0), getattr(s, "simultaneous", False)

    def step(real, z, *offsets):
        fake = generator(z)
        if offsets:
            real, fake = translate(real, offsets[0]), translate(fake, offsets[1])
        if getattr(s, "d_updates", 1) == 2:
            real_logits = discriminator(real)
            loss_real = bce(real_logits, target)
            update_d(loss_real)
            fake_logits = discriminator(fake.detach())
            loss_fake = bce(fake_logits, 0.0)
            update_d(loss_fake)
            loss_d = loss_real + loss_fake
        else:
            real_logits, fake_logits = discriminator(real), discriminator(fake.detach())
            loss_d = bce(real_logits, target) + bce(fake_logits, 0.0)
            if not simultaneous:
                update_d(loss_d)
        loss_g = bce(discriminator(fake), 1.0)
        update_g(loss_g)
        if simultaneous:
            update_d(loss_d)
        return {"loss_d": loss_d, "loss_g": loss_g, **report(real_logits, fake_logits)}

    return step


def acgan(networks: list[nn.Module], s: SimpleNamespace) -> Step:
    generator, discriminator = networks
    update_g, update_d = players(networks, s)

    def share_right(logits, labels):
        return (logits.argmax(1) == labels).float().mean()

    def step(real, labels, z, asked=None):
        asked = labels if asked is None else asked
        fake = generator(z, asked)
        (real_logits, real_classes), (fake_logits, fake_classes) = discriminator(real), discriminator(fake.detach())
        class_real, class_fake = F.cross_entropy(real_classes, labels), F.cross_entropy(fake_classes, asked)
        loss_d = bce(real_logits, 1.0) + bce(fake_logits, 0.0)
        update_d(loss_d + class_real + class_fake)
        logits, classes = discriminator(fake)
        loss_g = bce(logits, 1.0)
        update_g(loss_g + F.cross_entropy(classes, asked))
        rights = {
            "accuracy_class_real": share_right(real_classes, labels),
            "accuracy_class_fake": share_right(fake_classes, asked),
        }
        losses = {"loss_d": loss_d, "loss_g": loss_g, "class_real": class_real, "class_fake": class_fake}
        return losses | report(real_logits, fake_logits) | rights

    return step


def wgan_gp(networks: list[nn.Module], s: SimpleNamespace) -> Step:
    generator, critic = networks
    update_g, update_d = players(networks, s)

    def step(real, z, epsilon):
        for x, noise, mix in zip(*(part.chunk(s.n_critic) for part in (real, z, epsilon))):
            with torch.no_grad():
                fake = generator(noise)
            mix = mix[:, :, None, None]
            between = (mix * x + (1 - mix) * fake).requires_grad_()
            (slopes,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
            penalty = ((slopes.flatten(1).norm(dim=1) - 1) ** 2).mean()
            loss_d = critic(fake).mean() - critic(x).mean()
            update_d(loss_d + s.penalty_weight * penalty)
        loss_g = -critic(generator(noise)).mean()
        update_g(loss_g)
        return {"loss_d": loss_d, "penalty": penalty, "loss_g": loss_g}

    return step


STEPS = {
    "autoencoder": autoencoder,
    "vae": vae,
    "gan": gan,
    "mlp-gan": gan,
    "dcgan": gan,
    "acgan": acgan,
    "wgan-gp": wgan_gp,
    "mixture": gan,
}


def from_numpy(step: Callable[..., dict[str, Tensor]]) -> Step:
    """Arrays in, floats out: what surrounds every step of a training."""

    def whole(*batch):
        tensors = [torch.from_numpy(part) for part in batch]
        tensors = [tensor if tensor.is_floating_point() else tensor.long() for tensor in tensors]
        return {name: value.item() for name, value in step(*tensors).items()}

    return whole


def make_step(networks: list[nn.Module], spec: dict) -> Step:
    """`step(*arrays)` of a lesson; `spec` as in `torch_nets.build`."""
    return from_numpy(STEPS[spec["lesson"]](networks, SimpleNamespace(**spec["settings"])))
