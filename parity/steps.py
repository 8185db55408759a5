"""The train steps of the course as their papers have them, in PyTorch: `step(*batch)` moves, and returns the losses.

Written from the formulas, not from the course's code: the log of a probability where the paper has one, every forward
pass where an algorithm asks for one, all gradients of one moment before the first update of that moment.
"""

import torch
from torch import Tensor
from torch.func import functional_call

from parity.optimizers import gradients, move


def log_real(logits: Tensor) -> Tensor:
    """log D for D = sigmoid(logits)."""
    return torch.nn.functional.logsigmoid(logits)


def log_fake(logits: Tensor) -> Tensor:
    """log(1 - D) for D = sigmoid(logits)."""
    return torch.nn.functional.logsigmoid(-logits)


def value(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """V(D, G) of Goodfellow et al. 2014, equation 1: what D raises."""
    return log_real(real_logits).mean() + log_fake(fake_logits).mean()


def report(real_logits: Tensor, fake_logits: Tensor) -> dict[str, Tensor]:
    """D's mean answers, and its accuracy on a batch that is half real, half fake."""
    right = torch.cat([real_logits > 0, fake_logits < 0]).double().mean()
    d_real, d_fake = torch.sigmoid(real_logits).mean(), torch.sigmoid(fake_logits).mean()
    return {"d_real": d_real, "d_fake": d_fake, "accuracy_d": right}


def autoencoder(model, optimizer):
    """Mean absolute error of the reconstruction."""

    def step(images):
        loss = (model(images) - images).abs().mean()
        move(optimizer, gradients(loss, optimizer))
        return {"mae": loss}

    return step


def vae(model, optimizer, beta=1.0):
    """Kingma & Welling 2014, equation 10: -ELBO with one sample of z, a Bernoulli decoder; beta-VAE, equation 4."""

    def step(images, epsilon):
        logits, mean, log_variance = model(images, epsilon)
        x = (images + 1) / 2
        nll = -(x * log_real(logits) + (1 - x) * log_fake(logits)).flatten(1).sum(1).mean()
        kl = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1).mean()
        loss = nll + beta * kl
        move(optimizer, gradients(loss, optimizer))
        return {"loss": loss, "nll": nll, "kl": kl}

    return step


def classifier(model, optimizer):
    """Cross-entropy of target probabilities."""

    def step(images, targets):
        loss = -(targets * torch.softmax(model(images), 1).log()).sum(1).mean()
        move(optimizer, gradients(loss, optimizer))
        return {"cross_entropy": loss}

    return step


def translated(images, rows, columns):
    """Each image cut out of a frame of zeros, so far from its middle as one number of R, and of C^T, says.

    R `(N, 1, H, H)` brings row j of the image to row i where it holds a 1 at (i, j); C^T `(N, W, W)` brings column i to
    column j.
    """
    height, width = images.shape[2:]
    moved = []
    for image, r, c in zip(images, rows[:, 0] > 0.5, columns > 0.5):
        (to_row, from_row), (from_column, to_column) = r.nonzero()[0].tolist(), c.nonzero()[0].tolist()
        framed = torch.nn.functional.pad(image, (width, width, height, height))
        moved.append(framed[:, height + from_row - to_row :, width + from_column - to_column :][:, :height, :width])
    return torch.stack(moved)


def gan(g, d, optimizer_g, optimizer_d, simultaneous=False, saturating=False, real_target=1.0, augment=None):
    """Goodfellow et al. 2014, algorithm 1, k = 1, one z for both; G's loss as at the end of section 3, or equation 1.

    One-sided label smoothing as in Salimans et al. 2016, section 3.4. With `augment`, the T of DiffAugment (Zhao et al.
    2020), D is shown T(x) and T(G(z)) only, and G's gradient comes through T.
    """

    def step(real, z, *draws):
        fake = g(z)
        if augment is not None:
            half = len(draws) // 2
            real, fake = augment(real, *draws[:half]), augment(fake, *draws[half:])
        real_logits, fake_logits = d(real), d(fake.detach())
        log_of_real = real_target * log_real(real_logits) + (1 - real_target) * log_fake(real_logits)
        loss_d = -log_of_real.mean() - log_fake(fake_logits).mean()
        slopes_d = gradients(loss_d, optimizer_d)
        if not simultaneous:
            move(optimizer_d, slopes_d)
        logits = d(fake)
        loss_g = log_fake(logits).mean() if saturating else -log_real(logits).mean()
        slopes_g = gradients(loss_g, optimizer_g)
        if simultaneous:
            move(optimizer_d, slopes_d)
        move(optimizer_g, slopes_g)
        return {"loss_d": loss_d, "loss_g": loss_g, **report(real_logits, fake_logits)}

    return step


def split_gan(g, d, optimizer_g, optimizer_d):
    """D learns from the real images alone, then from the fakes alone, then G from the D of then."""

    def step(real, z):
        fake = g(z)
        real_logits = d(real)
        loss_real = -log_real(real_logits).mean()
        move(optimizer_d, gradients(loss_real, optimizer_d))
        fake_logits = d(fake.detach())
        loss_fake = -log_fake(fake_logits).mean()
        move(optimizer_d, gradients(loss_fake, optimizer_d))
        loss_g = -log_real(d(fake)).mean()
        move(optimizer_g, gradients(loss_g, optimizer_g))
        return {"loss_d": loss_real + loss_fake, "loss_g": loss_g, **report(real_logits, fake_logits)}

    return step


