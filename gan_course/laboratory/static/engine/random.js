// Random numbers from a seed: the same seed gives the same game, on every machine.
"use strict";

/** A source of numbers: `uniform()` from [0, 1), `normal()` from N(0, 1), `below(n)` from 0 to n - 1.
 *
 *  A counter goes up by the golden ratio of 2^32, and what it shows is stirred until no bit remembers its neighbours
 *  (Steele, Lea & Flood 2014, SplitMix, with 32 bits). It starts at a number stirred from `seed` and `stream`, so that
 *  the weights of G, those of D and the noise do not hang on how many numbers another one took.
 */
function newRandom(seed, stream) {
  let counter = stir(stir(seed) + stream);
  let spare = null;

  function uniform() {
    counter = (counter + 0x9e3779b9) | 0;
    return stir(counter) / 4294967296;
  }

  /** Box and Muller (1958) make two normal numbers of two uniform ones; the second waits for the next call. */
  function normal() {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  return { uniform, normal, below: (n) => Math.floor(n * uniform()) };
}

/** A whole number -> one from 0 to 2^32 - 1 that looks unlike it. */
function stir(number) {
  let bits = number | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** `count` numbers from N(0, 1). */
function normals(random, count) {
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = random.normal();
  return out;
}
