// The plane: what D thinks of every place, real and generated points, G's net and where its gradients point.
"use strict";

const ARROW_LENGTH = 0.09; // of the longest arrows, as a share of the picture's side
const HALF_LENGTH = 4; // the slope at which an arrow has half that length
const RINGS_UP_TO = 25; // modes, around each of which a ring shows whether it is captured

/** Draw a picture of the worker. `sketch` is { drawn, cursor } while modes are drawn by hand, else null. */
function drawPlane(canvas, picture, show, sketch = null) {
  const { pen, width: size } = cleared(canvas);
  const inks = INKS[scheme()];
  const limit = picture ? picture.mixture.limit : DRAWN_LIMIT;
  const across = (x) => ((x / limit + 1) / 2) * size;
  const down = (y) => ((1 - y / limit) / 2) * size;
  const view = { pen, size, inks, across, down };
  pen.fillStyle = inks.page;
  pen.fillRect(0, 0, size, size);
  if (picture) {
    if (show.includes("surface")) drawSurface(view, picture.surface);
    if (show.includes("net")) drawNet(view, picture.net);
    if (show.includes("real")) drawReal(view, picture);
    if (show.includes("fake")) drawDots(view, picture.fake);
    if (show.includes("arrows")) drawArrows(view, picture);
  }
  if (sketch) drawSketch(view, sketch);
}

/** D's answers as a picture of one pixel each, made smooth by the canvas. */
function drawSurface({ pen, size }, surface) {
  const side = Math.round(Math.sqrt(surface.length));
  const stops = SURFACE_COLOURS[scheme()];
  const image = new ImageData(side, side);
  surface.forEach((answer, i) => {
    const place = 4 * ((side - 1 - Math.floor(i / side)) * side + (i % side)); // the first row is the lowest
    image.data.set([...surfaceColour(answer, stops), 255], place);
  });
  const small = document.createElement("canvas");
  small.width = small.height = side;
  small.getContext("2d").putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  const half = size / (side - 1) / 2; // the outermost answers belong to the edges themselves
  pen.drawImage(small, -half, -half, size + 2 * half, size + 2 * half);
}

function drawNet({ pen, inks, across, down }, net) {
  pen.strokeStyle = inks.net;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let i = 0; i < net.length / 2; i++) {
    if (i % NET_POINTS) pen.lineTo(across(net[2 * i]), down(net[2 * i + 1]));
    else pen.moveTo(across(net[2 * i]), down(net[2 * i + 1]));
  }
  pen.stroke();
}

/** Real points, small; and around few modes a ring, whole if the mode is captured and dashed if not. */
function drawReal({ pen, size, inks, across, down }, { real, mixture, counts }) {
  const radius = Math.max(1.2, size / 420);
  pen.fillStyle = inks.real;
  for (let i = 0; i < real.length; i += 2) {
    pen.fillRect(across(real[i]) - radius, down(real[i + 1]) - radius, 2 * radius, 2 * radius);
  }
  const { centres, std } = mixture;
  if (!counts || centres.length / 2 > RINGS_UP_TO) return;
  const around = Math.max(size / 50, across(3 * std) - across(0));
  for (const [colour, width] of [[inks.halo, 4], [inks.real, 2]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    counts.counts.forEach((count, k) => {
      pen.setLineDash(count > 0 ? [] : [4, 5]);
      pen.beginPath();
      pen.arc(across(centres[2 * k]), down(centres[2 * k + 1]), around, 0, 2 * Math.PI);
      pen.stroke();
    });
  }
  pen.setLineDash([]);
}

function drawDots({ pen, size, inks, across, down }, points) {
  const radius = Math.max(2, size / 240);
  pen.fillStyle = inks.fake;
  pen.strokeStyle = inks.rim;
  pen.lineWidth = 1;
  for (let i = 0; i < points.length; i += 2) {
    pen.beginPath();
    pen.arc(across(points[i]), down(points[i + 1]), radius, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }
}

/** Long gradients are squeezed, so that short ones can still be told from none. */
function drawArrows({ pen, size, inks, across, down }, { starts, arrows }) {
  pen.lineCap = "round";
  for (const [colour, width] of [[inks.halo, 4], [inks.arrow, 2]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    for (let i = 0; i < starts.length; i += 2) {
      const slope = Math.hypot(arrows[i], arrows[i + 1]);
      const length = (ARROW_LENGTH * size * slope) / (slope + HALF_LENGTH);
      if (length > 2) arrow(pen, across(starts[i]), down(starts[i + 1]), Math.atan2(-arrows[i + 1], arrows[i]), length);
    }
    pen.stroke();
  }
}

/** From (x, y) in a direction, with two barbs at its tip. */
function arrow(pen, x, y, angle, length) {
  const tip = [x + length * Math.cos(angle), y + length * Math.sin(angle)];
  const barb = Math.min(7, length / 2);
  pen.moveTo(x, y);
  pen.lineTo(...tip);
  for (const turn of [2.6, -2.6]) {
    pen.moveTo(...tip);
    pen.lineTo(tip[0] + barb * Math.cos(angle + turn), tip[1] + barb * Math.sin(angle + turn));
  }
}

/** The modes drawn so far, and the cross that the arrow keys move. */
function drawSketch({ pen, size, inks, across, down }, { drawn, cursor }) {
  pen.fillStyle = inks.real;
  for (let i = 0; i < drawn.length; i += 2) {
    pen.beginPath();
    pen.arc(across(drawn[i]), down(drawn[i + 1]), size / 110, 0, 2 * Math.PI);
    pen.fill();
  }
  if (!cursor) return;
  const [x, y, arm] = [across(cursor[0]), down(cursor[1]), size / 40];
  for (const [colour, width] of [[inks.halo, 5], [inks.ink, 2]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(x - arm, y);
    pen.lineTo(x + arm, y);
    pen.moveTo(x, y - arm);
    pen.lineTo(x, y + arm);
    pen.stroke();
  }
}