def discriminator(g, d, optimizer_d):
    """D's part of algorithm 1 alone; nothing in G changes."""

    def step(real, z):
        with torch.no_grad():
            fake = g(z)
        loss_d = -value(d(real), d(fake))
        move(optimizer_d, gradients(loss_d, optimizer_d))
        return {"loss_d": loss_d}

    return step


def acgan(g, d, optimizer_g, optimizer_d, double_softmax=False):
    """Odena et al. 2017, equations 2 and 3: D raises L_S + L_C, G raises L_C - L_S in the non-saturating form."""

    def log_class(logits, labels):
        probabilities = torch.softmax(logits, 1)
        if double_softmax:  # the museum's mistake
            probabilities = torch.softmax(probabilities, 1)
        return probabilities.gather(1, labels[:, None]).log().mean()

    def share_right(logits, labels):
        return (logits.argmax(1) == labels).double().mean()

    def step(real, labels, z, asked=None):
        asked = labels if asked is None else asked
        fake = g(z, asked)
        (real_logits, real_classes), (fake_logits, fake_classes) = d(real), d(fake.detach())
        source = value(real_logits, fake_logits)
        class_real, class_fake = log_class(real_classes, labels), log_class(fake_classes, asked)
        move(optimizer_d, gradients(-(source + class_real + class_fake), optimizer_d))
        logits, classes = d(fake)
        loss_g = -log_real(logits).mean()
        move(optimizer_g, gradients(loss_g - log_class(classes, asked), optimizer_g))
        rights = {
            "accuracy_class_real": share_right(real_classes, labels),
            "accuracy_class_fake": share_right(fake_classes, asked),
        }
        losses = {"loss_d": -source, "loss_g": loss_g, "class_real": -class_real, "class_fake": -class_fake}
        return losses | report(real_logits, fake_logits) | rights

    return step


def wgan_gp(g, d, optimizer_g, optimizer_d, penalty_weight=10.0, n_critic=5):
    """Gulrajani et al. 2017, algorithm 1; G learns from the z of the critic's last turn.

    The parts of the batch are the turns. The gradient of the critic is taken image by image.
    """

    def step(real, z, epsilon):
        turns = list(zip(real.chunk(n_critic), z.chunk(n_critic), epsilon.chunk(n_critic)))
        for x, noise, mix in turns:
            fake = g(noise).detach()
            mix = mix.reshape(*mix.shape, *[1] * (x.ndim - mix.ndim))
            between = (mix * x + (1 - mix) * fake).requires_grad_()
            (slopes,) = torch.autograd.grad(d(between).sum(), between, create_graph=True)
            penalty = ((slopes.flatten(epsilon.ndim - 1).norm(dim=-1) - 1) ** 2).mean()  # a norm a picture, or a point
            loss = d(fake).mean() - d(x).mean()
            move(optimizer_d, gradients(loss + penalty_weight * penalty, optimizer_d))
        loss_g = -d(g(turns[-1][1])).mean()
        move(optimizer_g, gradients(loss_g, optimizer_g))
        return {"loss_d": loss, "penalty": penalty, "loss_g": loss_g}

    return step


def unrolled(g, d, optimizer_g, optimizer_d, num_unrolled, rate):
    """Metz et al. 2017, equations 7 to 10: G against the D of K steps later, through these steps; D as ever."""

    def step(real, z):
        weights = dict(d.named_parameters())
        fake = g(z)
        for _ in range(num_unrolled):
            score = value(functional_call(d, weights, (real,)), functional_call(d, weights, (fake,)))
            slopes = torch.autograd.grad(score, list(weights.values()), create_graph=True)
            weights = {name: w + rate * slope for (name, w), slope in zip(weights.items(), slopes)}
        loss_g = value(functional_call(d, weights, (real,)), functional_call(d, weights, (fake,)))
        loss_d = -value(d(real), d(fake.detach()))
        slopes_g, slopes_d = gradients(loss_g, optimizer_g), gradients(loss_d, optimizer_d)
        move(optimizer_g, slopes_g)
        move(optimizer_d, slopes_d)
        return {"loss_d": loss_d, "loss_g": loss_g}

    return step


def museum(g, d, optimizer_g, optimizer_d, saturating=False, joined=False):
    """Algorithm 1 with G run anew in each turn, as a first program has it; what D's optimiser moves is its own affair.

    `joined` lets D see real and fake as one batch, which batch normalisation notices.
    """

    def step(real, z):
        fake = g(z)
        real_logits, fake_logits = d(torch.cat([real, fake])).chunk(2) if joined else (d(real), d(fake))
        loss_d = -value(real_logits, fake_logits)
        move(optimizer_d, gradients(loss_d, optimizer_d))
        logits = d(g(z))
        loss_g = log_fake(logits).mean() if saturating else -log_real(logits).mean()
        move(optimizer_g, gradients(loss_g, optimizer_g))
        return {"loss_d": loss_d, "loss_g": loss_g, **report(real_logits, fake_logits)}

    return step
