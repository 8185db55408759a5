// One turn of each player: the gradients of its loss by its weights, and Adam.
"use strict";

/** D's turn on real points, noise and, for the Wasserstein loss, epsilon from U[0, 1].
 *
 *  `players` is { generator, discriminator, adamG, adamD }, `batch` is { real (n, 2), z (n, latent), epsilon (n), n },
 *  `rules` is { loss, penalty, r1, r2, pack, beta1 }. Returns the loss without its penalty, and the penalty.
 */
function turnOfD(players, batch, rules, rate) {
  const { discriminator, generator, adamD } = players;
  const packs = batch.n / rules.pack;
  const fake = forward(generator, batch.z, batch.n).output;
  const onReal = forward(discriminator, batch.real, packs);
  const onFake = forward(discriminator, fake, packs);
  const loss = LOSSES[rules.loss].d(onReal.output, onFake.output);
  const parts = [
    weighted(discriminator, onReal, loss.real, rules.loss === "wasserstein" ? null : zeroCentred(rules.r1)),
    weighted(discriminator, onFake, loss.fake, rules.loss === "wasserstein" ? null : zeroCentred(rules.r2)),
  ];
  if (rules.loss === "wasserstein" && rules.penalty > 0) {
    const between = forward(discriminator, mixed(batch, fake), packs);
    parts.push(weighted(discriminator, between, new Float64Array(packs), oneCentred(rules.penalty)));
  }
  const gradients = discriminator.weights.map((_, k) => sumOf(parts.map((part) => part.gradients[k])));
  adamMove(adamD, discriminator.weights, gradients, rate, rules.beta1);
  return { loss: loss.value, penalty: parts.reduce((sum, part) => sum + part.penalty, 0) };
}

/** G's turn: its derivatives come through D, which stays as it is. Returns the loss. */
function turnOfG(players, batch, rules, rate) {
  const { generator, discriminator, adamG } = players;
  const made = forward(generator, batch.z, batch.n);
  const { value, byPoint } = lossOfG(discriminator, batch.real, made.output, batch.n, rules);
  const { deltas } = backward(generator, made, byPoint);
  adamMove(adamG, generator.weights, byWeights(generator, made.layers, deltas, batch.n), rate, rules.beta1);
  return { loss: value };
}

/** G's loss and its derivatives by the generated points (n, 2). */
function lossOfG(discriminator, real, fake, n, rules) {
  const packs = n / rules.pack;
  const answers = forward(discriminator, fake, packs);
  const needsReal = rules.loss === "relativistic";
  const onReal = needsReal ? forward(discriminator, real, packs).output : null;
  const loss = LOSSES[rules.loss].g(onReal, answers.output);
  return { value: loss.value, byPoint: backward(discriminator, answers, loss.fake).byX };
}

/** epsilon real + (1 - epsilon) fake, a number epsilon for each point. */
function mixed(batch, fake) {
  return fake.map((value, i) => value + batch.epsilon[i >> 1] * (batch.real[i] - value));
}

function sumOf(arrays) {
  return arrays[0].map((_, i) => arrays.reduce((sum, array) => sum + array[i], 0));
}
