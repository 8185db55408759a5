"""The networks of a lesson in PyTorch, from the lesson's settings as plain numbers and words.

The layers are those of `parity.networks`, which `make parity` holds against the course's; here they get the settings'
sizes, PyTorch's own tanh, and its batched product where networks stand side by side.
"""

from types import SimpleNamespace

import torch
from torch import nn

from parity import networks
from parity.layers import FourierFeatures, Side

# Settings that a network, a step or a training in this folder follows, and those that change no step.
FOLLOWED = """
    hidden hidden_g hidden_d latent_dim base_channels base_channels_d num_doublings num_halvings kernel_size upsample
    residual last_conv first_conv fold slope concatenate normalise_hidden normal_init shift beta adam learning_rate
    learning_rate_g learning_rate_d peak_learning_rate beta1 beta2 decay_start final_rate simultaneous real_target
    d_updates n_critic penalty_weight average_decay uniform_fakes batch_size num_steps num_seeds frequencies
""".split()
IRRELEVANT = """
    data size gray mirror classes counts class_balanced label_spread num_train num_test num_samples evaluate_every
    rejection_steps rejection_rate norm_kept
""".split()


def unknown(settings: dict) -> list[str]:
    """Settings that are switched on and mean nothing here, so that PyTorch would train something else."""
    return sorted(name for name, value in settings.items() if value and name not in FOLLOWED + IRRELEVANT)


def build(spec: dict) -> list[nn.Module]:
    """One network, or G and D, in training mode.

    Args:
        spec: `{"lesson", "settings", "shape", "num_classes"}`, as a worker of the course describes itself; `shape` is
            that of one picture, `[C, H, W]`.

    Raises:
        ValueError: a setting that is not known here.
    """
    if missing := unknown(spec["settings"]):
        raise ValueError(f"benchmarks/torch_nets.py does not know the setting {', '.join(missing)} yet: teach it")
    s, shape = SimpleNamespace(**spec["settings"]), tuple(spec["shape"])
    made = BUILDERS[spec["lesson"]](s, shape, spec["num_classes"])
    if getattr(s, "normal_init", spec["lesson"] == "wgan-gp"):
        for network in made[:1] if spec["lesson"] == "wgan-gp" else made:  # its critic keeps the usual weights
            initialise(network)
    return [network.train() for network in made]


def initialise(network: nn.Module, sigma: float = 0.02) -> None:
    """Radford et al. 2016, section 4: weights from N(0, sigma^2), scales from N(1, sigma^2), biases 0."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(layer.weight, 0, sigma)
        elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1, sigma)
        if getattr(layer, "bias", None) is not None:
            nn.init.zeros_(layer.bias)


def count(made: list[nn.Module]) -> int:
    """Numbers to learn in all of them."""
    return sum(parameter.numel() for network in made for parameter in network.parameters())


def autoencoder(s, shape, num_classes):
    return [networks.autoencoder(True, shape, s.hidden, s.latent_dim)]


def vae(s, shape, num_classes):
    return [networks.VAE(shape, s.hidden, s.latent_dim)]


def gan(s, shape, num_classes):
    return [
        networks.mlp_generator(True, s.latent_dim, s.hidden, shape, s.slope),
        networks.mlp_discriminator(shape, s.hidden, s.slope),
    ]


def mlp_gan(s, shape, num_classes):
    return [
        networks.mlp_generator(True, s.latent_dim, s.hidden_g, shape, slope=0.0, normalise=True),
        networks.mlp_discriminator(shape, s.hidden_d),
    ]


def dcgan(s, shape, num_classes):
    generator = networks.dcgan_generator(
        True, s.latent_dim, shape, s.base_channels, s.num_doublings, s.upsample, s.residual, s.last_conv, s.hidden_g
    )
    features = {"base": s.base_channels_d, "halvings": s.num_halvings, "kernel_size": s.kernel_size}
    features |= {"first_conv": s.first_conv, "normalise_hidden": s.normalise_hidden}
    return [generator, networks.dcgan_discriminator(shape, s.hidden_d, **features)]


def acgan(s, shape, num_classes):
    width = s.latent_dim * (1 + s.concatenate)
    generator = networks.dcgan_generator(True, width, shape, s.base_channels, s.num_doublings, hidden=s.hidden_g)
    sizes = {"base": s.base_channels, "halvings": s.num_doublings, "normalise_hidden": s.normalise_hidden}
    return [
        networks.ClassGenerator(num_classes, s.latent_dim, generator, s.concatenate),
        networks.acgan_discriminator(num_classes, shape, getattr(s, "hidden_d", 128), **sizes),
    ]


def wgan_gp(s, shape, num_classes):
    sizes = {"base": s.base_channels, "halvings": s.num_doublings, "normalise": False}
    return [
        networks.dcgan_generator(True, s.latent_dim, shape, s.base_channels, s.num_doublings, hidden=s.hidden_g),
        networks.dcgan_discriminator(shape, s.hidden_d, **sizes),
    ]


class Batched(Side):
    """`parity.layers.Side` as one batched product: `(S, N, in)` -> `(S, N, out)`."""

    def forward(self, x):
        return torch.baddbmm(self.bias, x, self.weight)


def mixture(s, shape, num_classes):
    """Networks side by side, one for each seed; D's begins with Fourier features."""

    def stacked(*widths: int) -> nn.Sequential:
        layers = [
            layer for pair in zip(widths, widths[1:]) for layer in (Batched(s.num_seeds, *pair), nn.LeakyReLU(0.2))
        ]
        for layer in layers[::2]:
            nn.init.normal_(layer.weight, 0, (2 / layer.weight.shape[1]) ** 0.5)
        return nn.Sequential(*layers[:-1])

    features = 2 * (1 + 2 * len(s.frequencies))
    discriminator = nn.Sequential(FourierFeatures(s.frequencies, damped=True), stacked(features, *s.hidden, 1))
    return [stacked(s.latent_dim, *s.hidden, 2), discriminator]


BUILDERS = {
    "autoencoder": autoencoder,
    "vae": vae,
    "gan": gan,
    "mlp-gan": mlp_gan,
    "dcgan": dcgan,
    "acgan": acgan,
    "wgan-gp": wgan_gp,
    "mixture": mixture,
}
