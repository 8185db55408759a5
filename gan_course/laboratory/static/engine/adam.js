// Adam (Kingma & Ba 2015), as MindSpore computes it.
"use strict";

/** The memory of an optimiser over these weights, nothing moved yet. */
function newAdam(weights) {
  const zeros = () => weights.map((array) => new Float64Array(array.length));
  return { moves: 0, mean: zeros(), square: zeros() };
}

/** Move the weights against their gradients.
 *
 *  Section 2's last form of the rule: the corrections of both averages go into the rate, and epsilon 1e-8 is added to
 *  the root of the average that is not corrected.
 */
function adamMove(adam, weights, gradients, rate, beta1, beta2 = 0.999) {
  adam.moves += 1;
  const corrected = (rate * Math.sqrt(1 - beta2 ** adam.moves)) / (1 - beta1 ** adam.moves);
  weights.forEach((array, k) => {
    const gradient = gradients[k], mean = adam.mean[k], square = adam.square[k];
    for (let i = 0; i < array.length; i++) {
      mean[i] += (1 - beta1) * (gradient[i] - mean[i]);
      square[i] += (1 - beta2) * (gradient[i] * gradient[i] - square[i]);
      array[i] -= (corrected * mean[i]) / (Math.sqrt(square[i]) + 1e-8);
    }
  });
}
