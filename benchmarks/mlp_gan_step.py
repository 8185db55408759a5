"""One step of the sunflower GAN (dense networks, 64x64 grey, batch 32, Adam), in MindSpore and in PyTorch eager.

    python3 -m venv .venv-bench
    .venv-bench/bin/pip install torch==2.13.0 "numpy<2"
    .venv/bin/python benchmarks/mlp_gan_step.py --torch-python .venv-bench/bin/python

Blocks of steps of the two take turns, each in a process of its own, since idle threads of one would slow the other.
The table gives the median step of each block; the ratio is that of the medians over all blocks.
"""

from time import perf_counter

import numpy as np
from side_by_side import compare

BATCH, LATENT, PIXELS = 32, 100, 64 * 64


def batches(count):
    """Images `(BATCH, 1, 64, 64)` and noise `(BATCH, LATENT)`, the same for both."""
    random = np.random.default_rng(0)
    for _ in range(count):
        yield (
            random.uniform(-1, 1, (BATCH, 1, 64, 64)).astype(np.float32),
            random.standard_normal((BATCH, LATENT), np.float32),
        )


def mindspore_seconds(num_steps):
    """Seconds of each step: the course's own step, with its thread keeper, results read back."""
    from gan_course.data.sources import Sunflowers  # first: it quiets MindSpore's log
    from gan_course.lessons import mlp_gan
    from gan_course.training.threads import ThreadKeeper

    import mindspore as ms  # isort: skip

    settings = mlp_gan.Settings(data=Sunflowers(BATCH), adam=True, learning_rate_g=2e-4, learning_rate_d=2e-4)
    step = mlp_gan.build(settings).step
    keep_threads = ThreadKeeper()
    for images, z in batches(num_steps):
        start = perf_counter()
        losses = step(ms.Tensor(images), ms.Tensor(z))
        [value.asnumpy() for value in losses.values()]
        yield perf_counter() - start
        keep_threads(perf_counter() - start)


def torch_seconds(num_steps):
    """Seconds of each step of the same networks and updates, D first, then G on the new D, in eager PyTorch."""
    import torch
    from torch import nn

    def hidden(before, after, norm):
        return [nn.Linear(before, after), *([nn.BatchNorm1d(after)] if norm else []), nn.ReLU()]

    torch.manual_seed(0)
    generator = nn.Sequential(
        *hidden(LATENT, 128, False), *hidden(128, 256, True), *hidden(256, 512, True), *hidden(512, 1024, True),
        nn.Linear(1024, PIXELS), nn.Tanh(),
    )  # fmt: skip
    discriminator = nn.Sequential(
        nn.Linear(PIXELS, 1024), nn.LeakyReLU(0.2), nn.Linear(1024, 256), nn.LeakyReLU(0.2), nn.Linear(256, 1)
    )
    optimizer_g, optimizer_d = (
        torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999)) for network in (generator, discriminator)
    )
    bce, ones, zeros = nn.BCEWithLogitsLoss(), torch.ones(BATCH, 1), torch.zeros(BATCH, 1)
    for images, z in batches(num_steps):
        start = perf_counter()
        fake = generator(torch.from_numpy(z))
        optimizer_d.zero_grad()
        real_logits, fake_logits = discriminator(torch.from_numpy(images).flatten(1)), discriminator(fake.detach())
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
