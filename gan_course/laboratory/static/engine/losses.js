// The losses of both players, as of `gan_course.training.losses`: values, and derivatives by D's answers.
//
// Each takes D's answers to real and to generated points, n of each (of packs, where D sees packs), and gives
// { value, real, fake }: the loss, and its derivatives by the answers. What a loss does not hang on is left out.
"use strict";

/** log(1 + e^x), which cannot overflow so. */
function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

/** The mean of f over all answers, and its derivative by each; f gives [value, derivative]. */
function meanOver(answers, f) {
  const slopes = new Float64Array(answers.length);
  let value = 0;
  answers.forEach((answer, i) => {
    const [height, slope] = f(answer, i);
    value += height / answers.length;
    slopes[i] = slope / answers.length;
  });
  return { value, slopes };
}

/** -E[log D(x)] - E[log(1 - D(G(z)))] with D = sigmoid(answer) (Goodfellow et al. 2014, equation 1). */
function discriminatorLoss(real, fake) {
  const first = meanOver(real, (l) => [softplus(-l), -sigmoid(-l)]);
  const second = meanOver(fake, (l) => [softplus(l), sigmoid(l)]);
  return { value: first.value + second.value, real: first.slopes, fake: second.slopes };
}

/** -E[log D(G(z))]: steep where D is sure that a point is fake. */
function nonSaturatingLoss(real, fake) {
  const { value, slopes } = meanOver(fake, (l) => [softplus(-l), -sigmoid(-l)]);
  return { value, fake: slopes };
}

/** E[log(1 - D(G(z)))]: flat where D is sure that a point is fake. */
function saturatingLoss(real, fake) {
  const { value, slopes } = meanOver(fake, (l) => [-softplus(l), -sigmoid(l)]);
  return { value, fake: slopes };
}

/** E[f(G(z))] - E[f(x)] of a critic f (Arjovsky, Chintala & Bottou 2017, equation 3). */
function criticLoss(real, fake) {
  const first = meanOver(real, (score) => [-score, -1]);
  const second = meanOver(fake, (score) => [score, 1]);
  return { value: first.value + second.value, real: first.slopes, fake: second.slopes };
}

/** -E[f(G(z))]. */
function criticGeneratorLoss(real, fake) {
  const { value, slopes } = meanOver(fake, (score) => [-score, -1]);
  return { value, fake: slopes };
}

/** -E[log sigmoid(D(x) - D(G(z)))]: D is to find each real point more real than the generated one beside it
 *  (Jolicoeur-Martineau 2019, the relativistic pairing GAN). */
function pairingLoss(real, fake) {
  const { value, slopes } = meanOver(real, (l, i) => [softplus(fake[i] - l), -sigmoid(fake[i] - l)]);
  return { value, real: slopes, fake: slopes.map((slope) => -slope) };
}

/** -E[log sigmoid(D(G(z)) - D(x))]: the same with the sides changed. */
function pairingGeneratorLoss(real, fake) {
  const { value, real: byFake, fake: byReal } = pairingLoss(fake, real);
  return { value, real: byReal, fake: byFake };
}

const LOSSES = {
  "non-saturating": { d: discriminatorLoss, g: nonSaturatingLoss },
  saturating: { d: discriminatorLoss, g: saturatingLoss },
  wasserstein: { d: criticLoss, g: criticGeneratorLoss },
  relativistic: { d: pairingLoss, g: pairingGeneratorLoss },
};
