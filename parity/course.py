"""What is held against the references: the one place that imports the course, which quiets MindSpore's log first."""
# ruff: noqa: F401

from gan_course.data.mixtures import ring
from gan_course.evaluation import (
    bootstrap,
    classes,
    dots,
    frechet,
    kernel_distance,
    linear_probe,
    modes,
    nearest,
    pca,
    poses,
    precision_recall,
    shares,
    spectrum,
)
from gan_course.evaluation.digits import DigitClassifier
from gan_course.lessons.museum import exhibits as museum_exhibits
from gan_course.lessons.museum import networks as museum_networks
from gan_course.lessons.museum.step import museum_step
from gan_course.lessons.picture_gan import learning_rate
from gan_course.models import acgan, dcgan, mlp_gan
from gan_course.models.autoencoder import Autoencoder
from gan_course.models.layers import UpsampleConv, conv_transpose
from gan_course.models.packing import Packed
from gan_course.models.stacked import StackedMLP, fourier_features, stacked_mlp
from gan_course.models.vae import VAE
from gan_course.training import losses, schedules
from gan_course.training.augmentation import random_shifts, shifted
from gan_course.training.dropout import renewing
from gan_course.training.players import named, two_players
from gan_course.training.steps.acgan import acgan_step
from gan_course.training.steps.gan import discriminator_step, gan_step, split_gan_step
from gan_course.training.steps.supervised import autoencoder_step, classifier_step, vae_step
from gan_course.training.steps.unrolled import unrolled_step
from gan_course.training.steps.wgan_gp import wgan_gp_step

import mindspore  # isort: skip
