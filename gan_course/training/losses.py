"""Loss functions: tensors in, one number out, the formula in the docstring."""

from mindspore import Tensor, ops


def mean_absolute_error(prediction: Tensor, target: Tensor) -> Tensor:
    """MAE = mean |prediction - target| over all pixels of all images; any shape, the same for both.

    On images in [-1, 1] it lies between 0 and 2, which would be black for white everywhere.
    """
    return ops.abs(prediction - target).mean()


def as_probabilities(images: Tensor) -> Tensor:
    """Images in [-1, 1] -> [0, 1], where a pixel can be read as the probability of being white."""
    return (images + 1) / 2


def softplus(x: Tensor) -> Tensor:
    """log(1 + e^x), computed as max(x, 0) + log(1 + e^-|x|), which cannot overflow.

    max(x, 0) is written as (x + |x|) / 2, so that the gradient at x = 0 is 1/2; with a ReLU it would be 0.
    """
    return (x + ops.abs(x)) / 2 + ops.log1p(ops.exp(-ops.abs(x)))


def bernoulli_nll(logits: Tensor, probabilities: Tensor) -> Tensor:
    """-log p(x|z) of a Bernoulli decoder, in nats: summed over the pixels, averaged over the batch.

    For a pixel x in [0, 1] and p = sigmoid(l) it is -[x log p + (1 - x) log(1 - p)] (Kingma & Welling 2014,
    appendix C.1), which is softplus(l) - l x, the same number without overflow. Grey pixels keep it above zero
    even for a perfect decoder.

    Args:
        logits: `(N, C, H, W)`, any real numbers.
        probabilities: the images on [0, 1], `(N, C, H, W)`.
    """
    return (softplus(logits) - logits * probabilities).sum() / logits.shape[0]


def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mu, sigma^2) || N(0, I)) in nats: summed over the latents, averaged over the batch.

    1/2 sum(sigma^2 + mu^2 - 1 - log sigma^2) (Kingma & Welling 2014, equation 10 and appendix B). Pixels and
    latents are both *summed*, so that the two terms of the ELBO keep their proportion; taking a mean over the
    784 pixels instead would make the KL term 784 times too strong.

    Args:
        mean: `(N, latent_dim)`.
        log_variance: log sigma^2, `(N, latent_dim)`.
    """
    return 0.5 * (ops.exp(log_variance) + mean**2 - 1 - log_variance).sum() / mean.shape[0]


def binary_cross_entropy(logits: Tensor, target: float) -> Tensor:
    """-[t log D + (1 - t) log(1 - D)] with D = sigmoid(logits), which is softplus(l) - t l; mean over the batch.

    Args:
        logits: `(N, 1)`, any real numbers; positive where the discriminator takes an image for real.
        target: 1 for "real", 0 for "fake", or in between.
    """
    return (softplus(logits) - target * logits).mean()


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor, real_target: float = 1.0) -> Tensor:
    """-E[log D(x)] - E[log(1 - D(G(z)))], what D minimises (Goodfellow et al. 2014, equation 1).

    2 log 2 = 1.386 for a discriminator that answers 1/2 everywhere, which is the best it can do against a
    perfect generator (section 4.1).

    Args:
        real_logits: for real images, `(N, 1)`.
        fake_logits: for generated images, `(N, 1)`.
        real_target: less than 1, say 0.9, is one-sided label smoothing (Salimans et al. 2016, section 3.4).
    """
    return binary_cross_entropy(real_logits, real_target) + binary_cross_entropy(fake_logits, 0.0)


def generator_loss(fake_logits: Tensor) -> Tensor:
    """-E[log D(G(z))], the non-saturating loss of G (Goodfellow et al. 2014, end of section 3).

    log 2 = 0.693 where D answers 1/2. Its gradient is largest where D is sure that an image is fake.
    """
    return binary_cross_entropy(fake_logits, 1.0)


def saturating_generator_loss(fake_logits: Tensor) -> Tensor:
    """E[log(1 - D(G(z)))], G's side of the minimax game itself (Goodfellow et al. 2014, equation 1).

    -log 2 where D answers 1/2. Where D is sure that an image is fake its gradient vanishes: G learns nothing
    when it has most to learn.
    """
    return -binary_cross_entropy(fake_logits, 0.0)


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """-sum_k t_k log p_k with p = softmax(logits), averaged over the batch; log K where p is uniform.

    The softmax is in here, as log p = l - log sum e^l, which cannot overflow: a network hands over its logits. If it
    ends in a softmax of its own, p is at most e / (e + K - 1), that is 0.475 of 4 classes: the loss cannot come near 0.

    Args:
        logits: `(N, K)`, any real numbers.
        targets: the probability of each class, `(N, K)`; rows of 0 and a single 1 for known labels.
    """
    return -(targets * ops.log_softmax(logits, axis=1)).sum(axis=1).mean()


def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """E[f(G(z))] - E[f(x)], what a critic f minimises (Arjovsky, Chintala & Bottou 2017, equation 3).

    Among all f that are nowhere steeper than 1, the least of it is minus the Wasserstein distance between real and
    generated images: how far, on average, one must move the one to get the other. Scores are any real numbers, without
    a sigmoid, and only their differences count.

    Args:
        real_scores: of real images, `(N, 1)`.
        fake_scores: of generated images, `(N, 1)`.
    """
    return fake_scores.mean() - real_scores.mean()


def critic_generator_loss(fake_scores: Tensor) -> Tensor:
    """-E[f(G(z))], what G minimises against a critic f: its own images should score high."""
    return -fake_scores.mean()


def relativistic_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-E[log sigmoid(D(x) - D(G(z)))], what D minimises if it judges pairs (Jolicoeur-Martineau 2019, section 4.1).

    D is to find each real image more real than the generated one beside it; only differences of logits count. log 2
    where all logits are the same. No G that has lost modes can rest at this loss (Sun, Fang & Schwing 2020), and the
    two players meet if R1 and R2 hold D's slope (Huang et al. 2024; `steps.rounds.zero_centred_penalty`).

    Args:
        real_logits: for real images, `(N, 1)`.
        fake_logits: for generated images, `(N, 1)`, which meet the real ones in this order.
    """
    return softplus(fake_logits - real_logits).mean()


def relativistic_generator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-E[log sigmoid(D(G(z)) - D(x))], what G minimises: the same with the sides changed."""
    return softplus(real_logits - fake_logits).mean()


def class_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """-E[log P(C = c | X)], the cross-entropy of labels: one of the two terms of L_C in Odena et al. 2017, equation 3.

    log K where the class head answers 1/K for each of K classes.

    Args:
        logits: of the class head, `(N, K)`; no softmax before.
        labels: the classes that the pictures have, or that they were asked to show, int32 `(N,)`, from 0 to K - 1.
    """
    return cross_entropy(logits, ops.one_hot(labels, logits.shape[1], 1.0, 0.0))
