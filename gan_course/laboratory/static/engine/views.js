// What the page shows of a game, worked out of the two networks: numbers only, no drawing.
"use strict";

const NUM_SHOWN = 600; // generated points
const NUM_ARROWS = 48; // of these, with the gradient at each; a multiple of all sizes of a pack
const NET_LINES = 17; // of the image of a grid of z, each way
const NET_POINTS = 49; // along a line
const COMPANIONS = 4; // packs in which D judges a place

/** All that a picture needs, in arrays that can be handed from a worker to the page. */
function pictureOf(game, side) {
  const { latentDim } = game.settings;
  const z = game.fixedZ.subarray(0, NUM_SHOWN * latentDim);
  const own = forward(game.generator, z, NUM_SHOWN).output;
  const shown = game.settings.average ? forward(game.average, z, NUM_SHOWN).output : own;
  return {
    surface: surfaceOf(game, side, own),
    fake: Float32Array.from(shown),
    net: netOf(game),
    ...arrowsOf(game, own),
  };
}

/** D's answers on a square grid, row by row from below, as numbers from -1 (fake) over 0 (in doubt) to 1 (real).
 *
 *  Of a D with logits that is 2 D(x) - 1. Of a critic's scores, and of the answers of a D that judges pairs, only
 *  differences count: these are taken from the middle between what real and what generated points get, in units of
 *  half the spread of what they get, and squeezed in the same way. A D that sees packs judges a place beside generated
 *  points: the mean answer in a few packs.
 */
function surfaceOf(game, side, fake) {
  const answers = answersBeside(game, gridPoints(game.mixture.limit, side), fake);
  const [middle, unit] = isLogit(game.settings.loss) ? [0, 1] : middleOfAnswers(game, fake);
  return Float32Array.from(answers, (answer) => Math.tanh((answer - middle) / unit / 2));
}

/** Whether 0 is the answer of a D in doubt. */
function isLogit(loss) {
  return loss === "non-saturating" || loss === "saturating";
}

/** Points of a square grid from -limit to limit, row by row from below: (side * side, 2). */
function gridPoints(limit, side) {
  const points = new Float64Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    points[2 * i] = limit * ((2 * (i % side)) / (side - 1) - 1);
    points[2 * i + 1] = limit * ((2 * Math.floor(i / side)) / (side - 1) - 1);
  }
  return points;
}

/** D's answers to single places, in packs the mean of a few, the other points of which G made. */
function answersBeside(game, places, fake) {
  const { pack } = game.settings;
  const count = places.length / 2;
  if (pack === 1) return forward(game.discriminator, places, count).output;
  const sum = new Float64Array(count);
  for (let company = 0; company < COMPANIONS; company++) {
    const packs = new Float64Array(2 * pack * count);
    const others = fake.subarray(2 * (pack - 1) * company, 2 * (pack - 1) * (company + 1));
    for (let i = 0; i < count; i++) {
      packs.set(others, 2 * pack * i + 2);
      packs.set(places.subarray(2 * i, 2 * i + 2), 2 * pack * i);
    }
    forward(game.discriminator, packs, count).output.forEach((answer, i) => (sum[i] += answer / COMPANIONS));
  }
  return sum;
}

/** The middle between the mean answers to real and to generated points, and half the spread of all these answers. */
function middleOfAnswers(game, fake) {
  const count = 240;
  const real = samplePoints(game.mixture, count, newRandom(game.settings.seed, 5));
  const answers = [real, fake.subarray(0, 2 * count)].flatMap((points) => [...answersBeside(game, points, fake)]);
  const middle = answers.reduce((sum, answer) => sum + answer, 0) / answers.length;
  const square = answers.reduce((sum, answer) => sum + (answer - middle) ** 2, 0) / answers.length;
  return [middle, Math.max(0.01, Math.sqrt(square) / 2)];
}

/** The image of a grid of z under G, line by line: each cell holds the same share of G's points.
 *
 *  Of more than two numbers z the first two vary and the others are 0; of one there is one line.
 */
function netOf(game) {
  const { latentDim, average } = game.settings;
  const lines = latentDim === 1 ? 1 : 2 * NET_LINES;
  const z = new Float64Array(lines * NET_POINTS * latentDim);
  for (let line = 0; line < lines; line++) {
    const across = normalQuantile(((line % NET_LINES) + 0.5) / NET_LINES);
    for (let i = 0; i < NET_POINTS; i++) {
      const along = normalQuantile((i + 0.5) / NET_POINTS);
      const place = (line * NET_POINTS + i) * latentDim;
      z[place] = line < NET_LINES ? along : across;
      if (latentDim > 1) z[place + 1] = line < NET_LINES ? across : along;
    }
  }
  const points = forward(average ? game.average : game.generator, z, lines * NET_POINTS).output;
  return Float32Array.from(points);
}

/** z with P(N(0, 1) < z) = share, by bisection. */
function normalQuantile(share) {
  let low = -6, high = 6;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(N(0, 1) < z), by the series z + z^3 / 3 + z^5 / (3 5) + ... times the density. */
function normalShare(z) {
  let term = z, sum = z;
  for (let k = 3; k < 200; k += 2) sum += term *= (z * z) / k;
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Where G's loss would have its own points go: minus its gradient at each, times their number. */
function arrowsOf(game, fake) {
  const starts = fake.slice(0, 2 * NUM_ARROWS);
  const real = samplePoints(game.mixture, NUM_ARROWS, newRandom(game.settings.seed, 6));
  const { byPoint } = lossOfG(game.discriminator, real, starts, NUM_ARROWS, game.settings);
  const arrows = Float32Array.from(byPoint, (slope) => -slope * NUM_ARROWS);
  let steepness = 0;
  for (let i = 0; i < NUM_ARROWS; i++) steepness += Math.hypot(arrows[2 * i], arrows[2 * i + 1]) / NUM_ARROWS;
  return { starts: Float32Array.from(starts), arrows, steepness };
}

/** Modes and quality of all fixed noise. */
function countsOf(game) {
  const generator = game.settings.average ? game.average : game.generator;
  return countModes(forward(generator, game.fixedZ, NUM_SAMPLES).output, game.mixture);
}
