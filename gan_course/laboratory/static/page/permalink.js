// The settings as text behind the # of the page's address, and back.
//
// All of them are written, so that a link shows the same game when the first values have changed. Whatever a link says
// that is not among the choices is left at its first value: a link may come from anybody.
"use strict";

const MAX_DRAWN = 200; // modes drawn by hand
const DRAWN_LIMIT = 3; // their coordinates go from -3 to 3, in 255 steps

/** Settings -> "data=ring&loss=...". */
function toHash(settings) {
  const words = new URLSearchParams();
  for (const key of Object.keys(DEFAULTS)) {
    if (key === "drawn") {
      if (settings.data === "drawn") words.set("drawn", toLetters(settings.drawn));
    } else {
      words.set(key, key === "show" ? settings.show.join(".") : String(settings[key]));
    }
  }
  return words.toString();
}

/** "#data=ring&loss=..." -> settings, all of them. */
function fromHash(hash) {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const settings = { ...DEFAULTS };
  for (const [key, choices] of Object.entries(CHOICES)) {
    const found = choices.find((choice) => String(choice) === words.get(key));
    if (found !== undefined) settings[key] = found;
  }
  if (/^\d{1,4}$/.test(words.get("seed") || "")) settings.seed = Number(words.get("seed"));
  if (words.has("show")) settings.show = LAYERS.filter((layer) => words.get("show").split(".").includes(layer));
  if (words.has("drawn")) settings.drawn = fromLetters(words.get("drawn"));
  return settings;
}

/** A coordinate as the nearest of the 256 that a link can hold. */
function toByte(coordinate) {
  return Math.max(0, Math.min(255, Math.round(((coordinate / DRAWN_LIMIT + 1) / 2) * 255)));
}

function fromByte(byte) {
  return DRAWN_LIMIT * ((2 * byte) / 255 - 1);
}

/** Coordinates -> a letter for every six bits of their bytes (base64 with the letters that an address may hold). */
function toLetters(drawn) {
  const text = btoa(String.fromCharCode(...drawn.map(toByte)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

function fromLetters(letters) {
  try {
    const bytes = atob(letters.replace(/-/g, "+").replace(/_/g, "/"));
    const drawn = Array.from(bytes, (letter) => fromByte(letter.charCodeAt(0)));
    return drawn.slice(0, 2 * Math.min(MAX_DRAWN, Math.floor(drawn.length / 2)));
  } catch {
    return [];
  }
}
