// Modes drawn by hand on the plane: with mouse or finger, or with the keys.
"use strict";

const APART = 0.13; // between the modes of one stroke
const KEY_STEP = 0.1; // of the cross that the arrow keys move

/** Let modes be drawn on the canvas while `active()`.
 *
 *  `changed(drawn, done)` is called with all coordinates when a mode comes or goes, `done` when the stroke is over.
 *  Returns { cursor(), clear(), undo(), load(drawn) }.
 */
function sketchOn(canvas, active, changed) {
  let drawn = [];
  let strokes = []; // how many coordinates there were before each stroke
  let cursor = null;
  let last = null; // the last mode of the stroke under way

  function add(point) {
    if (drawn.length >= 2 * MAX_DRAWN) return false;
    drawn = [...drawn, ...point.map((coordinate) => fromByte(toByte(coordinate)))];
    return true;
  }

  function place(event) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const [across, down] = [(event.clientX - left) / width, (event.clientY - top) / height];
    return [DRAWN_LIMIT * (2 * across - 1), DRAWN_LIMIT * (1 - 2 * down)];
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (!active() || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    strokes.push(drawn.length);
    cursor = null;
    last = place(event);
    if (add(last)) changed(drawn, false);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const point = place(event);
    let length = Math.hypot(point[0] - last[0], point[1] - last[1]);
    while (length >= APART) {
      last = last.map((from, k) => from + ((point[k] - from) * APART) / length);
      if (!add(last)) return;
      length -= APART;
    }
    changed(drawn, false);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (last) changed(drawn, true);
      last = null;
    });
  }

  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!active() || !(move || ["Enter", " ", "Backspace"].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    cursor = cursor || [0, 0];
    if (move) {
      cursor = cursor.map((at, k) => Math.max(-2.9, Math.min(2.9, at + KEY_STEP * move[k])));
      return changed(drawn, false);
    }
    if (event.key === "Backspace") return undo();
    strokes.push(drawn.length);
    add(cursor);
    changed(drawn, true);
  });

  function undo() {
    if (strokes.length) drawn = drawn.slice(0, strokes.pop());
    else drawn = drawn.slice(0, -2);
    changed(drawn, true);
  }

  function clear() {
    drawn = [];
    strokes = [];
    changed(drawn, true);
  }

  function load(given) {
    if (given.length === drawn.length && given.every((value, i) => value === drawn[i])) return;
    drawn = given;
    strokes = [];
  }

  return { cursor: () => cursor, clear, undo, load };
}
