// Colours that differ for every kind of sight, for a light and for a dark page.
"use strict";

// From "generated" over "in doubt" to "real": blue and red differ in any eye, and the middle is the page's own shade.
const SURFACE_COLOURS = {
  light: [[33, 102, 172], [146, 197, 222], [247, 247, 247], [244, 165, 130], [178, 24, 43]],
  dark: [[86, 160, 226], [32, 75, 122], [22, 24, 28], [120, 44, 34], [236, 112, 92]],
};

const INKS = {
  light: { page: "#ffffff", ink: "#1a1a1a", soft: "#595959", line: "#c8c8c8", real: "#000000", halo: "#ffffff",
    fake: "#ffd400", rim: "#1a1a1a", net: "rgba(0, 0, 0, 0.34)", arrow: "#1a1a1a", d: "#6a3d9a", g: "#1b7837" },
  dark: { page: "#16181c", ink: "#f2f2f2", soft: "#b8b8b8", line: "#4a4d52", real: "#ffffff", halo: "#000000",
    fake: "#ffd400", rim: "#000000", net: "rgba(255, 255, 255, 0.36)", arrow: "#ffffff", d: "#cdb2ee", g: "#8fd19b" },
};

/** "light" or "dark", as the reader's system has it. */
function scheme() {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** The colour of an answer from -1 to 1: [red, green, blue]. */
function surfaceColour(answer, stops) {
  const place = ((Math.max(-1, Math.min(1, answer)) + 1) / 2) * (stops.length - 1);
  const k = Math.min(stops.length - 2, Math.floor(place));
  return stops[k].map((from, i) => from + (place - k) * (stops[k + 1][i] - from));
}
