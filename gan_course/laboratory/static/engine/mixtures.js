// What is to be learnt: mixtures of Gaussians, all as wide and as frequent, as of `gan_course.data.mixtures`.
//
// A mixture is { centres (K, 2), std, limit }: the picture reaches from -limit to limit.
"use strict";

/** Centres at equal distances on a circle, the first on the right. */
function ring(count = 8, radius = 2) {
  const centres = new Float64Array(2 * count);
  for (let k = 0; k < count; k++) {
    const angle = (2 * Math.PI * k) / count;
    centres.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * k);
  }
  return centres;
}

/** Centres on a square grid around the origin, row by row. */
function grid(side = 5, spacing = 2) {
  const centres = new Float64Array(2 * side * side);
  for (let k = 0; k < side * side; k++) {
    const row = Math.floor(k / side), column = k % side;
    centres.set([spacing * (column - (side - 1) / 2), spacing * (row - (side - 1) / 2)], 2 * k);
  }
  return centres;
}

/** Centres along a spiral that leaves the origin, the same distance from one to the next. */
function spiral(count = 60, turns = 2, radius = 2.5) {
  const centres = new Float64Array(2 * count);
  for (let k = 0; k < count; k++) {
    const share = Math.sqrt((k + 1) / count); // of the way out: the length of a spiral grows with its square
    const angle = 2 * Math.PI * turns * share;
    centres.set([radius * share * Math.cos(angle), radius * share * Math.sin(angle)], 2 * k);
  }
  return centres;
}

/** The mixture that the settings name. */
function mixtureOf(settings) {
  if (settings.data === "grid") return { centres: grid(), std: 0.05, limit: 5.5 };
  if (settings.data === "spiral") return { centres: spiral(), std: 0.05, limit: 3 };
  if (settings.data === "drawn" && settings.drawn.length >= 2) {
    return { centres: Float64Array.from(settings.drawn), std: 0.05, limit: 3 };
  }
  return { centres: ring(), std: 0.02, limit: 3 };
}

/** `count` points: each takes a centre at random and adds N(0, std^2) to it. */
function samplePoints(mixture, count, random) {
  const points = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const k = random.below(mixture.centres.length / 2);
    points[2 * i] = mixture.centres[2 * k] + mixture.std * random.normal();
    points[2 * i + 1] = mixture.centres[2 * k + 1] + mixture.std * random.normal();
  }
  return points;
}
