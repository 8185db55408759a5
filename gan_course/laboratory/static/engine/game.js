// The game of lesson 07, as of `gan_course.lessons.mixture_gan`: networks, optimisers, points and noise, put together.
"use strict";

const FREQUENCIES = [1, 2, 4, 8, 16, 32]; // of D's Fourier features, in radians a unit
const NUM_SAMPLES = 2500; // to count modes among
const AVERAGED_EVERY = 10; // rounds
const KEPT = 0.99 ** AVERAGED_EVERY; // of the average, each time

/** A game before its first round. */
function newGame(settings) {
  const { seed, width, latentDim } = settings;
  const generator = newNetwork([latentDim, width, width, width, 2], newRandom(seed, 0));
  const game = {
    settings,
    mixture: mixtureOf(settings),
    generator,
    adamG: newAdam(generator.weights),
    average: copyOf(generator),
    fixedZ: normals(newRandom(seed, 2), NUM_SAMPLES * latentDim),
    random: newRandom(seed, 3),
    rounds: 0,
    batch: null, // the last one that D saw
  };
  return withNewD(game);
}

/** Give the game a D that knows nothing, for packs of `settings.pack` points. */
function withNewD(game) {
  const { pack, width, seed } = game.settings;
  game.discriminator = newNetwork([2 * pack, width, width, width, 1], newRandom(seed, 1), FREQUENCIES);
  game.adamD = newAdam(game.discriminator.weights);
  return game;
}

function copyOf(network) {
  return { ...network, weights: network.weights.map((array) => array.slice()) };
}

/** Points in a batch: so many that no pack is left half full. */
function batchOf({ batchSize, pack }) {
  return batchSize - (batchSize % pack);
}

/** Fresh points and noise, and epsilon from U[0, 1]. */
function newBatch(game) {
  const { latentDim } = game.settings;
  const n = batchOf(game.settings);
  const real = samplePoints(game.mixture, n, game.random);
  const z = normals(game.random, n * latentDim);
  return { n, real, z, epsilon: Float64Array.from({ length: n }, game.random.uniform) };
}

/** What a learning rate is multiplied with: it falls to a hundredth along a cosine in `settings.fall` rounds. */
function rateLeft(game, turn = 0, turns = 1) {
  const { fall } = game.settings;
  if (fall === 0) return 1;
  const progress = Math.min(1, (game.rounds + turn / turns) / fall);
  return 0.01 + (0.99 * (1 + Math.cos(Math.PI * progress))) / 2;
}

/** D's turns of a round, each with points and noise of its own. Returns { lossD, penalty } of the last. */
function turnsOfD(game, turns = game.settings.turnsD) {
  const { settings } = game;
  let last;
  for (let turn = 0; turn < turns; turn++) {
    game.batch = newBatch(game);
    last = turnOfD(game, game.batch, settings, settings.rateD * rateLeft(game, turn, turns));
  }
  return { lossD: last.loss, penalty: last.penalty };
}

/** G's turns: the first from what D saw last, if `answering`, so that both learn from the same points; the others, and
 *  those of a G that plays alone, from noise of their own. Returns { lossG } of the last.
 */
function turnsOfG(game, turns = game.settings.turnsG, answering = true) {
  const { settings } = game;
  let last;
  for (let turn = 0; turn < turns; turn++) {
    if (turn > 0 || !answering || !game.batch) game.batch = newBatch(game);
    last = turnOfG(game, game.batch, settings, settings.rateG * rateLeft(game, turn, turns));
  }
  return { lossG: last.loss };
}

/** D's turns, then G's; or one turn of "d" or "g" alone, which counts as a round too. Returns the losses by name. */
function play(game, who = "both") {
  const losses = {};
  if (who === "both") Object.assign(losses, turnsOfD(game), turnsOfG(game));
  else Object.assign(losses, who === "d" ? turnsOfD(game, 1) : turnsOfG(game, 1, false));
  endRound(game);
  return losses;
}

/** Count the round, and now and then bring the averaged G a little nearer to G (lesson 04). */
function endRound(game) {
  game.rounds += 1;
  if (game.rounds % AVERAGED_EVERY) return;
  const times = game.rounds / AVERAGED_EVERY;
  const kept = Math.min(KEPT, (1 + times) / (10 + times));
  game.average.weights.forEach((array, k) => {
    const now = game.generator.weights[k];
    for (let i = 0; i < array.length; i++) array[i] = now[i] + kept * (array[i] - now[i]);
  });
}
