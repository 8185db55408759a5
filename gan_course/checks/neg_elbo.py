"""The blanks of lesson 02 that need a whole model: the loss in one piece, and the train step that lowers it."""

from collections.abc import Callable
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import nn, ops

from gan_course.checks.answer import Question, answer, filled, unchanged
from gan_course.checks.moves import Descent, weights, with_weights
from gan_course.models import vae as models
from gan_course.training import losses
from gan_course.training.steps.supervised import vae_loss

SAME = "the same noise gives the same answer"


def tiny_vae() -> models.VAE:
    """Six pixels through two numbers and back, with fixed weights."""
    return with_weights(models.VAE(latent_dim=2, hidden=(4,), image_shape=(1, 2, 3)), seed=3)


def batch_for(count: int = 5) -> tuple[ms.Tensor, ms.Tensor]:
    """Images in [-1, 1] and noise for `tiny_vae`."""
    rng = np.random.default_rng(4)
    return ms.Tensor(rng.uniform(-1, 1, (count, 1, 2, 3)).astype(np.float32)), ms.Tensor(
        rng.standard_normal((count, 2), np.float32)
    )


def our_neg_elbo(model: nn.Cell, images: ms.Tensor, epsilon: ms.Tensor) -> ms.Tensor:
    """The package's loss, without its two terms."""
    return vae_loss(model, images, epsilon)[0]


def neg_elbo(yours: Callable) -> Callable:
    """`neg_elbo(model, images, epsilon)`: NLL + KL in nats an image in [-1, 1], one number (equation 7)."""
    images, epsilon = batch_for()

    def probe(function: Callable) -> dict[str, Any]:
        first, second = (filled(function(tiny_vae(), images, epsilon)) for _ in range(2))
        if not isinstance(first, ms.Tensor):
            return {"the loss": first}
        if not np.array_equal(first.asnumpy(), second.asnumpy()):
            return {SAME: False}
        model = tiny_vae()
        grad_fn = ms.grad(lambda *batch: function(model, *batch).sum(), None, model.trainable_params())
        gradients = np.concatenate([gradient.asnumpy().ravel() for gradient in grad_fn(images, epsilon)])
        return {SAME: True, "the loss": first, "its gradient by the weights": gradients}

    return answer(
        yours,
        Question(
            ours=our_neg_elbo,
            probe=probe,
            right="on average over epsilon, -log p(x) is at most your number: images are at least that probable.",
            mistakes=mistakes_of_loss(),
        ),
    )


def mistakes_of_loss() -> dict[str, Callable]:
    """What is said of a wrong `neg_elbo` -> one."""

    as_probabilities = losses.as_probabilities

    def variant(
        inputs=unchanged, targets=as_probabilities, pixels=unchanged, z=unchanged, order=1, noise=1.0, weight=1.0
    ):
        def loss(model, images, epsilon):
            mean, log_variance = model.encode(inputs(images))[::order]
            logits = pixels(model.decode(z(models.reparameterise(mean, log_variance, noise * epsilon))))
            return losses.bernoulli_nll(logits, targets(images)) + weight * losses.gaussian_kl(mean, log_variance)

        return loss

    def own_noise(model, images, epsilon):
        return our_neg_elbo(model, images, epsilon * float(np.random.default_rng().random()))

    return {
        "the noise is drawn inside, once more. Use the epsilon that is handed in.": own_noise,
        "the images stay in [-1, 1]. As targets they have to be probabilities: `as_probabilities(images)`.": variant(
            targets=unchanged
        ),
        "the encoder gets probabilities. It takes the images as they are, in [-1, 1]; only the targets are "
        "probabilities.": variant(inputs=as_probabilities),
        "no KL: this is an autoencoder with noise.": variant(weight=0.0),
        "the KL is taken away instead of added: it would pay to move the clouds apart.": variant(weight=-1.0),
        "the KL alone: nobody asks whether the image comes back.": lambda model, images, epsilon: losses.gaussian_kl(
            *model.encode(images)
        ),
        "z is the middle of the cloud: without epsilon the decoder never meets the neighbourhood.": variant(noise=0.0),
        "`encode` answers with the mean first, then the log variance; here they have changed places.": variant(
            order=-1
        ),
        "the decoder's answers go through a sigmoid before the likelihood, which has one already: it wants "
        "logits.": variant(pixels=ops.sigmoid),
        "`generate` gives pixels in [-1, 1]; the likelihood wants the logits of `decode`.": variant(
            pixels=models.expected_image
        ),
        "the number is right, but no gradient comes through z to the encoder. Keep z a tensor, without "
        "`stop_gradient`.": variant(z=ops.stop_gradient),
    }


