// Networks of dense layers, LeakyReLU between them, and their derivatives, all by hand.
//
// A network is { inputs, widths, frequencies, weights }: weights holds a matrix (in, out) and a bias (out) for each
// layer, in the order of `gan_course.models.stacked.StackedMLP`. Letters: n points, l the layer.
"use strict";

const SLOPE = 0.2; // of LeakyReLU, below zero

/** New weights as the package draws them: matrices from N(0, 2 / in), biases of hidden layers from N(0, 1). */
function newNetwork(widths, random, frequencies = []) {
  const features = [widths[0] * (1 + 2 * frequencies.length), ...widths.slice(1)];
  const weights = [];
  for (let l = 0; l + 1 < features.length; l++) {
    const scale = Math.sqrt(2 / features[l]);
    weights.push(normals(random, features[l] * features[l + 1]).map((value) => scale * value));
    const hidden = l + 2 < features.length;
    weights.push(hidden ? normals(random, features[l + 1]) : new Float64Array(features[l + 1]));
  }
  return { inputs: widths[0], widths: features, frequencies, weights };
}

/** What the network makes of x (n, inputs), with all that is needed to go back.
 *
 *  `layers[l]` is what enters layer l (n, widths[l]): first the features of x, at the very end the output.
 */
function forward(network, x, n) {
  const { widths, weights } = network;
  const layers = [fourierFeatures(network, x, n)];
  for (let l = 0; l + 1 < widths.length; l++) {
    const out = product(layers[l], weights[2 * l], n, widths[l], widths[l + 1]);
    addBias(out, weights[2 * l + 1], l + 2 < widths.length ? SLOPE : 1);
    layers.push(out);
  }
  return { x, n, layers, output: layers[layers.length - 1] };
}

/** Add the bias to each row, then LeakyReLU of this slope; of slope 1 it changes nothing. */
function addBias(rows, bias, slope) {
  for (let start = 0; start < rows.length; start += bias.length) {
    for (let j = 0; j < bias.length; j++) {
      const value = rows[start + j] + bias[j];
      rows[start + j] = value < 0 ? slope * value : value;
    }
  }
}

/** x beside sin(f x) / f and cos(f x) / f for each frequency f (Tancik et al. 2020): (n, inputs) -> (n, widths[0]). */
function fourierFeatures(network, x, n) {
  const { inputs, frequencies, widths } = network;
  const out = new Float64Array(n * widths[0]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < inputs; j++) {
      const value = x[i * inputs + j];
      let place = i * widths[0] + j;
      out[place] = value;
      for (const f of frequencies) {
        out[(place += inputs)] = Math.sin(f * value) / f;
        out[(place += inputs)] = Math.cos(f * value) / f;
      }
    }
  }
  return out;
}

/** How the features answer to small changes of x: (n, inputs) -> (n, widths[0]). */
function featureChanges(network, trace, changes) {
  const { inputs, frequencies, widths } = network;
  const out = new Float64Array(trace.n * widths[0]);
  for (let i = 0; i < trace.n; i++) {
    for (let j = 0; j < inputs; j++) {
      const value = trace.x[i * inputs + j], change = changes[i * inputs + j];
      let place = i * widths[0] + j;
      out[place] = change;
      for (const f of frequencies) {
        out[(place += inputs)] = change * Math.cos(f * value);
        out[(place += inputs)] = -change * Math.sin(f * value);
      }
    }
  }
  return out;
}

/** Derivatives by the features -> derivatives by x: (n, widths[0]) -> (n, inputs). */
function throughFeatures(network, trace, derivatives) {
  const { inputs, frequencies, widths } = network;
  const out = new Float64Array(trace.n * inputs);
  for (let i = 0; i < trace.n; i++) {
    for (let j = 0; j < inputs; j++) {
      const value = trace.x[i * inputs + j];
      let place = i * widths[0] + j;
      let sum = derivatives[place];
      for (const f of frequencies) {
        sum += derivatives[(place += inputs)] * Math.cos(f * value);
        sum -= derivatives[(place += inputs)] * Math.sin(f * value);
      }
      out[i * inputs + j] = sum;
    }
  }
  return out;
}

/** Set to its product with LeakyReLU's slope at the output of a hidden layer, whose sign tells which it is. */
function timesSlopes(values, layer) {
  for (let i = 0; i < values.length; i++) if (layer[i] < 0) values[i] *= SLOPE;
  return values;
}

/** The chain rule, from the last layer to the first.
 *
 *  `last` holds the derivatives by the output (n, last width). Given back: `deltas[l]`, those by what layer l gives
 *  before its LeakyReLU (n, widths[l + 1]), and `byX` (n, inputs).
 */
function backward(network, trace, last) {
  const { widths, weights } = network;
  const deltas = [];
  let delta = last;
  for (let l = widths.length - 2; l >= 0; l--) {
    deltas[l] = delta;
    const turned = transposed(weights[2 * l], widths[l], widths[l + 1]);
    delta = product(delta, turned, trace.n, widths[l + 1], widths[l]);
    if (l > 0) timesSlopes(delta, trace.layers[l]);
  }
  return { deltas, byX: throughFeatures(network, trace, delta) };
}

/** Derivatives by all weights: `entering[l]` (n, widths[l]) enters layer l, `deltas[l]` comes back to it. */
function byWeights(network, entering, deltas, n) {
  const { widths } = network;
  return deltas.flatMap((delta, l) => {
    const turned = transposed(entering[l], n, widths[l]);
    return [product(turned, delta, widths[l], n, widths[l + 1]), columnSums(delta, n, widths[l + 1])];
  });
}

/** What a small change of x (n, inputs) becomes before each layer: a list like `trace.layers`, without the output. */
function tangents(network, trace, changes) {
  const { widths, weights } = network;
  const out = [featureChanges(network, trace, changes)];
  for (let l = 0; l + 2 < widths.length; l++) {
    const next = product(out[l], weights[2 * l], trace.n, widths[l], widths[l + 1]);
    out.push(timesSlopes(next, trace.layers[l + 1]));
  }
  return out;
}
