"""What lesson 02's checkers say of the loss in one piece and of the train step."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn, ops
from wrong import Wrong, hold

from gan_course.checks import neg_elbo
from gan_course.checks import vae as check
from gan_course.models.vae import reparameterise
from gan_course.training.losses import as_probabilities, bernoulli_nll, gaussian_kl
from gan_course.training.steps.supervised import vae_loss


def loss_with(pixels=as_probabilities, kl=1, through=lambda logits: logits, noise=lambda epsilon: epsilon):
    def loss(model, images, epsilon):
        mean, log_variance = model.encode(images)
        z = reparameterise(mean, log_variance, noise(epsilon))
        return bernoulli_nll(through(model.decode(z)), pixels(images)) + kl * gaussian_kl(mean, log_variance)

    return loss


def loss_swapped(model, images, epsilon):
    log_variance, mean = model.encode(images)
    z = reparameterise(mean, log_variance, epsilon)
    return bernoulli_nll(model.decode(z), as_probabilities(images)) + gaussian_kl(mean, log_variance)


def loss_of_pixels(model, images, epsilon):
    mean, log_variance = model.encode(images)
    rebuilt = model.generate(reparameterise(mean, log_variance, epsilon))
    return bernoulli_nll(rebuilt, as_probabilities(images)) + gaussian_kl(mean, log_variance)


def loss_of_probabilities_alone(model, images, epsilon):
    images = as_probabilities(images)
    mean, log_variance = model.encode(images)
    z = reparameterise(mean, log_variance, epsilon)
    return bernoulli_nll(model.decode(z), images) + gaussian_kl(mean, log_variance)


def loss_of_two(model, images, epsilon):
    logits, mean, log_variance = model(images, epsilon)
    return bernoulli_nll(logits, as_probabilities(images)), gaussian_kl(mean, log_variance)


def step_with(move=lambda optimizer, gradients: optimizer(gradients), own=None):
    def train_step(model, optimizer):
        if own is not None:
            optimizer = own(model)
        grad_fn = ms.value_and_grad(loss_of(model), None, model.trainable_params())

        def step(images, epsilon):
            loss, gradients = grad_fn(images, epsilon)
            move(optimizer, gradients)
            return loss

        return step

    return train_step


def loss_of(model):
    def loss_fn(images, epsilon):
        return loss_with()(model, images, epsilon)

    return loss_fn


def step_by_images(model, optimizer):
    grad_fn = ms.value_and_grad(loss_of(model))

    def step(images, epsilon):
        loss, gradients = grad_fn(images, epsilon)
        optimizer(gradients)
        return loss

    return step


def step_at_once(model, optimizer):
    images, epsilon = (ms.Tensor(np.zeros(shape, np.float32)) for shape in ((2, 1, 2, 3), (2, 2)))
    loss, gradients = ms.value_and_grad(loss_of(model), None, optimizer.parameters)(images, epsilon)
    optimizer(gradients)
    return loss


def step_looks_later(model, optimizer):
    def step(images, epsilon):
        optimizer(ms.grad(loss_of(model), None, optimizer.parameters)(images, epsilon))
        return loss_of(model)(images, epsilon)

    return step


def step_of_decoder(model, optimizer):
    grad_fn = ms.value_and_grad(loss_of(model), None, model.decoder.trainable_params())

    def step(images, epsilon):
        loss, gradients = grad_fn(images, epsilon)
        optimizer(gradients)
        return loss

    return step


def twice(optimizer, gradients):
    optimizer(gradients)
    optimizer(gradients)


def uphill(optimizer, gradients):
    optimizer(tuple(-gradient for gradient in gradients))


WRONG = {
    "neg_elbo": [
        Wrong(loss_with(pixels=lambda images: images), "the images stay in [-1, 1]", public=True),
        Wrong(loss_of_probabilities_alone, "the encoder gets probabilities"),
        Wrong(loss_with(kl=0), "an autoencoder with noise"),
        Wrong(loss_with(kl=-1), "taken away"),
        Wrong(loss_with(through=ops.sigmoid), "has one already", public=True),
        Wrong(loss_with(noise=lambda epsilon: ops.standard_normal(epsilon.shape)), "drawn inside"),
        Wrong(loss_swapped, "have changed places"),
        Wrong(loss_of_pixels, "wants the logits of `decode`"),
        Wrong(loss_of_two, None),
    ],
    "train_step": [
        Wrong(step_with(move=lambda optimizer, gradients: gradients), "nobody moves"),
        Wrong(step_with(move=twice), "two moves"),
        Wrong(step_with(move=uphill), "it climbs"),
        Wrong(step_with(own=lambda model: nn.SGD(model.trainable_params(), 0.1)), "an optimiser of its own"),
        Wrong(step_by_images, "not the gradients of the weights"),
        Wrong(step_at_once, "it steps at once"),
        Wrong(step_looks_later, "after the move"),
        Wrong(step_of_decoder, "not the gradients of the weights"),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)


def step_made_anew_each_time(model, optimizer):
    def step(images, epsilon):
        loss, gradients = ms.value_and_grad(loss_of(model), None, model.trainable_params())(images, epsilon)
        optimizer(gradients)
        return loss

    return step


def step_compiled(model, optimizer):
    def loss_fn(images, epsilon):
        return vae_loss(model, images, epsilon)[0]

    grad_fn = ms.value_and_grad(loss_fn, None, optimizer.parameters)

    @ms.jit
    def step(images, epsilon):
        loss, gradients = grad_fn(images, epsilon)
        optimizer(gradients)
        return loss

    return step


@pytest.mark.parametrize("answer", [step_made_anew_each_time, step_compiled])
def test_other_ways_are_right_too(answer):
    assert check.train_step(answer) is answer


def test_an_empty_blank_trains_all_the_same(capsys):
    """The lesson goes on with the package's step, under its own optimiser."""
    model, batch = neg_elbo.tiny_vae(), neg_elbo.batch_for()
    step = check.train_step(None)(model, nn.Adam(model.trainable_params(), learning_rate=0.01))
    losses = [float(step(*batch).asnumpy()) for _ in range(20)]
    assert losses[-1] < losses[0]
