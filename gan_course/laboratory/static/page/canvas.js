// A canvas as sharp as the screen, drawn in CSS pixels.
"use strict";

/** Clear the canvas and make it fit its place on the page. Returns { pen, width, height } in CSS pixels. */
function cleared(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const scale = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

/** The size of letters on a canvas: that of the page's text. */
function letterSize(canvas) {
  return parseFloat(getComputedStyle(canvas).fontSize);
}
