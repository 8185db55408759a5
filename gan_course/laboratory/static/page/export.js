// The Python that plays the same game in the package.
"use strict";

const LOSS_NAMES = {
  "non-saturating": ["discriminator_loss", "generator_loss"],
  saturating: ["discriminator_loss", "saturating_generator_loss"],
  wasserstein: ["critic_loss", "critic_generator_loss"],
  relativistic: ["relativistic_loss", "relativistic_generator_loss"],
};

const NUM_STEPS = 3000; // where the rates do not fall, and so do not say when a game ends

/** A whole program; `hash` is the permalink, to find the way back. */
function toPython(settings, hash) {
  const [lossD, lossG] = LOSS_NAMES[settings.loss];
  const penalties = penaltyTerms(settings);
  return [
    `"""The game of the laboratory, in MindSpore. Its random numbers are others than the page's, its rules the same.`,
    "",
    wrapped(`#${hash}`),
    `"""`,
    "",
    ...imports(settings, [lossD, lossG], penalties),
    "",
    `mixture = Mixture(${mixtureInPython(settings)})`,
    ...settingsInPython(settings),
    "",
    "",
    ...lossOfGInPython(settings, lossG),
    ...stepInPython(settings, lossD, penalties),
    `remedy = Remedy(make_step, pack_size=${settings.pack}, n_critic=${settings.turnsD}, n_generator=${settings.turnsG})`,
    `game = build(mixture, remedy, settings, seed=${settings.seed})`,
    "train(game.step, game.batches, game.num_steps, game.callbacks)",
    "for modes, share in count_modes(game.points(), mixture):",
    `    print(f"{modes} of {len(mixture.centres)} modes, {share:.1%} of high quality")`,
    "",
  ].join("\n");
}

function imports(settings, losses, penalties) {
  const steps = ["rounds_step"];
  if (penalties.length && settings.loss !== "wasserstein") steps.push("zero_centred_penalty");
  const lines = [
    ...(settings.data === "drawn" ? ["import numpy as np", ""] : ["from gan_course.data import mixtures"]),
    "from gan_course.lessons.mixture_gan import Mixture, Remedy, Settings, build, count_modes",
    "from gan_course.training.loop import train",
    `from gan_course.training.losses import ${losses.sort().join(", ")}`,
    `from gan_course.training.steps.rounds import ${steps.join(", ")}`,
  ];
  if (penalties.length && settings.loss === "wasserstein") {
    lines.push("from gan_course.training.steps.wgan_gp import gradient_penalty");
  }
  return lines;
}

function mixtureInPython(settings) {
  const { std, limit } = mixtureOf(settings);
  const sizes = `std=${std}, limit=${limit.toFixed(1)}`;
  if (settings.data !== "drawn") return `mixtures.${settings.data}(), ${sizes}`;
  const pairs = [];
  for (let i = 0; i < settings.drawn.length; i += 2) {
    pairs.push(`[${settings.drawn[i].toFixed(4)}, ${settings.drawn[i + 1].toFixed(4)}]`);
  }
  const rows = [];
  for (let i = 0; i < pairs.length; i += 5) rows.push(`        ${pairs.slice(i, i + 5).join(", ")},`);
  return `\n    np.array([\n${rows.join("\n")}\n    ], np.float32), ${sizes}\n`;
}

function settingsInPython(settings) {
  const { width, fall } = settings;
  const values = {
    num_seeds: 1,
    latent_dim: settings.latentDim,
    hidden: `(${width}, ${width}, ${width})`,
    batch_size: batchOf(settings),
    learning_rate: settings.rateG,
    learning_rate_d: settings.rateD,
    final_rate: fall ? 0.01 : "1.0",
    beta1: settings.beta1.toFixed(1),
    average_decay: settings.average ? 0.99 : "0.0",
    num_steps: fall || NUM_STEPS,
  };
  return ["settings = Settings(", ...Object.entries(values).map(([key, value]) => `    ${key}=${value},`), ")"];
}

/** A loss of G for `rounds_step`, which hands over D's answers to real points as well. */
function lossOfGInPython(settings, lossG) {
  if (settings.loss === "relativistic") return [];
  return ["def loss_g(real_logits, fake_logits):", `    return ${lossG}(fake_logits)`, "", ""];
}

function penaltyTerms({ loss, penalty, r1, r2 }) {
  if (loss === "wasserstein") {
    return penalty ? [`${penalty} * gradient_penalty(discriminator, real, fake, epsilon)`] : [];
  }
  const terms = [[r1, "real"], [r2, "fake"]].filter(([gamma]) => gamma > 0);
  return terms.map(([gamma, points]) => `${gamma} / 2 * zero_centred_penalty(discriminator, ${points})`);
}

function stepInPython(settings, lossD, penalties) {
  const lossG = settings.loss === "relativistic" ? "relativistic_generator_loss" : "loss_g";
  const turns = `turns_d=${settings.turnsD}, turns_g=${settings.turnsG}`;
  const penalty = [
    `    discriminator = players["discriminator"]`,
    "",
    "    def penalty(real, fake, epsilon):",
    `        return ${penalties.join(" + ")}`,
    "",
  ];
  return [
    "def make_step(players, num_seeds):",
    ...(penalties.length ? penalty : []),
    `    return rounds_step(**players, loss_d=${lossD}, loss_g=${lossG}, ` +
      `${penalties.length ? "penalty=penalty, " : ""}${turns})`,
    "",
    "",
  ];
}

/** Text in lines of at most 110 characters. */
function wrapped(text) {
  return text.match(/.{1,110}/g).join("\n");
}
