/** The frame, large, and real pictures beside it. A click chooses one of its cells; a drag across it moves through time. */
(function (gan) {
  "use strict";

  const GAP = 16; // CSS pixels between two pictures
  const DRAG = 12; // CSS pixels from which on a touch is a drag

  /**
   * @param {object} on {cell(index), drag(share of the width)}: what to do when a cell is chosen, or the picture dragged.
   * @returns {{element, update, show, choose, besides, fit}}
   */
  gan.stage = function (on) {
    const load = gan.loader(() => show(shown));
    const fake = gan.element("canvas", { role: "img", class: "gp-frame" });
    const real = gan.element("canvas", { role: "img", class: "gp-frame" });
    const outline = gan.element("div", { class: "gp-outline", "aria-hidden": "true", hidden: "" });
    const below = gan.element("figcaption", {}, "drawn by the model");
    const fakeFigure = gan.element("figure", {}, gan.element("div", { class: "gp-framed" }, fake, outline), below);
    const realFigure = gan.element("figure", { hidden: "" }, gan.element("div", { class: "gp-framed" }, real), gan.element("figcaption", {}, "real"));
    const element = gan.element("div", { class: "gp-stage" }, fakeFigure, realFigure);
    let recording = null;
    let frames = [];
    let realPlace = null;
    let shown = 0;
    let chosen = -1;
    let height = 400;

    function update(next, base) {
      recording = next;
      frames = gan.frames(recording, base, load);
      const place = (recording.pictures || {}).real;
      if (place) {
        [realPlace] = gan.cut(load(gan.address(base, place.file)), 1, 1, place.width, place.height);
        real.setAttribute("aria-label", place.alt || "real pictures");
      }
      fake.classList.toggle("gp-divided", Boolean(recording.grid));
      fit(height);
    }

    /** Choose the arrangement, beside or below, in which the pictures are largest, and draw. */
    function fit(roomHeight) {
      height = roomHeight;
      if (!recording || !element.clientWidth) return;
      const { width, height: high } = recording.frames;
      const room = element.clientWidth;
      const caption = below.offsetHeight + 4;
      const alone = Math.min(room / width, (height - caption) / high);
      const beside = Math.min((room - GAP) / 2 / width, (height - caption) / high);
      const stacked = Math.min(room / width, (height - 2 * caption - GAP) / 2 / high);
      const two = !realFigure.hidden;
      const scale = two ? Math.max(beside, stacked) : alone;
      element.classList.toggle("gp-stacked", two && stacked > beside);
      gan.fit(fake, width, high, Math.max(scale, 0.2));
      if (realPlace) gan.fit(real, realPlace.width, realPlace.height, Math.max(scale, 0.2));
      if (realPlace) gan.paint(real, realPlace);
      show(shown);
      choose(chosen);
    }

    function show(index) {
      shown = index;
      if (!recording) return;
      gan.paint(fake, frames[index]);
      if (realPlace && !realFigure.hidden) gan.paint(real, realPlace);
      fake.setAttribute("aria-label", `${recording.frames.alt}, at step ${gan.number(recording.frames.steps[index])}`);
      below.textContent = `drawn at step ${gan.number(recording.frames.steps[index])}`;
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
      if (wanted === null) wanted = element.clientWidth / 2 >= 400;
      realFigure.hidden = !realPlace || !wanted;
      fit(height);
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
