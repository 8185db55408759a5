// The page: settings go to the worker, its pictures come back and are drawn.
"use strict";

const byId = (id) => document.getElementById(id);
const form = byId("controls");
const page = {
  settings: fromHash(location.hash),
  picture: null, // the last one of the worker
  counts: null, // modes and quality, the last time they were counted
  gameNumber: 0,
  curves: { d: [], g: [], captured: [], share: [] },
  running: false,
};

/** The worker runs the scripts of this page that are marked as the engine's: a page from a file may load no other. */
function newWorker() {
  const texts = Array.from(document.querySelectorAll("script[data-engine]"), (script) => script.textContent);
  const worker = new Worker(URL.createObjectURL(new Blob(texts, { type: "text/javascript" })));
  worker.onmessage = (event) => receivePicture(event.data);
  worker.onerror = (error) => say(`The game has stopped: ${error.message}. Load the page again.`);
  return worker;
}

function say(words) {
  byId("status").textContent = words;
}

/** Whether there is something to learn: drawn modes may be none yet. */
function isPlayable() {
  return page.settings.data !== "drawn" || page.settings.drawn.length > 0;
}

/** New settings, from the controls, a link or the plane: show them everywhere and tell the worker. */
function useSettings(settings) {
  page.settings = settings;
  writeControls(form, settings);
  sketch.load(settings.drawn);
  const hash = toHash(settings);
  if (location.hash !== `#${hash}`) history.replaceState(null, "", `#${hash}`);
  byId("python").textContent = toPython(settings, hash);
  byId("plane").classList.toggle("sketching", settings.data === "drawn");
  for (const link of document.querySelectorAll("[data-preset]")) {
    if (toHash(presetSettings(link.dataset.preset)) === hash) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const button of document.querySelectorAll("[data-needs-data]")) button.disabled = !isPlayable();
  if (isPlayable()) {
    worker.postMessage({ kind: "change", settings });
  } else {
    setRunning(false);
    page.picture = null;
    draw();
    say("Draw what G is to learn: on the plane with the mouse or a finger, or with the arrow keys and Enter.");
  }
}

function setRunning(running) {
  worker.postMessage({ kind: "run", running });
  showRunning(running);
}

function showRunning(running) {
  page.running = running;
  byId("run").textContent = running ? "Pause" : "Run";
}

/** One turn of a player, or a round of both; what was running stops. */
function step(who) {
  showRunning(false);
  worker.postMessage({ kind: "step", who });
}

function startAnew() {
  worker.postMessage({ kind: "anew" });
}

function receivePicture(picture) {
  worker.postMessage({ kind: "shown" });
  if (!isPlayable()) return;
  if (picture.gameNumber !== page.gameNumber) {
    page.gameNumber = picture.gameNumber;
    page.counts = null;
    page.curves = { d: [], g: [], captured: [], share: [] };
  }
  keepCurves(picture);
  page.picture = picture;
  requestAnimationFrame(draw);
  if (!picture.running && !page.running) say(summary());
}

function keepCurves({ curves, counts, rounds }) {
  for (const { round, lossD, lossG } of curves) {
    if (lossD !== undefined) page.curves.d.push([round, lossD]);
    if (lossG !== undefined) page.curves.g.push([round, lossG]);
  }
  if (!counts) return;
  page.counts = counts;
  page.curves.captured.push([rounds, counts.captured / counts.counts.length]);
  page.curves.share.push([rounds, counts.share]);
}

function summary() {
  const { rounds } = page.picture;
  const { captured, share, counts } = page.counts;
  const modes = `${captured} of ${counts.length} modes captured, ${percent(share)} of high quality`;
  return `Paused after ${rounds.toLocaleString("en")} rounds: ${modes}.`;
}

function percent(share) {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** Everything that is drawn or counted, from the last picture. */
function draw() {
  const { picture, settings, counts } = page;
  const sketching = settings.data === "drawn" ? { drawn: settings.drawn, cursor: sketch.cursor() } : null;
  drawPlane(byId("plane"), picture && { ...picture, counts }, settings.show, sketching);
  drawCharts();
  if (!picture) return;
  byId("rounds").textContent = picture.rounds.toLocaleString("en");
  byId("modes").textContent = counts ? `${counts.captured} of ${counts.counts.length}` : "";
  byId("quality").textContent = counts ? percent(counts.share) : "";
  byId("steepness").textContent = picture.steepness.toPrecision(2);
  byId("turn").textContent = { d: "D has learnt", g: "G has learnt" }[picture.turn] || "";
}

/** Where the losses stand if D cannot tell real from generated. */
function levelsOf(loss) {
  const [one, two] = [{ "log 2": Math.LN2 }, { "2 log 2": 2 * Math.LN2 }];
  const ofG = { "non-saturating": one, saturating: { "-log 2": -Math.LN2 }, relativistic: one, wasserstein: { 0: 0 } };
  return { ...(isLogit(loss) ? two : {}), ...ofG[loss] };
}

function drawCharts() {
  const inks = INKS[scheme()];
  const { curves, settings } = page;
  drawChart(byId("losses"), [
    { name: "loss of D", colour: inks.d, points: curves.d },
    { name: "loss of G", colour: inks.g, dash: [7, 4], points: curves.g },
  ], { levels: levelsOf(settings.loss), format: (value) => value.toFixed(1) });
  drawChart(byId("counts"), [
    { name: "modes", colour: inks.d, points: curves.captured },
    { name: "quality", colour: inks.g, dash: [7, 4], points: curves.share },
  ], { range: [0, 1], format: (value) => `${100 * value} %` });
}

const sketch = sketchOn(byId("plane"), () => page.settings.data === "drawn", (drawn, done) => {
  if (done) return useSettings({ ...page.settings, drawn });
  page.settings = { ...page.settings, drawn };
  page.picture = null;
  draw();
});
const worker = newWorker();
