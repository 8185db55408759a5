// D's slope, grad_x D(x), and penalties on it, which need a second derivative.
//
// LeakyReLU is straight on both sides of zero, so the second derivative needs no more than this: a change of x by u
// changes D(x) by <u, grad_x D>, which is also what the change has become before a layer, times the layer's weights,
// times what comes back to it. The derivative of <u, grad_x D> by the weights is therefore the product of the two, as
// that of D itself is the product of what enters a layer and what comes back.
"use strict";

/** The penalty (weight / 2) E|grad D|^2 (Mescheder, Geiger & Nowozin 2018: R1 at real points, R2 at generated ones).
 *
 *  As a function of squared lengths: [height, factor], where factor times the slope is the derivative by the slope.
 */
function zeroCentred(weight) {
  return weight > 0 ? (square) => [(weight / 2) * square, weight] : null;
}

/** The penalty weight E[(|grad D| - 1)^2] (Gulrajani et al. 2017, equation 3). */
function oneCentred(weight) {
  return (square) => {
    const length = Math.sqrt(square + 1e-12);
    return [weight * (length - 1) ** 2, (2 * weight * (length - 1)) / length];
  };
}

/** Derivatives by D's weights of sum_i shares[i] D(x_i), and of the mean of a penalty on D's slopes at these points.
 *
 *  Both are products with what comes back to a layer when D's answer counts 1, so that is worked out once.
 */
function weighted(network, trace, shares, penalty) {
  const { n, layers } = trace;
  const { deltas, byX } = backward(network, trace, new Float64Array(n).fill(1));
  const [height, changes] = penalty ? penaltyOn(byX, n, network.inputs, penalty) : [0, null];
  const carried = changes && tangents(network, trace, changes);
  const gradients = deltas.flatMap((delta, l) => {
    const width = network.widths[l], next = network.widths[l + 1];
    const entering = carried ? carried[l] : new Float64Array(n * width);
    for (let i = 0; i < n; i++) {
      for (let j = i * width; j < (i + 1) * width; j++) entering[j] += shares[i] * layers[l][j];
    }
    const byBias = thinProduct(shares, delta, 1, n, next);
    return [product(transposed(entering, n, width), delta, width, n, next), byBias];
  });
  return { gradients, penalty: height };
}

/** The mean of a penalty over n slopes (n, inputs), and its derivatives by each of them. */
function penaltyOn(slopes, n, inputs, penalty) {
  const changes = new Float64Array(n * inputs);
  let mean = 0;
  for (let i = 0; i < n; i++) {
    const slope = slopes.subarray(i * inputs, (i + 1) * inputs);
    const [height, factor] = penalty(slope.reduce((sum, value) => sum + value * value, 0));
    mean += height / n;
    for (let j = 0; j < inputs; j++) changes[i * inputs + j] = (factor * slope[j]) / n;
  }
  return [mean, changes];
}
