// What lesson 07 counts, as of `gan_course.evaluation.modes`.
"use strict";

/** Modes captured and the share of points of high quality.
 *
 *  A point is of high quality within 3 standard deviations of the nearest centre. A mode is captured if it is the
 *  nearest to at least one of these. `counts` (K) are the points of high quality of each mode.
 */
function countModes(points, mixture) {
  const { centres, std } = mixture;
  const counts = new Array(centres.length / 2).fill(0);
  for (let i = 0; i < points.length; i += 2) {
    let nearest = -1, least = Infinity;
    for (let k = 0; k < centres.length; k += 2) {
      const square = (points[i] - centres[k]) ** 2 + (points[i + 1] - centres[k + 1]) ** 2;
      if (square < least) [nearest, least] = [k / 2, square];
    }
    if (least <= (3 * std) ** 2) counts[nearest] += 1;
  }
  const good = counts.reduce((sum, count) => sum + count, 0);
  return { captured: counts.filter((count) => count > 0).length, share: (2 * good) / points.length, counts };
}
