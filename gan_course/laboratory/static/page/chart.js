// Curves over rounds, on a canvas, each named at its end.
"use strict";

const MAX_POINTS = 600; // of a curve; beyond that neighbours are drawn as their mean
const ROOM = { left: 3.4, right: 6.2, top: 0.8, bottom: 1.9 }; // around the curves, in letters

/** Draw `lines`, a list of { name, colour, dash, points: [[round, value], ...] }.
 *
 *  `levels` are heights known beforehand, { name: value }; `range` is [least, most], or null to fit the curves;
 *  `format` writes a height.
 */
function drawChart(canvas, lines, { levels = {}, range = null, format = String } = {}) {
  const { pen, width, height } = cleared(canvas);
  const letter = letterSize(canvas);
  const inks = INKS[scheme()];
  const drawn = lines.map((line) => ({ ...line, points: thinned(line.points) }));
  const last = Math.max(10, ...drawn.flatMap(({ points }) => points.slice(-1).map(([round]) => round)));
  const [low, high] = range || fitted(drawn.flatMap(({ points }) => points.map(([, value]) => value)), levels);
  const box = { left: ROOM.left * letter, right: width - ROOM.right * letter, top: ROOM.top * letter };
  box.bottom = height - ROOM.bottom * letter;
  const across = (round) => box.left + (round / last) * (box.right - box.left);
  const down = (value) => box.bottom - ((value - low) / (high - low)) * (box.bottom - box.top);
  pen.font = `${letter}px system-ui, sans-serif`;
  pen.textBaseline = "middle";
  drawFrame(pen, box, inks, letter, { low, high, last, format, across, down });
  drawn.forEach((line) => drawLine(pen, line, across, (value) => down(Math.max(low, Math.min(high, value)))));
  for (const [name, value] of Object.entries(levels)) drawLevel(pen, box, inks, name, down(value));
  nameLines(pen, drawn, box, letter, (value) => down(Math.max(low, Math.min(high, value))));
}

/** Least and most of the values that are not among the two outermost in a hundred, with the levels. */
function fitted(values, levels) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  const heights = [...Object.values(levels), ...(sorted.length ? [at(0.01), at(0.99)] : [0, 1])];
  const [low, high] = [Math.min(0, ...heights), Math.max(...heights)];
  return [low, high + 0.05 * (high - low) + 1e-9];
}

/** Means of neighbours, where there are more points than can be told apart. */
function thinned(points) {
  const size = Math.ceil(points.length / MAX_POINTS);
  if (size <= 1) return points;
  const means = [];
  for (let i = 0; i < points.length; i += size) {
    const group = points.slice(i, i + size);
    const mean = (k) => group.reduce((sum, point) => sum + point[k], 0) / group.length;
    means.push([mean(0), mean(1)]);
  }
  return means;
}

function drawFrame(pen, box, inks, letter, { low, high, last, format, across, down }) {
  pen.strokeStyle = inks.line;
  pen.lineWidth = 1;
  pen.strokeRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  pen.fillStyle = inks.soft;
  pen.textAlign = "right";
  const ticks = low < 0 && high > 0 ? [low, 0, high] : [low, high];
  const spread = ticks.filter((tick, i) => i === 0 || Math.abs(down(tick) - down(ticks[i - 1])) > letter);
  for (const tick of spread) pen.fillText(format(tick), box.left - letter / 3, down(tick));
  pen.textAlign = "left";
  pen.fillText("0", box.left, box.bottom + letter);
  pen.textAlign = "right";
  pen.fillText(`${Math.round(last).toLocaleString("en")} rounds`, box.right, box.bottom + letter);
}

function drawLevel(pen, box, inks, name, height) {
  pen.strokeStyle = inks.soft;
  pen.setLineDash([2, 4]);
  pen.beginPath();
  pen.moveTo(box.left, height);
  pen.lineTo(box.right, height);
  pen.stroke();
  pen.setLineDash([]);
  pen.fillStyle = inks.soft;
  pen.textAlign = "left";
  pen.strokeStyle = inks.page;
  pen.lineWidth = 4;
  pen.strokeText(name, box.left + 4, height - 9);
  pen.fillText(name, box.left + 4, height - 9);
}

function drawLine(pen, { points, colour, dash = [] }, across, down) {
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.setLineDash(dash);
  pen.beginPath();
  for (const [round, value] of points) pen.lineTo(across(round), down(value));
  pen.stroke();
  pen.setLineDash([]);
}

/** Names beside the ends, moved apart where they would lie over each other. */
function nameLines(pen, lines, box, letter, down) {
  pen.textAlign = "left";
  const ends = lines.filter(({ points }) => points.length);
  const places = ends.map(({ points, ...line }) => ({ ...line, height: down(points[points.length - 1][1]) }));
  places.sort((a, b) => a.height - b.height);
  places.forEach((place, i) => {
    if (i) place.height = Math.max(place.height, places[i - 1].height + 1.2 * letter);
  });
  const over = places.length ? Math.max(0, places[places.length - 1].height - box.bottom) : 0;
  for (const { name, colour, height } of places) {
    pen.fillStyle = colour;
    pen.fillText(name, box.right + letter / 3, height - over);
  }
}
