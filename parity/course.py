"""All that is held against the references: the one place that imports the course, which quiets MindSpore's log first."""

from gan_course.data.mixtures import ring
from gan_course.evaluation.digits import DigitClassifier
from gan_course.lessons import museum
from gan_course.lessons.experiment import named, two_players
from gan_course.models import acgan, dcgan, mlp_gan
from gan_course.models.autoencoder import Autoencoder
from gan_course.models.layers import UpsampleConv, conv_transpose
from gan_course.models.packing import Packed
from gan_course.models.stacked import StackedMLP, stacked_mlp
from gan_course.models.stacked import waves as fourier_features
from gan_course.models.vae import VAE
from gan_course.training import losses
from gan_course.training.dropout import renewing
from gan_course.training.penalised import penalised_step as wgan_gp_step
from gan_course.training.steps import (
    acgan_step,
    autoencoder_step,
    classifier_step,
    gan_step,
    split_gan_step,
    vae_step,
)
from gan_course.training.steps import judge_step as discriminator_step
from gan_course.training.unrolled import unrolled_step

import mindspore  # isort: skip

__all__ = [name for name in dir() if not name.startswith("_")]
