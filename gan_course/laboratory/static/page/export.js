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
  const penalties = penaltyLines(settings);
  return [
    `"""The game of the laboratory, in MindSpore. Its random numbers are others than the page's, its rules the same.`,
    "",
    wrapped(`#${hash}`, 110),
    `"""`,
    "",
    ...imports(settings, [lossD, lossG], penalties),
    "",
    ...drawnInPython(settings),
    `mixture = Mixture(${mixtureInPython(settings)})`,
    ...settingsInPython(settings),
    "",
    "",
    ...lossOfGInPython(settings, lossG),
    ...stepInPython(settings, lossD, penalties),
    `remedy = Remedy(make_step, pack_size=${settings.pack}, ` +
      `n_critic=${settings.turnsD}, n_generator=${settings.turnsG})`,
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
  return `centres, ${sizes}`;
}

/** Modes drawn by hand, as the bytes of the permalink. */
function drawnInPython(settings) {
  if (settings.data !== "drawn") return [];
  const digits = settings.drawn.map((coordinate) => toByte(coordinate).toString(16).padStart(2, "0"));
  return [
    "# Modes drawn by hand: two hexadecimal digits a coordinate, which goes from -3 to 3",
    `DRAWN = """\n${wrapped(digits.join(""), 104)}\n"""`,
    "centres = 3 * (np.frombuffer(bytes.fromhex(DRAWN), np.uint8).reshape(-1, 2) / 127.5 - 1)",
  ];
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

/** The lines that work out the penalty on D's slope; none where there is no penalty. */
function penaltyLines({ loss, penalty, r1, r2 }) {
  if (loss === "wasserstein") {
    return penalty ? [`return ${penalty} * gradient_penalty(discriminator, real, fake, epsilon)`] : [];
  }
  const terms = [["r1", r1, "real"], ["r2", r2, "fake"]].filter(([, gamma]) => gamma > 0);
  if (!terms.length) return [];
  return [
    ...terms.map(([name, , points]) => `${name} = zero_centred_penalty(discriminator, ${points})`),
    `return ${terms.map(([name, gamma]) => `${gamma} / 2 * ${name}`).join(" + ")}`,
  ];
}

function stepInPython(settings, lossD, penalties) {
  const penalty = [
    `    discriminator = players["discriminator"]`,
    "",
    "    def penalty(real, fake, epsilon):",
    ...penalties.map((line) => `        ${line}`),
    "",
  ];
  const values = [
    "**players",
    `loss_d=${lossD}`,
    `loss_g=${settings.loss === "relativistic" ? "relativistic_generator_loss" : "loss_g"}`,
    ...(penalties.length ? ["penalty=penalty"] : []),
    `turns_d=${settings.turnsD}`,
    `turns_g=${settings.turnsG}`,
  ];
  return [
    "def make_step(players, num_seeds):",
    ...(penalties.length ? penalty : []),
    "    return rounds_step(",
    ...values.map((value) => `        ${value},`),
    "    )",
    "",
    "",
  ];
}

/** Text in lines of so many characters. */
function wrapped(text, length) {
  return (text.match(new RegExp(`.{1,${length}}`, "g")) || []).join("\n");
}
