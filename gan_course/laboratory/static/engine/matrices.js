// Products of matrices, kept row by row in a Float64Array. Nearly all the time of a training is spent in `product`.
"use strict";

/** a (n, k) times b (k, m) -> (n, m).
 *
 *  Two rows times four columns at a time: what is read from memory is used more often, four times as fast as one
 *  number after the other. Where the last rows or columns do not fill a block, the block is moved back over some that
 *  are done already, which gives them the same values again.
 */
function product(a, b, n, k, m) {
  if (n < 2 || m < 4) return thinProduct(a, b, n, k, m);
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i += 2) {
    const row = Math.min(i, n - 2);
    const first = row * k;
    const second = first + k;
    for (let j = 0; j < m; j += 4) {
      const column = Math.min(j, m - 4);
      let c0 = 0, c1 = 0, c2 = 0, c3 = 0, d0 = 0, d1 = 0, d2 = 0, d3 = 0;
      for (let p = 0, q = column; p < k; p++, q += m) {
        const x = a[first + p], y = a[second + p];
        const b0 = b[q], b1 = b[q + 1], b2 = b[q + 2], b3 = b[q + 3];
        c0 += x * b0; c1 += x * b1; c2 += x * b2; c3 += x * b3;
        d0 += y * b0; d1 += y * b1; d2 += y * b2; d3 += y * b3;
      }
      const o = row * m + column;
      out[o] = c0; out[o + 1] = c1; out[o + 2] = c2; out[o + 3] = c3;
      out[o + m] = d0; out[o + m + 1] = d1; out[o + m + 2] = d2; out[o + m + 3] = d3;
    }
  }
  return out;
}

/** The same for few rows or columns, where blocks are not worth it. */
function thinProduct(a, b, n, k, m) {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < k; p++) {
      const x = a[i * k + p];
      for (let j = 0; j < m; j++) out[i * m + j] += x * b[p * m + j];
    }
  }
  return out;
}

/** a (n, m) -> (m, n). */
function transposed(a, n, m) {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) out[j * n + i] = a[i * m + j];
  }
  return out;
}

/** The sum of each column: a (n, m) -> (m). */
function columnSums(a, n, m) {
  const out = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) out[j] += a[i * m + j];
  }
  return out;
}
