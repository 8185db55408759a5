/**
 * The page of a training that goes on: it fetches what is new, lets the player grow, and writes the numbers large.
 *
 * The server tells every quarter of a second where the training stands (server-sent events at `now`), with the version
 * of its document. The page fetches a newer document (`recording.json`) and the pictures that it has not got, and keeps
 * them in its memory. When the training has ended and everything is here, it hangs up, and the server may go.
 */
(function () {
  "use strict";

  const TICK = 150; // ms from one frame to the next, where several have come at once
  const CATCH_UP = 8; // ticks, about, in which all of them are shown

  const stage = document.getElementById("stage");
  const numbers = document.getElementById("numbers");
  const words = document.getElementById("words");
  const bar = document.getElementById("bar");
  const pictures = new Map(); // address of a picture in this page's memory, by its file's name

  let player = null;
  let complete = null; // the newest document, all of whose pictures are here
  let grown = null; // the document that the player has all of
  let shown = 0; // frames that the player has
  let live = false; // whether this page was open when the training began
  let version = -1;
  let fetching = false;
  let latest = {};

  const source = new EventSource("now");
  source.onmessage = (event) => {
    latest = JSON.parse(event.data);
    live = live || latest.state === "preparing";
    tell(latest);
    if (latest.version > version && !fetching) fetchNews();
    else if (over() && latest.version <= version) source.close();
  };
  source.onerror = () => {
    if (over()) return source.close();
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    words.textContent = "The training no longer answers. What was seen can still be played.";
  };

  const over = () => latest.state === "ended" || latest.state === "failed";

  /** Fetch the document and what it names; the next word of the server comes back here if it fails. */
  async function fetchNews() {
    fetching = true;
    try {
      const recording = await (await ask("recording.json")).json();
      if (recording) {
        const places = [...recording.frames.sheets, ...Object.values(recording.pictures)];
        await Promise.all(places.map(keep));
        complete = recording;
        version = recording.live_version;
      } else if (over()) {
        version = latest.version; // a training that failed before its first picture
      }
    } catch {
      // the server is busy, or gone: then `source` notices as well
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
    if (!complete) return;
    const count = complete.frames.steps.length;
    const behind = count - shown;
    if (complete === grown) return;
    shown += !player && !live ? behind : Math.min(behind, Math.max(1, Math.ceil(behind / CATCH_UP)));
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

  /** Make the player, and put what is written large inside it, so that it is there in full screen as well. */
  function begin(recording) {
    player = window.GanPlayer.create(stage, recording, { base: "" });
    stage.querySelector(".gp-head").prepend(document.getElementById("large"));
  }

  /** Write where the training stands. */
  function tell(now) {
    words.textContent = sentence(now);
    if (now.num_steps === undefined) return;
    const tiles = [["step", count(now.step), `of ${count(now.num_steps)}`]];
    for (const [name, value] of Object.entries(now.losses)) tiles.push([name, window.GanPlayer.number(value), ""]);
    for (const [name, value] of Object.entries(now.evaluation)) tiles.push([name, window.GanPlayer.number(value), ""]);
    if (now.seconds_left !== null && now.step < now.num_steps) tiles.push(["time left", ...span(now.seconds_left)]);
    numbers.replaceChildren(...tiles.map(tile));
    bar.value = now.step / now.num_steps;
  }

  const count = (value) => value.toLocaleString("en-GB");
  const span = (seconds) => (seconds > 90 ? [String(Math.round(seconds / 60)), "min"] : [String(Math.round(seconds)), "s"]);

  function tile([name, value, unit]) {
    const [box, label, number, small] = ["div", "dt", "dd", "small"].map((tag) => document.createElement(tag));
    label.textContent = name.replaceAll("_", " ");
    small.textContent = unit;
    number.append(value, " ", small);
    box.append(label, number);
    return box;
  }

  function sentence(now) {
    if (now.words) return now.words;
    if (now.state === "preparing") return "Getting ready …";
    if (now.state === "training" && now.step === now.num_steps) return "The last numbers are being worked out.";
    if (now.state !== "ended") return "";
    return now.step < now.num_steps ? "Stopped. All that was seen is here." : "Trained. All that was seen is here.";
  }

  setInterval(grow, TICK);
})();
