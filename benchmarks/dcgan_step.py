"""One step of a DCGAN (64x64 colour, base 32, batch 32, Adam), in MindSpore and in PyTorch eager.

    python3 -m venv .venv-bench
    .venv-bench/bin/pip install torch==2.13.0 "numpy<2"
    .venv/bin/python benchmarks/dcgan_step.py --torch-python .venv-bench/bin/python

The course's networks with transposed convolutions; D learns, then G against the new D, and G runs once a step in both.
"""

from functools import partial
from time import perf_counter

import numpy as np
from side_by_side import compare

BATCH, LATENT, BASE, SHAPE = 32, 100, 32, (3, 64, 64)


def batches(count):
    """Images `(BATCH, 3, 64, 64)` and noise `(BATCH, LATENT)`, the same for both."""
    random = np.random.default_rng(0)
    for _ in range(count):
        yield (
            random.uniform(-1, 1, (BATCH, *SHAPE)).astype(np.float32),
            random.standard_normal((BATCH, LATENT), np.float32),
        )


def mindspore_seconds(num_steps):
    """Seconds of each step: the course's own step, with its thread keeper, results read back."""
    from gan_course.models import dcgan  # first: it quiets MindSpore's log
    from gan_course.training.players import two_players
    from gan_course.training.steps.gan import gan_step
    from gan_course.training.threads import ThreadKeeper

    import mindspore as ms  # isort: skip
    from mindspore import nn  # isort: skip

    rng = np.random.default_rng(0)
    adam = partial(nn.Adam, learning_rate=2e-4, beta1=0.5)
    generator = dcgan.initialise(dcgan.Generator(LATENT, SHAPE, BASE), rng)
    discriminator = dcgan.initialise(dcgan.Discriminator(SHAPE, BASE), rng)
    step = gan_step(**two_players(generator, discriminator, adam, adam))
    keep_threads = ThreadKeeper()
    for images, z in batches(num_steps):
        start = perf_counter()
        losses = step(ms.Tensor(images), ms.Tensor(z))
        [value.asnumpy() for value in losses.values()]
        yield perf_counter() - start
        keep_threads(perf_counter() - start)


def torch_seconds(num_steps):
    """Seconds of each step of the same networks and updates in eager PyTorch."""
    import torch
    from torch import nn

    def doubled(before, after):
        return [nn.ConvTranspose2d(before, after, 4, 2, 1), nn.BatchNorm2d(after), nn.ReLU()]

    def halved(before, after):
        return [nn.Conv2d(before, after, 4, 2, 1), nn.BatchNorm2d(after), nn.LeakyReLU(0.2)]

    torch.manual_seed(0)
    generator = nn.Sequential(
        nn.Linear(LATENT, 8 * BASE * 16), nn.Unflatten(1, (8 * BASE, 4, 4)), nn.BatchNorm2d(8 * BASE), nn.ReLU(),
        *doubled(8 * BASE, 4 * BASE), *doubled(4 * BASE, 2 * BASE), *doubled(2 * BASE, BASE),
        nn.ConvTranspose2d(BASE, 3, 4, 2, 1), nn.Tanh(),
    )  # fmt: skip
    discriminator = nn.Sequential(
        nn.Conv2d(3, BASE, 4, 2, 1), nn.LeakyReLU(0.2),
        *halved(BASE, 2 * BASE), *halved(2 * BASE, 4 * BASE), *halved(4 * BASE, 8 * BASE),
        nn.Flatten(), nn.Linear(8 * BASE * 16, 1),
    )  # fmt: skip
    for network in (generator, discriminator):
        for layer in network:
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
                nn.init.normal_(layer.weight, 0, 0.02)
    optimizer_g, optimizer_d = (
        torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999)) for network in (generator, discriminator)
    )
    bce, ones, zeros = nn.BCEWithLogitsLoss(), torch.ones(BATCH, 1), torch.zeros(BATCH, 1)
    for images, z in batches(num_steps):
        start = perf_counter()
        fake = generator(torch.from_numpy(z))
        optimizer_d.zero_grad()
        real_logits, fake_logits = discriminator(torch.from_numpy(images)), discriminator(fake.detach())
        loss_d = bce(real_logits, ones) + bce(fake_logits, zeros)
        loss_d.backward()
        optimizer_d.step()
        optimizer_g.zero_grad()
        loss_g = bce(discriminator(fake), ones)
        loss_g.backward()
        optimizer_g.step()
        [float(value) for value in (loss_d, loss_g, real_logits.sigmoid().mean(), fake_logits.sigmoid().mean())]
        yield perf_counter() - start


if __name__ == "__main__":
    compare(__file__, __doc__, mindspore_seconds, torch_seconds)
