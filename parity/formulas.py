"""Losses, learning rates and moves of the course against PyTorch's and SciPy's own; the rows are those of `metrics`."""

from collections.abc import Iterator

import numpy as np
import scipy.ndimage
import torch

from parity import course
from parity.course import mindspore as ms

Rows = Iterator[tuple[str, str, object, object]]


def losses() -> Rows:
    """Values, at logits from -30 to 30."""
    rng = np.random.default_rng(0)
    real, fake = (np.append(8 * rng.standard_normal(40), [-30, 0, 30])[:, None].astype(np.float32) for _ in range(2))
    labels, logits = rng.integers(5, size=43).astype(np.int32), 8 * rng.standard_normal((43, 5)).astype(np.float32)
    mean, log_variance = rng.standard_normal((2, 43, 6)).astype(np.float32)
    grey = rng.random((43, 1)).astype(np.float32)
    t = [torch.from_numpy(part).double() for part in (real, fake, logits, mean, log_variance, grey)]
    bce, ones = torch.nn.functional.binary_cross_entropy_with_logits, torch.ones(43, 1).double()
    smooth = bce(t[0], 0.9 * ones) + bce(t[1], 0 * ones)
    kl = torch.distributions.kl_divergence(
        torch.distributions.Normal(t[3], (t[4] / 2).exp()), torch.distributions.Normal(torch.zeros(6).double(), 1)
    )
    nll = -torch.distributions.ContinuousBernoulli(logits=t[0]).log_prob(t[5])
    nll = nll + torch.distributions.ContinuousBernoulli(logits=t[0])._cont_bern_log_norm()  # what Bernoulli lacks
    given = {
        "discriminator_loss": ((real, fake), bce(t[0], ones) + bce(t[1], 0 * ones)),
        "generator_loss": ((fake,), bce(t[1], ones)),
        "saturating_generator_loss": ((fake,), -bce(t[1], 0 * ones)),
        "class_loss": ((logits, labels), torch.nn.functional.cross_entropy(t[2], torch.from_numpy(labels).long())),
        "gaussian_kl": ((mean, log_variance), kl.sum(1).mean()),
        "bernoulli_nll": ((real, grey), nll.sum(1).mean()),
        "critic_loss": ((real, fake), t[1].mean() - t[0].mean()),
        "critic_generator_loss": ((fake,), -t[1].mean()),
        "mean_absolute_error": ((real, fake), torch.nn.functional.l1_loss(t[0], t[1])),
    }
    for name, (arrays, theirs) in given.items():
        yield name, "torch", getattr(course.losses, name)(*map(ms.Tensor, arrays)).asnumpy(), theirs.item()
    ours = course.losses.discriminator_loss(ms.Tensor(real), ms.Tensor(fake), 0.9).asnumpy()
    yield "discriminator_loss, smooth", "torch", ours, smooth.item()


def schedule() -> Rows:
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=0.1)
    falling, theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=20, eta_min=0.001), []
    for _ in range(20):
        theirs += falling.get_last_lr()
        optimizer.step()
        falling.step()
    yield "cosine schedule", "torch", course.schedules.cosine_ramp(0.1, 0.001, 20), theirs


def late_schedule() -> Rows:
    """Steady, then a cosine."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = torch.optim.lr_scheduler
    parts = [scheduler.ConstantLR(optimizer, 1, 0), scheduler.CosineAnnealingLR(optimizer, T_max=13, eta_min=0.001)]
    whole, theirs = scheduler.SequentialLR(optimizer, parts, milestones=[7]), []
    for _ in range(20):
        theirs += whole.get_last_lr()
        optimizer.step()
        whole.step()
    yield "cosine after 7 of 20 steps", "torch", course.learning_rate(0.1, 20, 0.35), theirs


def moves() -> Rows:
    """DiffAugment's: the pictures after them, the gradient back through them, and how far they go."""
    count, size, reach = 30, (8, 12), 7
    rng = np.random.default_rng(0)
    images, weights = rng.standard_normal((2, count, 3, *size)).astype(np.float32)
    *real, rows, columns = course.random_shifts(count, size, reach)(np.random.default_rng(1))
    drawn = np.random.default_rng(1).integers(-reach, reach + 1, (4, count))  # as the docstring says: R, C; real, fake
    for name, draws, offsets in (("real", real, drawn[:2].T), ("fake", (rows, columns), drawn[2:].T)):
        tensors = [ms.Tensor(part) for part in draws]
        moved = course.shifted(ms.Tensor(images), *tensors).asnumpy()
        theirs = [scipy.ndimage.shift(image, (0, *offset), order=0) for image, offset in zip(images, offsets)]
        yield f"shifted pictures, {name}", "scipy shift", moved, np.stack(theirs)

    def weighted(x):
        return (course.shifted(x, *tensors) * ms.Tensor(weights)).sum()

    theirs = torch.from_numpy(images).double().requires_grad_()
    (sampled(theirs, offsets) * torch.from_numpy(weights)).sum().backward()
    yield "shifted pictures, gradient", "torch grid_sample", ms.grad(weighted)(ms.Tensor(images)).asnumpy(), theirs.grad


def sampled(images: torch.Tensor, offsets: np.ndarray) -> torch.Tensor:
    """Images moved by whole pixels, as a spatial transformer has it: each pixel asks where it comes from."""
    n, _, height, width = images.shape
    down, right = torch.from_numpy(offsets).double().T
    theta = torch.eye(2, 3).double().repeat(n, 1, 1)
    theta[:, 0, 2], theta[:, 1, 2] = -2 * right / width, -2 * down / height
    grid = torch.nn.functional.affine_grid(theta, images.shape, align_corners=False)
    return torch.nn.functional.grid_sample(images, grid, align_corners=False)


def all_formulas() -> Rows:
    yield from losses()
    yield from schedule()
    yield from late_schedule()
    yield from moves()
