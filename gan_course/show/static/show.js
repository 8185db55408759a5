/**
 * The page of a training that goes on: it fetches what is new, lets the player grow, and writes the numbers large.
 *
 * The server tells every quarter of a second where the training stands (server-sent events at `now`), with the version
 * of its document. The page fetches a newer document (`recording.json`) and the pictures that it has not got, and keeps
 * them in its memory. When the training has ended and everything is here, it hangs up, and the server may go.
 */
(function (gan) {
  "use strict";

  const TICK = 150; // ms from one frame to the next, where several have come at once
  const MISSES = 2; // times that the server may fail to answer
  const CATCH_UP = 8; // ticks, about, in which all of them are shown

  const [stage, large, numbers, words, bar] = ["stage", "large", "numbers", "words", "bar"].map((id) => document.getElementById(id));
  const pictures = new Map(); // address of a picture in this page's memory, by its file's name

  let latest = {}; // what the server said last
  let live = false; // whether this page was open before the training began
  let version = -1; // of the newest document, all of whose pictures are here
  let complete = null; // that document
  let fetching = false;
  let misses = 0; // in a row
  let player = null;
  let grown = null; // the document that the player has all of
  let shown = 0; // frames that the player has

  const source = new EventSource("now");
  source.onmessage = (event) => {
    misses = 0;
    latest = JSON.parse(event.data);
    live = live || latest.state === "preparing";
    if (latest.version > version && !fetching) fetchNews();
    else if (over() && latest.version <= version) source.close();
  };
  source.onerror = () => {
    misses += 1; // the browser asks again by itself
    if (over() || source.readyState === EventSource.CLOSED || misses > MISSES) lose();
  };

  const over = () => latest.state === "ended" || latest.state === "failed";

  /** The server has gone before everything was here: the training was killed, or the browser was very slow. */
  function lose() {
    source.close();
    latest = { ...latest, state: "failed", words: "The training no longer answers. What was seen can still be played." };
  }

  /** Fetch the document and all that it names; if that fails, the next word of the server comes back here. */
  async function fetchNews() {
    fetching = true;
    try {
      const recording = await (await ask("recording.json")).json();
      if (recording) {
        await Promise.all([...recording.frames.sheets, ...Object.values(recording.pictures)].map(keep));
        complete = recording;
        version = recording.live_version;
      } else if (over()) {
        version = latest.version; // a training that failed before its first picture
      }
    } catch (error) {
      return; // `source` notices as well if the server has gone
    } finally {
      fetching = false;
    }
  }

  async function ask(name) {
    const answer = await fetch(name);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer;
  }

  /** Take a picture into memory, once, and name it by its address there. */
  async function keep(place) {
    if (!pictures.has(place.file)) pictures.set(place.file, URL.createObjectURL(await (await ask(place.file)).blob()));
    place.file = pictures.get(place.file);
  }

  /** Let the player grow by the frames that are due; where the page came late, by all at first. */
  function grow() {
    if (!complete || complete === grown) return;
    const count = complete.frames.steps.length;
    const behind = count - shown;
    shown += player || live ? Math.min(behind, Math.max(1, Math.ceil(behind / CATCH_UP))) : behind;
    const recording = { ...complete, frames: first(complete.frames, shown) };
    if (player) player.update(recording);
    else begin(recording);
    if (shown === count) grown = complete;
  }

  /** The first so many frames; each has a sheet of its own. */
  function first(frames, count) {
    const [steps, seconds, sheets] = [frames.steps, frames.seconds, frames.sheets].map((list) => list.slice(0, count));
    return { ...frames, steps, seconds, sheets };
  }

  /** Make the player, with what is written large inside it, so that full screen has it as well. */
  function begin(recording) {
    player = gan.create(stage, recording, { above: 0 });
    const head = stage.querySelector(".gp-head");
    head.prepend(large);
    head.append(words);
    new MutationObserver(tell).observe(head.querySelector(".gp-when"), { childList: true }); // it tells of each frame
  }

  /** Write large where the training stands, or what was so at the frame that somebody looks back to. */
  function tell() {
    const said = sentence();
    if (words.textContent !== said) words.textContent = said;
    if (latest.num_steps === undefined) return;
    const now = player && player.frame < shown - 1 ? then(player.frame) : { ...latest, time: timeLeft() };
    const values = Object.entries({ ...now.losses, ...now.evaluation }).map(([name, value]) => [name, gan.number(value), ""]);
    fill([["step", gan.number(now.step), `of ${gan.number(latest.num_steps)}`], ...values, now.time]);
    bar.value = now.step / latest.num_steps;
  }

  /** The numbers at an earlier frame. */
  function then(frame) {
    const step = complete.frames.steps[frame];
    const at = (curves, names) => Object.fromEntries(Object.keys(names).map((name) => [name, curves[name] ? gan.valueAt(curves[name], step) : null]));
    const [losses, evaluation] = [at(complete.curves, latest.losses), at(complete.numbers, latest.evaluation)];
    return { step, losses, evaluation, time: ["after", ...span(complete.frames.seconds[frame])] };
  }

  function timeLeft() {
    if (latest.seconds_left !== null && !over() && latest.step < latest.num_steps) return ["time left", ...span(latest.seconds_left)];
    return ["after", ...span(complete ? complete.frames.seconds[complete.frames.seconds.length - 1] : 0)];
  }

  const span = (seconds) => (seconds > 90 ? [(seconds / 60).toFixed(seconds < 600 ? 1 : 0), "min"] : [seconds.toFixed(0), "s"]);

  /** Tiles of a name, a number and a unit; those that are there keep their place. */
  function fill(tiles) {
    while (numbers.children.length > tiles.length) numbers.lastElementChild.remove();
    tiles.forEach(([name, value, unit], index) => {
      const tile = numbers.children[index] || numbers.appendChild(blank());
      const [label, number] = tile.children;
      label.textContent = name.replaceAll("_", " ");
      number.firstElementChild.textContent = value;
      number.lastElementChild.textContent = unit;
    });
  }

  const blank = () => gan.element("div", {}, gan.element("dt"), gan.element("dd", {}, gan.element("b"), " ", gan.element("small")));

  function sentence() {
    if (latest.words) return latest.words;
    if (latest.state === "training" && latest.step === latest.num_steps) return "The last numbers are being worked out …";
    if (latest.state === "ended") {
      const here = version >= latest.version && complete === grown ? "All that was seen is here." : "The last pictures are coming …";
      return `${latest.step < latest.num_steps ? "Stopped" : "Trained"}. ${here}`;
    }
    return latest.state === "training" ? "" : `${latest.title || ""} is getting ready …`.trim();
  }

  setInterval(() => {
    grow();
    tell();
  }, TICK);
})(window.GanPlayer);
