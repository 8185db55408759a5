// The game in a worker of its own, so that the page answers while it is played.
//
// The page sends { kind, settings?, who?, running? } with the kinds
//   change: these settings from now on; what cannot change in a game that is under way starts a new one
//   anew:   a new game
//   run:    go on, or stop
//   step:   one turn of "d" or "g", or a round of "both"
//   shown:  the last picture is on the screen
// and gets pictures: all of `pictureOf`, and { gameNumber, rounds, curves, counts, mixture, real, running, turn }.
"use strict";

const ANEW = ["data", "drawn", "seed", "width", "latentDim", "batchSize"]; // what a game cannot change
const COUNT_EVERY = 500; // milliseconds
const PLAY_SHARE = 3; // time that is played to one of pictures

const state = { game: null, gameNumber: 0, running: false, waiting: false, counted: 0, cost: 20, curves: [], timer: 0 };

function receive({ kind, settings, who, running }) {
  if (settings) takeSettings(settings);
  if (kind === "anew") begin(state.game.settings);
  if (kind === "shown") state.waiting = false;
  if (kind === "run") runOrStop(running);
  if (kind === "step") takeStep(who);
  if (kind === "change" || kind === "anew") send("", true);
}

function begin(settings) {
  state.game = newGame(settings);
  state.gameNumber += 1;
  state.curves = [];
}

function takeSettings(settings) {
  const before = state.game && state.game.settings;
  const differs = (key) => JSON.stringify(before[key]) !== JSON.stringify(settings[key]);
  if (!before || ANEW.some(differs)) return begin(settings);
  state.game.settings = settings;
  if (before.pack !== settings.pack) withNewD(state.game);
  if (before.speed !== settings.speed && state.running) runOrStop(true);
}

function runOrStop(running) {
  state.running = running;
  clearTimeout(state.timer);
  if (running) state.timer = setTimeout(goOn, 0);
  else send("", true);
}

function takeStep(who) {
  state.running = false;
  clearTimeout(state.timer);
  note(play(state.game, who));
  send(who, true);
}

/** Slowly: a round, or each player's turns by themselves, and a picture of it. As fast as it goes: many rounds. */
function goOn() {
  const { players, speed } = state.game.settings;
  if (speed === 0) {
    const end = performance.now() + Math.max(40, PLAY_SHARE * state.cost);
    while (performance.now() < end) note(play(state.game, players));
    if (!state.waiting) send("", false);
    state.timer = setTimeout(goOn, 0);
  } else {
    const turns = speed <= 2 && players === "both" ? slowTurns() : [[players, () => play(state.game, players)]];
    playSlowly(turns, 1000 / speed / turns.length);
  }
}

/** A round in two parts, with a picture after each. */
function slowTurns() {
  const { game } = state;
  const ofG = () => {
    const losses = turnsOfG(game);
    endRound(game);
    return losses;
  };
  return [["d", () => turnsOfD(game)], ["g", ofG]];
}

function playSlowly(turns, pause) {
  const [[who, turn], ...rest] = turns;
  note(turn());
  send(who, false);
  state.timer = setTimeout(() => (rest.length ? playSlowly(rest, pause) : goOn()), pause);
}

function note(losses) {
  state.curves.push({ round: state.game.rounds, ...losses });
}

/** A picture to the page; `calm` where the game stands and there is time for a finer one. */
function send(turn, calm) {
  const { game } = state;
  if (!game) return; // nothing is drawn yet that could be learnt
  const start = performance.now();
  const count = calm || start - state.counted > COUNT_EVERY;
  if (count) state.counted = start;
  const picture = {
    ...pictureOf(game, calm ? 96 : game.settings.width > 64 ? 48 : 64),
    counts: count ? countsOf(game) : null,
    gameNumber: state.gameNumber,
    rounds: game.rounds,
    rateLeft: rateLeft(game),
    curves: state.curves.splice(0),
    mixture: game.mixture,
    real: Float32Array.from(samplePoints(game.mixture, 400, newRandom(game.settings.seed, 7))),
    running: state.running,
    turn,
  };
  state.waiting = true;
  if (!calm) state.cost = 0.8 * state.cost + 0.2 * (performance.now() - start);
  postMessage(picture);
}

onmessage = (event) => receive(event.data);
