/** The frame, large, and real pictures beside it. A click chooses a cell; a drag across it moves through time. */
(function (gan) {
  "use strict";

  const GAP = 16; // CSS pixels between two pictures
  const LEAST_SCALE = 0.2; // of a picture that is larger than all room
  const LARGE = 400; // CSS pixels: real pictures come beside the frame by themselves where both are so wide
  const DRAG = 12; // CSS pixels from which on a touch is a drag

  /**
   * @param {object} on {cell(index), drag(share, first)}: a cell is chosen; a finger moves by a share of the width.
   * @param {...HTMLElement} below what stands beside the words below the frame.
   * @returns {{element, update, show, choose, besides, fit}}
   */
  gan.stage = function (on, ...below) {
    const load = gan.loader(() => {
      show(shown);
      if (realPlace) gan.paint(real, realPlace);
    });
    const fake = gan.element("canvas", { role: "img", class: "gp-frame" });
    const real = gan.element("canvas", { role: "img", class: "gp-frame" });
    const outline = gan.element("div", { class: "gp-outline", "aria-hidden": "true", hidden: "" });
    const caption = gan.element("figcaption");
    const under = gan.element("div", { class: "gp-under" }, caption, ...below);
    const fakeFigure = gan.element("figure", {}, gan.element("div", { class: "gp-framed" }, fake, outline), under);
    const realFigure = gan.element(
      "figure",
      { hidden: "" },
      gan.element("div", { class: "gp-framed" }, real),
      gan.element("div", { class: "gp-under" }, gan.element("figcaption", {}, "real")),
    );
    const element = gan.element("div", { class: "gp-stage" }, fakeFigure, realFigure);
    let recording = null;
    let frames = [];
    let realPlace = null;
    let shown = 0;
    let chosen = -1;
    let room = { width: 400, height: 400 };

    function update(next, base) {
      recording = next;
      frames = gan.frames(recording, base, load);
      const place = (recording.pictures || {}).real;
      if (place) {
        [realPlace] = gan.cut(load(gan.address(base, place.file)), 1, 1, place.width, place.height);
        real.setAttribute("aria-label", gan.plain(place.alt || "real pictures"));
      }
      fake.classList.toggle("gp-divided", Boolean(recording.grid));
      fit(room);
    }

    /**
     * Choose the arrangement, beside or below, in which the pictures are largest, and draw.
     * @param {object} next {width, height}: CSS pixels that there are.
     * @returns {{scale, used}} CSS pixels for one of the frame's, and of the width that is used.
     */
    function fit(next) {
      room = next;
      const { width, height } = recording.frames;
      const words = under.offsetHeight + 4;
      const alone = Math.min(room.width / width, (room.height - words) / height);
      const beside = Math.min((room.width - GAP) / 2 / width, (room.height - words) / height);
      const stacked = Math.min(room.width / width, (room.height - 2 * words - GAP) / 2 / height);
      const two = !realFigure.hidden;
      const across = two && beside >= stacked;
      const scale = Math.max(two ? Math.max(beside, stacked) : alone, LEAST_SCALE);
      element.classList.toggle("gp-stacked", !across);
      gan.fit(fake, width, height, scale);
      if (realPlace) gan.fit(real, realPlace.width, realPlace.height, scale);
      if (realPlace) gan.paint(real, realPlace);
      show(shown);
      return { scale, used: Math.ceil(scale * width) * (across ? 2 : 1) + (across ? GAP : 0) };
    }

    function show(index) {
      shown = index;
      if (!recording) return;
      gan.paint(fake, frames[index]);
      fake.setAttribute(
        "aria-label",
        gan.plain(`${recording.frames.alt}, at step ${gan.number(recording.frames.steps[index])}`),
      );
      caption.textContent = `drawn at step ${gan.number(recording.frames.steps[index])}`;
    }

    /** Outline a cell; -1: none. */
    function choose(index) {
      chosen = index;
      outline.hidden = index < 0 || !recording.grid;
      if (outline.hidden) return;
      const cell = gan.cell({ x: 0, y: 0 }, recording.grid, index);
      const { width, height: high } = recording.frames;
      const sides = { left: cell.x / width, top: cell.y / high, width: cell.width / width, height: cell.height / high };
      for (const [side, share] of Object.entries(sides)) outline.style[side] = `${share * 100}%`;
    }

    /** Show real pictures as well, or not; null: where they can be large. True if they are shown. */
    function besides(wanted) {
      realFigure.hidden = !realPlace || !(wanted === null ? (room.width - GAP) / 2 >= LARGE : wanted);
      return !realFigure.hidden;
    }

    let start = null;
    fake.addEventListener("pointerdown", (event) => {
      start = { x: event.clientX, dragged: false };
      fake.setPointerCapture(event.pointerId);
    });
    fake.addEventListener("pointermove", (event) => {
      if (!start || (!start.dragged && Math.abs(event.clientX - start.x) < DRAG)) return;
      on.drag((event.clientX - start.x) / fake.clientWidth, !start.dragged);
      start.dragged = true;
    });
    fake.addEventListener("pointerup", (event) => {
      const tap = start && !start.dragged;
      start = null;
      const index = tap ? cellAt(event) : -1;
      if (index >= 0) on.cell(index);
    });
    fake.addEventListener("pointercancel", () => (start = null));

    function cellAt(event) {
      if (!recording.grid) return -1;
      const box = fake.getBoundingClientRect();
      const { columns, rows, cell_width, cell_height, gap } = recording.grid;
      const x = ((event.clientX - box.left) / box.width) * recording.frames.width;
      const y = ((event.clientY - box.top) / box.height) * recording.frames.height;
      const column = Math.min(Math.floor(x / (cell_width + gap)), columns - 1);
      return Math.min(Math.floor(y / (cell_height + gap)), rows - 1) * columns + column;
    }

    return { element, update, show, choose, besides, fit };
  };
})(window.GanPlayer);
