"""The blanks of lesson 09: name a fault, and mend the line that makes it."""

from collections.abc import Callable

import mindspore as ms
import numpy as np
from mindspore import Tensor, ops

from gan_course.checks import draws, players
from gan_course.checks.answer import Question, answer, filled
from gan_course.checks.curves import by_the_doctor, games, reading
from gan_course.lessons.museum import exhibits
from gan_course.training import losses


# Name the fault
def read_curves(yours: Callable) -> Callable:
    """`read_curves(curves)`: the name of the fault that they show, or "healthy"."""
    return answer(
        yours,
        Question(
            ours=by_the_doctor,
            probe=lambda function: {
                f"its name for {game}": filled(function(curves)) for game, curves in games().items()
            },
            right="what the curves alone can tell, you read from them as the doctor does.",
            mistakes={
                "NaN is equal to nothing, not even to itself, so that == never finds it: np.isfinite does.": reading(
                    finite=lambda curve: True
                ),
                "infinity is missed: np.isnan finds NaN only, np.isfinite both.": reading(
                    finite=lambda curve: not np.isnan(curve).any()
                ),
                "the mean over the whole game. Who leads at first may lose: look at the end.": reading(end=np.mean),
                "one step says little: take the mean of the last hundred.": reading(end=lambda curve: curve[-1]),
                "a mixed batch is taken for a D that wins. Ask for it first; and mind that log(d_fake) is "
                "negative.": reading(gap=np.inf),
                "some hundredths below -log(d_fake) are chance: half a nat or more is a fault.": reading(gap=0),
                "games without classes have no accuracy_class_real: ask for it only where it is in the "
                "curves.": reading(without_classes=lambda curves: curves["accuracy_class_real"]),
            },
        ),
    )


# Mend the line
def to_tanh_range(yours: Callable) -> Callable:
    """`to_tanh_range(pixels)`: whole numbers from 0 to 255 -> [-1, 1]."""
    pixels = np.array([[0, 51, 102], [153, 204, 255]], np.uint8)

    def overflow(x):
        with np.errstate(over="ignore"):
            return np.uint8(2) * x / 255 - 1

    return answer(
        yours,
        Question(
            ours=exhibits.scale_to_tanh,
            probe=lambda function: {"the result": filled(function(pixels))},
            right="black is -1 and white is 1, the ends of what a tanh can say.",
            mistakes={
                "from 0 to 1: G's tanh begins at -1, and D tells the two apart by that.": lambda x: x / 255,
                "from -1/2 to 1/2: the range is half as wide as a tanh's.": lambda x: x / 255 - 0.5,
                "from 0 to 2: take off 1.": lambda x: x / 127.5,
                "bytes overflow: 2 * 204 is 152 in uint8. Divide first.": overflow,
                "mean 0 and spread 1, as for a classifier: the tanh cannot reach what lies beyond -1 and "
                "1.": lambda x: (x - x.mean()) / x.std(),
                "turned round: black is to be -1.": lambda x: 1 - x / 127.5,
            },
        ),
    )


def fixed_noise(yours: Callable) -> Callable:
    """`fixed_noise(shape)`: the z of all frames, float32."""

    def drawn(draw):
        return lambda shape: draw(np.random.default_rng(0), shape)

    def seeded(shape):
        np.random.seed(0)  # noqa: NPY002  the mistake itself
        return np.random.randn(*shape).astype(np.float32)  # noqa: NPY002

    return answer(
        yours,
        Question(
            ours=exhibits.fixed_noise,
            probe=draws.noise,
            right="every frame shows the same places of the latent space, so that a film shows learning.",
            mistakes={
                "each call draws other noise: give the generator a seed, the same each time.": exhibits.fresh_noise,
                "from 0 to 1, uniformly. G learnt from N(0, 1).": drawn(
                    lambda rng, shape: rng.random(shape, np.float32)
                ),
                "from -1 to 1, uniformly. G learnt from N(0, 1).": drawn(
                    lambda rng, shape: rng.uniform(-1, 1, shape).astype(np.float32)
                ),
                "float64: the networks are of float32.": drawn(lambda rng, shape: rng.standard_normal(shape)),
                "np.random.seed starts anew the generator that all others draw from as well: take one of your own, "
                "np.random.default_rng(0).": seeded,
            },
            tolerance=0.03,
        ),
    )


