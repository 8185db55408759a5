"""What lesson 09's checkers say."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import Tensor, nn, ops
from wrong import Wrong, hold

from gan_course.checks import museum as check


# Reading curves
def read_equal_nan(curves):
    if any((curve == np.nan).any() for curve in curves.values()):
        return "not_finite"
    return named({name: curve[-100:].mean() for name, curve in curves.items()})


def read_nan_only(curves):
    if any(np.isnan(curve).any() for curve in curves.values()):
        return "not_finite"
    return named({name: curve[-100:].mean() for name, curve in curves.items()})


def read_all_steps(curves):
    return named({name: curve.mean() for name, curve in curves.items()}) if is_finite(curves) else "not_finite"


def read_last_step(curves):
    return named({name: curve[-1] for name, curve in curves.items()}) if is_finite(curves) else "not_finite"


def read_winner_first(curves):
    end = {name: curve[-100:].mean() for name, curve in curves.items()}
    if is_finite(curves) and end["accuracy_d"] > 0.985:
        return "d_wins"
    return named(end) if is_finite(curves) else "not_finite"


def read_without_margin(curves):
    end = {name: curve[-100:].mean() for name, curve in curves.items()}
    return named(end, 0) if is_finite(curves) else "not_finite"


def read_always_classes(curves):
    end = {name: curve[-100:].mean() for name, curve in curves.items()}
    if not is_finite(curves):
        return "not_finite"
    return "wrong_labels" if end["accuracy_class_real"] < 0.3 else named(end)


def read_one_answer(curves):
    return "healthy"


def is_finite(curves):
    return all(np.isfinite(curve).all() for curve in curves.values())


def named(end, margin=0.5):
    if end["loss_g"] + np.log(end["d_fake"]) < -margin:
        return "mixed_batch"
    if end.get("accuracy_class_real", 1) < 0.3:
        return "wrong_labels"
    return "d_wins" if end["accuracy_d"] > 0.985 else "healthy"


# Pixels and noise
def noise_of_the_global(shape):
    np.random.seed(0)  # noqa: NPY002
    return np.random.standard_normal(shape).astype(np.float32)  # noqa: NPY002


def noise_of_mindspore(shape):
    return Tensor(np.random.default_rng(0).standard_normal(shape, np.float32))


# Sampling
def sample_in_training(generator, z):
    generator.set_train(True)
    return generator(Tensor(z)).asnumpy()


def sample_as_it_is(generator, z):
    return generator(Tensor(z)).asnumpy()


def sample_and_stay(generator, z):
    generator.set_train(False)
    return generator(Tensor(z)).asnumpy()


def sample_too_late(generator, z):
    images = generator(Tensor(z))
    generator.set_train(False)
    return images.asnumpy()


def sample_tensor(generator, z):
    images = generator.set_train(False)(Tensor(z))
    generator.set_train(True)
    return images


# D's batches
def batches_mixed(discriminator, real, fake):
    logits = discriminator(ops.cat((real, fake), axis=0))
    return logits[: len(real)], logits[len(real) :]


def batches_turned(discriminator, real, fake):
    return discriminator(fake), discriminator(real)


def batches_at_rest(discriminator, real, fake):
    discriminator.set_train(False)
    return discriminator(real), discriminator(fake)


def batches_of_probabilities(discriminator, real, fake):
    return ops.sigmoid(discriminator(real)), ops.sigmoid(discriminator(fake))


def batches_cut_off(discriminator, real, fake):
    return discriminator(real), ops.stop_gradient(discriminator(fake))


def batches_in_one(discriminator, real, fake):
    return discriminator(ops.cat((real, fake)))


# Classes
def class_loss_softmax(logits, labels):
    return nn.CrossEntropyLoss()(nn.Softmax(axis=-1)(logits), labels)


def class_loss_sigmoid(logits, labels):
    return ops.cross_entropy(ops.sigmoid(logits), labels)


def class_loss_summed(logits, labels):
    return ops.cross_entropy(logits, labels, reduction="sum")


def class_loss_everywhere(logits, labels):
    targets = ops.one_hot(labels, logits.shape[1], 1.0, 0.0)
    return -(targets * ops.log_softmax(logits, axis=1)).mean()


def class_loss_probability(logits, labels):
    targets = ops.one_hot(labels, logits.shape[1], 1.0, 0.0)
    return -(targets * ops.softmax(logits, axis=1)).sum(axis=1).mean()


def class_loss_of_logits(logits, labels):
    return ops.nll_loss(logits, labels)


def class_loss_accuracy(logits, labels):
    return (logits.argmax(axis=1) != labels).astype(ms.float32).mean()


# G's turn
def turn(generator, optimizer, z, loss):
    value, gradients = ms.value_and_grad(loss, None, optimizer.parameters)(z)
    optimizer(gradients)
    return value


def real(logits):
    return ops.binary_cross_entropy_with_logits(logits, ops.ones_like(logits))


def fake(logits):
    return ops.binary_cross_entropy_with_logits(logits, ops.zeros_like(logits))


def turn_cut_off(generator, discriminator, optimizer_g, z):
    return turn(generator, optimizer_g, z, lambda z: real(discriminator(ops.stop_gradient(generator(z)))))


def turn_without_update(generator, discriminator, optimizer_g, z):
    return ms.value_and_grad(lambda z: real(discriminator(generator(z))), None, optimizer_g.parameters)(z)[0]


def turn_to_please(generator, discriminator, optimizer_g, z):
    return turn(generator, optimizer_g, z, lambda z: fake(discriminator(generator(z))))


def turn_saturating(generator, discriminator, optimizer_g, z):
    return turn(generator, optimizer_g, z, lambda z: -fake(discriminator(generator(z))))


def turn_uphill(generator, discriminator, optimizer_g, z):
    return turn(generator, optimizer_g, z, lambda z: -real(discriminator(generator(z))))


def turn_of_d(generator, discriminator, optimizer_g, z):
    optimizer = nn.SGD(discriminator.trainable_params(), learning_rate=0.5)
    return turn(generator, optimizer, z, lambda z: real(discriminator(generator(z))))


WRONG = {
    "read_curves": [
        Wrong(read_equal_nan, "NaN is equal to nothing"),
        Wrong(read_nan_only, "infinity is missed"),
        Wrong(read_all_steps, "the mean over the whole game"),
        Wrong(read_last_step, "one step says little"),
        Wrong(read_winner_first, "taken for a D that wins"),
        Wrong(read_without_margin, "are chance"),
        Wrong(read_always_classes, "games without classes"),
        Wrong(read_one_answer, None),
    ],
    "to_tanh_range": [
        Wrong(lambda pixels: pixels.astype(np.float32) / 255, "from 0 to 1", public=True),
        Wrong(lambda pixels: pixels / 255 - 0.5, "half as wide"),
        Wrong(lambda pixels: pixels / 127.5, "from 0 to 2"),
        Wrong(lambda pixels: pixels * 2 / 255 - 1, "bytes overflow"),
        Wrong(lambda pixels: (pixels - pixels.mean()) / pixels.std(), "as for a classifier"),
        Wrong(lambda pixels: 1 - 2 * (pixels / 255), "turned round"),
        Wrong(lambda pixels: pixels / 128 - 1, None),
    ],
    "fixed_noise": [
        Wrong(lambda shape: np.random.default_rng().standard_normal(shape, np.float32), "other noise", public=True),
        Wrong(lambda shape: np.random.randn(*shape).astype(np.float32), "other noise", public=True),  # noqa: NPY002
        Wrong(lambda shape: np.random.default_rng(7).random(shape, np.float32), "from 0 to 1, uniformly"),
        Wrong(lambda shape: np.random.default_rng(7).standard_normal(shape), "float64"),
        Wrong(noise_of_the_global, "starts anew the generator"),
        Wrong(noise_of_mindspore, None),
    ],
    "sample": [
        Wrong(sample_in_training, "draws in training mode", public=True),
        Wrong(sample_as_it_is, "draws in training mode", public=True),
        Wrong(sample_and_stay, "stays in evaluation mode"),
        Wrong(sample_too_late, "too late"),
        Wrong(sample_tensor, None),
    ],
    "separate_batches": [
        Wrong(batches_mixed, "share one batch", public=True),
        Wrong(batches_turned, "in the other order"),
        Wrong(batches_at_rest, "D is at rest"),
        Wrong(batches_of_probabilities, "probabilities"),
        Wrong(batches_cut_off, "learns nothing from the fakes"),
        Wrong(batches_in_one, None),
    ],
    "class_loss": [
        Wrong(class_loss_softmax, "a softmax before cross_entropy", public=True),
        Wrong(class_loss_sigmoid, "a sigmoid before"),
        Wrong(class_loss_summed, "summed over the batch"),
        Wrong(class_loss_everywhere, "the mean over the classes"),
        Wrong(class_loss_probability, "its logarithm is missing"),
        Wrong(class_loss_of_logits, "missing altogether"),
        Wrong(class_loss_accuracy, None),
    ],
    "turn_of_g": [
        Wrong(turn_cut_off, "G stands still"),
        Wrong(turn_without_update, "G stands still"),
        Wrong(turn_to_please, "learns to be recognised"),
        Wrong(turn_saturating, "the saturating loss"),
        Wrong(turn_uphill, "the sign is turned round"),
        Wrong(turn_of_d, None),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)


def test_the_same_answers_in_other_words_pass(capsys):
    def read_by_losses(curves):
        if not is_finite(curves):
            return "not_finite"
        end = {name: curve[-50:].mean() for name, curve in curves.items()}
        return "d_wins" if end["loss_d"] < 0.1 and end["loss_g"] > 1 else named(end)

    def sample_whole(generator, z):
        generator.set_train(False)
        images = generator(Tensor(z)).asnumpy()
        generator.set_train(True)
        return images

    def class_loss_of_mindspore(logits, labels):
        return nn.CrossEntropyLoss()(logits, labels)

    def turn_by_grad(generator, discriminator, optimizer_g, z):
        return turn(generator, optimizer_g, z, lambda z: real(discriminator(generator(z))))

    for asked, yours in (
        (check.read_curves, read_by_losses),
        (check.sample, sample_whole),
        (check.class_loss, class_loss_of_mindspore),
        (check.turn_of_g, turn_by_grad),
    ):
        assert asked(yours) is yours, capsys.readouterr().out
