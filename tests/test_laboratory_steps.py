"""A step of the laboratory's scripts is the package's step, Adam and all: both from the same weights and batches."""

import mindspore as ms
import numpy as np
import pytest
from javascript import javascript
from mindspore import nn

from gan_course.lessons.mixture_gan import FREQUENCIES, Settings, new_discriminator, new_generator
from gan_course.training.losses import (
    critic_generator_loss,
    critic_loss,
    discriminator_loss,
    generator_loss,
    relativistic_generator_loss,
    relativistic_loss,
    saturating_generator_loss,
)
from gan_course.training.players import two_players
from gan_course.training.steps.gan import gan_step
from gan_course.training.steps.rounds import rounds_step, zero_centred_penalty
from gan_course.training.steps.wgan_gp import gradient_penalty, wgan_gp_step

NUM_POINTS, RATE_G, RATE_D, BETA1 = 12, 1e-3, 2e-3, 0.5
SETTINGS = Settings(num_seeds=1, hidden=(16, 12, 8), batch_size=NUM_POINTS)

PLAY = """
(start, batches, rules) => {
  const network = (inputs, frequencies, lists) => {
    const weights = lists.map((list) => Float64Array.from(list));
    const biases = weights.filter((_, k) => k % 2);
    const widths = [inputs * (1 + 2 * frequencies.length), ...biases.map((bias) => bias.length)];
    return { inputs, frequencies, weights, widths };
  };
  const generator = network(2, [], start.generator);
  const discriminator = network(2 * rules.pack, FREQUENCIES, start.discriminator);
  const adamG = newAdam(generator.weights), adamD = newAdam(discriminator.weights);
  const players = { generator, discriminator, adamG, adamD };
  return batches.map((turns) => {
    const losses = {};
    turns.forEach((batch, turn) => {
      if (turn < rules.turnsD) {
        const { loss, penalty } = turnOfD(players, batch, rules, rules.rateD);
        Object.assign(losses, { loss_d: loss, penalty });
      }
      if (turn >= rules.turnsD - 1) losses.loss_g = turnOfG(players, batch, rules, rules.rateG).loss;
    });
    const lists = (weights) => weights.map((array) => Array.from(array));
    return { losses, generator: lists(generator.weights), discriminator: lists(discriminator.weights) };
  });
}
"""


def plain_g(real, fake):
    return generator_loss(fake)


def saturating_g(real, fake):
    return saturating_generator_loss(fake)


def critic_g(real, fake):
    return critic_generator_loss(fake)


def r1_and_r2(discriminator, r1, r2):
    def penalty(real, fake, epsilon):
        return r1 / 2 * zero_centred_penalty(discriminator, real) + r2 / 2 * zero_centred_penalty(discriminator, fake)

    return penalty


def one_centred(discriminator, weight):
    def penalty(real, fake, epsilon):
        return weight * gradient_penalty(discriminator, real, fake, epsilon)

    return penalty


def rounds(loss_d, loss_g, make_penalty=None, weights=(), turns=(1, 1)):
    """`players -> step(real, z, epsilon)`."""

    def make(players):
        penalty = make_penalty and make_penalty(players["discriminator"], *weights)
        return rounds_step(**players, loss_d=loss_d, loss_g=loss_g, penalty=penalty, turns_d=turns[0], turns_g=turns[1])

    return make


def without_epsilon(loss_g):
    """The step of lesson 03, which gets no epsilon."""

    def make(players):
        step = gan_step(**players, loss_g=loss_g)
        return lambda real, z, epsilon: step(real, z)

    return make


def wgan_gp(players):
    return wgan_gp_step(**players, penalty_weight=0.7, n_critic=2)


CASES = {  # the package's step, the laboratory's rules
    "non-saturating": (without_epsilon(generator_loss), {}),
    "saturating": (without_epsilon(saturating_generator_loss), {}),
    "wasserstein": (wgan_gp, {"penalty": 0.7, "turnsD": 2}),
    "relativistic": (
        rounds(relativistic_loss, relativistic_generator_loss, r1_and_r2, (0.3, 0.2)),
        {"r1": 0.3, "r2": 0.2},
    ),
    "non-saturating, R1, two turns of G": (
        rounds(discriminator_loss, plain_g, r1_and_r2, (0.3, 0.0), (1, 2)),
        {"r1": 0.3, "turnsG": 2},
    ),
    "saturating, R2": (rounds(discriminator_loss, saturating_g, r1_and_r2, (0.0, 0.4)), {"r2": 0.4}),
    "wasserstein, two turns each": (
        rounds(critic_loss, critic_g, one_centred, (0.7,), (2, 2)),
        {"penalty": 0.7, "turnsD": 2, "turnsG": 2},
    ),
}

QUICK = [("non-saturating", 2), ("wasserstein", 1), ("relativistic", 1)]


def weights(cell):
    return [parameter.asnumpy().ravel().tolist() for parameter in cell.trainable_params()]


def new_batches(num_turns, rng):
    """Of one step: real points, noise, epsilon, the turns one after the other along the first axis."""
    shape = (num_turns, NUM_POINTS)
    parts = rng.standard_normal((*shape, 2)), rng.standard_normal((*shape, 2)), rng.random((*shape, 1))
    return [part.astype(np.float32) for part in parts]


def by_turn(batch):
    names = ("real", "z", "epsilon")
    return [dict(zip(names, [part.ravel().tolist() for part in turn])) | {"n": NUM_POINTS} for turn in zip(*batch)]


def cases_and_packs():
    """All of them; those that compile fast enough for every day come without the mark."""
    for case in CASES:
        for pack in (1, 2):
            marks = [] if (case, pack) in QUICK else [pytest.mark.slow]
            yield pytest.param(case, pack, marks=marks)


@pytest.mark.parametrize(("case", "pack"), cases_and_packs())
def test_three_steps_move_the_weights_as_the_packages_do(case, pack):
    make_step, changes = CASES[case]
    rules = {"loss": case.split(",")[0], "pack": pack, "r1": 0, "r2": 0, "penalty": 0, "turnsD": 1, "turnsG": 1}
    rules |= {"rateG": RATE_G, "rateD": RATE_D, "beta1": BETA1} | changes
    networks = new_generator(SETTINGS, 0), new_discriminator(SETTINGS, 0, pack)
    start = {"generator": weights(networks[0]), "discriminator": weights(networks[1])}
    optimizers = (lambda p, rate=rate: nn.Adam(p, learning_rate=rate, beta1=BETA1) for rate in (RATE_G, RATE_D))
    players = two_players(*networks, *optimizers)
    step, rng = make_step(players), np.random.default_rng(0)
    batches = [new_batches(rules["turnsD"] + rules["turnsG"] - 1, rng) for _ in range(3)]
    played = javascript(PLAY, start, list(map(by_turn, batches)), rules)
    for batch, theirs in zip(batches, played):
        losses = {name: value.asnumpy().item() for name, value in step(*map(ms.Tensor, batch)).items()}
        for name in ("loss_d", "loss_g"):
            assert theirs["losses"][name] == pytest.approx(losses[name], abs=1e-5)
        for name in ("generator", "discriminator"):
            for mine, given in zip(weights(players[name]), theirs[name], strict=True):
                np.testing.assert_allclose(given, mine, rtol=0, atol=1e-5)
    moved = [np.abs(np.subtract(*pair)).max() for pair in zip(weights(players["generator"]), start["generator"])]
    assert FREQUENCIES == (1, 2, 4, 8, 16, 32) and min(moved) > 1e-3