def sample(yours: Callable) -> Callable:
    """`sample(generator, z)`: pictures in evaluation mode, from a generator that goes on training."""

    def by(first, last):
        def function(generator, z):
            images = generator.set_train(first)(Tensor(z)).asnumpy()
            generator.set_train(last)
            return images

        return function

    return answer(
        yours,
        Question(
            ours=exhibits.sample_in_evaluation_mode,
            probe=players.drawing,
            right="each picture is its own, the running averages stay as they were, and the training may go on.",
            mistakes={
                "G draws in training mode: each picture depends on the others of its batch, and the running averages "
                "move. Before drawing: set_train(False).": by(True, True),
                "G stays in evaluation mode, and would go on training so: set_train(True) after drawing.": by(
                    False, False
                ),
                "the mode is set after the drawing, which is too late.": by(True, False),
            },
        ),
    )


def separate_batches(yours: Callable) -> Callable:
    """`separate_batches(discriminator, real, fake)`: D's logits of real and of fake pictures, in D's update."""

    def apart(change):
        return lambda d, real, fake: change(d(real), d(fake))

    def at_rest(d, real, fake):
        answers = d.set_train(False)(real), d(fake)
        d.set_train(True)
        return answers

    return answer(
        yours,
        Question(
            ours=exhibits.separate_batches,
            probe=players.answers_of_d,
            right="batch normalisation now sees in both updates what it is given in the other: a batch of one kind.",
            mistakes={
                "real and fake share one batch, whose mean and variance give away which is which. Ask D "
                "twice.": exhibits.mixed_batch,
                "the two answers in the other order: real first.": apart(lambda r, f: (f, r)),
                "D is at rest, with its running averages. In its own update it is in training mode.": at_rest,
                "probabilities. The loss takes logits, and has the sigmoid in it.": apart(
                    lambda r, f: (ops.sigmoid(r), ops.sigmoid(f))
                ),
                "D learns nothing from the fakes: stop_gradient is around its answer, and belongs around the fakes, "
                "if anywhere.": apart(lambda r, f: (r, ops.stop_gradient(f))),
                "both are answers about real pictures.": lambda d, real, fake: (d(real), d(real)),
            },
        ),
    )


def class_loss(yours: Callable) -> Callable:
    """`class_loss(logits, labels)`: the cross-entropy of labels, in nats (Odena et al. 2017, equation 3)."""

    def right(logits, labels):  # of the class that each picture has
        return (ops.one_hot(labels, 4, 1.0, 0.0) * logits).sum(axis=1)

    return answer(
        yours,
        Question(
            ours=exhibits.class_loss_of_logits,
            probe=players.class_price,
            right="one softmax, inside: a head that is sure and right pays nearly nothing.",
            mistakes={
                "a softmax before cross_entropy, which has one inside: the loss cannot come near 0. Hand over "
                "logits.": exhibits.class_loss_of_softmax,
                "a sigmoid before cross_entropy, which has a softmax inside. Hand over logits.": lambda x, y: (
                    losses.class_loss(ops.sigmoid(x), y)
                ),
                "summed over the batch: take the mean.": lambda x, y: len(x) * losses.class_loss(x, y),
                "the mean over the classes as well: of each picture one class counts.": lambda x, y: (
                    losses.class_loss(x, y) / x.shape[1]
                ),
                "the sign is turned round.": lambda x, y: -losses.class_loss(x, y),
                "the probability itself: its logarithm is missing.": lambda x, y: (
                    -right(ops.softmax(x, axis=1), y).mean()
                ),
                "the logit itself: the softmax is missing altogether.": lambda x, y: -right(x, y).mean(),
            },
        ),
    )


def turn_of_g(yours: Callable) -> Callable:
    """`turn_of_g(generator, discriminator, optimizer_g, z)`: G learns once; returns its loss."""

    def by(loss_of, times=1):
        def function(generator, discriminator, optimizer_g, z):
            grad_fn = ms.value_and_grad(lambda z: loss_of(discriminator(generator(z))), None, optimizer_g.parameters)
            for _ in range(times):
                loss, gradients = grad_fn(z)
                optimizer_g(gradients)
            return loss

        return function

    return answer(
        yours,
        Question(
            ours=by(losses.generator_loss),
            probe=players.a_turn,
            right="G moves, through a D that stands still.",
            mistakes={
                "G stands still. Either stop_gradient cuts its gradient off (that belongs into D's turn), or the "
                "optimiser is never called.": by(lambda logits: losses.generator_loss(ops.stop_gradient(logits))),
                "G learns to be recognised: this is D's loss for fakes, and G's asks for the answer real.": by(
                    lambda logits: losses.binary_cross_entropy(logits, 0.0)
                ),
                "the saturating loss, log(1 - D): where D is sure, its gradient vanishes. -log D is wanted.": by(
                    losses.saturating_generator_loss
                ),
                "the sign is turned round: optimisers go downhill by themselves.": by(
                    lambda logits: -losses.generator_loss(logits)
                ),
                "G moves twice in a turn.": by(losses.generator_loss, times=2),
            },
        ),
    )
