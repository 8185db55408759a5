/**
 * What the other files build with: elements, numbers as text, and places in a list of steps.
 *
 * All scripts are classic ones, so that a page opens from the file system; each puts its part on `GanPlayer`.
 */
window.GanPlayer = window.GanPlayer || {};

(function (gan) {
  "use strict";

  const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

  /** Words without the characters that turn the direction of writing, so that they cannot turn what stands around. */
  gan.plain = (text) => String(text).replace(TURNS, "");

  const said = (child) => (typeof child === "string" ? gan.plain(child) : child);

  /** Attributes that are null are left out; functions become listeners; children are nodes, or words and never HTML. */
  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(name, value);
      else if (value !== null && value !== undefined) node.setAttribute(name, said(value));
    }
    node.append(...children.map(said));
    return node;
  }

  gan.element = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

  gan.svg = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

  /** Words that somebody else wrote: from right to left, perhaps; a long name may break after its underscores. */
  gan.words = function (text) {
    const parts = String(text).split(/(?<=_)/);
    return gan.element("bdi", {}, ...parts.flatMap((part, k) => (k ? [gan.element("wbr"), part] : [part])));
  };

  /** 8000 -> "8,000", 0.693147 -> "0.693", 0.00012 -> "0.00012", null -> "–". */
  gan.number = function (value) {
    if (typeof value !== "number" || !Number.isFinite(value)) return "–";
    if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-GB");
    return String(Number(value.toPrecision(3)));
  };

  /** Index of the last entry of an increasing list that is at most `value`; -1 if there is none. */
  gan.lastUpTo = function (list, value) {
    let low = -1;
    let high = list.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (list[middle] <= value) low = middle;
      else high = middle;
    }
    return low;
  };

  /** Index of the entry of an increasing list that is nearest to `value`. */
  gan.nearest = function (list, value) {
    const before = gan.lastUpTo(list, value);
    if (before < 0) return 0;
    if (before === list.length - 1) return before;
    return value - list[before] <= list[before + 1] - value ? before : before + 1;
  };

  /** What a curve says at a step: its last value so far, null before its first. */
  gan.valueAt = function (curve, step) {
    const index = gan.lastUpTo(curve.steps, step);
    return index < 0 ? null : curve.values[index];
  };

  /** Where a picture file lies: in the folder `base`, or inside the page or its memory. */
  gan.address = (base, file) => (/^(data:image\/|blob:)/.test(file) ? file : base + encodeURIComponent(file));

  gan.calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
})(window.GanPlayer);