def train_step(yours: Callable) -> Callable:
    """`train_step(model, optimizer)`: makes `step(images, epsilon)`, which lowers `neg_elbo` by one move."""
    images, epsilon = batch_for()

    def probe(make: Callable) -> dict[str, Any]:
        model = tiny_vae()
        before, optimizer = weights(model), Descent(model.trainable_params(), rate=0.02)
        step = filled(make(model, optimizer))
        if not callable(step):
            return {"what it makes": "no function"}
        first, second = (filled(step(images, epsilon)) for _ in range(2))
        change, moves = weights(model) - before, optimizer.moves()
        if change.any() and not moves:
            return {"who moves the weights": "not the optimiser that is handed in"}
        found = {"the number of moves in two calls": moves, "the first loss": first, "the second loss": second}
        return found | {"the change of the weights": change}

    return answer(
        yours,
        Question(
            ours=our_train_step,
            probe=probe,
            right="loss, gradients, one move: every training of this course is built of these.",
            mistakes=mistakes_of_step(),
        ),
    )


def our_train_step(model: nn.Cell, optimizer: nn.Optimizer, rate: float = 1.0, moves: int = 1) -> Callable:
    """The step, not compiled; climbs with a `rate` of -1, and moves as often as it is told."""
    grad_fn = ms.value_and_grad(
        lambda images, epsilon: our_neg_elbo(model, images, epsilon), None, optimizer.parameters
    )

    def step(images, epsilon):
        loss, gradients = grad_fn(images, epsilon)
        for _ in range(moves):
            optimizer(tuple(rate * gradient for gradient in gradients))
        return loss

    return step


def looked_at_later(model: nn.Cell, optimizer: nn.Optimizer) -> Callable:
    """The step, which returns the loss after its move."""
    step = our_train_step(model, optimizer)

    def late(images, epsilon):
        step(images, epsilon)
        return our_neg_elbo(model, images, epsilon)

    return late


def by_images(model: nn.Cell, optimizer: nn.Optimizer) -> Callable:
    """The step with the gradients of the images."""
    grad_fn = ms.value_and_grad(lambda images, epsilon: our_neg_elbo(model, images, epsilon))
    return lambda images, epsilon: optimizer(grad_fn(images, epsilon)[1])


def returning_gradients(model: nn.Cell, optimizer: nn.Optimizer) -> Callable:
    """The step, which returns the gradients."""
    grad_fn = ms.grad(lambda images, epsilon: our_neg_elbo(model, images, epsilon), None, optimizer.parameters)

    def step(images, epsilon):
        gradients = grad_fn(images, epsilon)
        optimizer(gradients)
        return gradients

    return step


def mistakes_of_step() -> dict[str, Callable]:
    """What is said of a wrong `train_step` -> one."""

    def variant(**changes):
        return lambda model, optimizer: our_train_step(model, optimizer, **changes)

    return {
        "nobody moves: the gradients are there, now hand them to the optimiser.": variant(moves=0),
        "it climbs: the optimiser goes downhill by itself, so give it the gradients as they are.": variant(rate=-1.0),
        "two moves in a step: call the optimiser once.": variant(moves=2),
        "the loss is worked out anew after the move, at double cost. `value_and_grad` has given it "
        "already.": looked_at_later,
        "these are not the gradients of the weights. `value_and_grad(function, None, weights)`: without the last two "
        "it differentiates by the images.": by_images,
        "the step returns the gradients. Let it return the loss, to be watched.": returning_gradients,
        "it moves by an optimiser of its own. Use the one that is handed in.": lambda model, optimizer: our_train_step(
            model, Descent(model.trainable_params())
        ),
        "it steps at once. `train_step` is to make the function `step` and return it, uncalled.": (
            lambda model, optimizer: our_train_step(model, optimizer)(*batch_for())
        ),
    }
