// The settings of a game and of its picture: what each may be, and what it is at first.
"use strict";

/** What a setting may be. `seed` is any whole number up to 9999 and `drawn` a list of coordinates. */
const CHOICES = {
  data: ["ring", "grid", "spiral", "drawn"],
  loss: ["non-saturating", "saturating", "wasserstein", "relativistic"],
  penalty: [0, 0.1, 0.3, 1, 3, 10], // lambda, of the Wasserstein loss alone
  r1: [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5], // gamma, of the other losses
  r2: [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
  rateD: [1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2],
  rateG: [1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2],
  beta1: [0, 0.5, 0.9], // of Adam
  fall: [0, 500, 1000, 2000, 3000, 5000, 10000], // rounds in which the rates fall to a hundredth; 0: they stay
  turnsD: [1, 2, 3, 4, 5],
  turnsG: [1, 2, 3, 4, 5],
  pack: [1, 2, 3, 4],
  average: [false, true], // show and count the averaged G
  width: [16, 32, 64, 128], // of the three hidden layers of both networks
  latentDim: [1, 2, 4, 8],
  batchSize: [32, 64, 128, 256],
  players: ["both", "d", "g"], // who learns while it runs
  speed: [1, 2, 5, 20, 0], // rounds a second; 0: as fast as it goes
};

const LAYERS = ["surface", "real", "fake", "net", "arrows"];

/** The plain GAN of lesson 07 with half the width, to be fast, and five times its rates: it keeps one or two modes. */
const DEFAULTS = {
  data: "ring",
  drawn: [],
  loss: "non-saturating",
  penalty: 1,
  r1: 0,
  r2: 0,
  rateD: 5e-3,
  rateG: 5e-3,
  beta1: 0.5,
  fall: 3000,
  turnsD: 1,
  turnsG: 1,
  pack: 1,
  average: false,
  width: 64,
  latentDim: 2,
  batchSize: 128,
  seed: 0,
  players: "both",
  speed: 0,
  show: LAYERS,
};

const PRESETS = {
  collapse: { name: "Collapse", settings: {} },
  packing: { name: "Packing", settings: { pack: 4 } },
  "wgan-gp": { name: "WGAN-GP", settings: { loss: "wasserstein", turnsD: 3, fall: 1000 } },
  relativistic: { name: "Relativistic, R1 + R2", settings: { loss: "relativistic", r1: 0.1, r2: 0.1 } },
};

/** All settings of a preset. */
function presetSettings(name) {
  return { ...DEFAULTS, ...PRESETS[name].settings };
}
