/** One cell of the frame, large: now, at the end, and the training picture nearest to it at the end. */
(function (gan) {
  "use strict";

  const GAP = 24; // CSS pixels between two pictures
  const SIDE = { least: 140, most: 300 }; // CSS pixels of one

  /**
   * @param {function(number)} onChoose called with the number of the cell that is shown now, or -1.
   * @returns {{element, update, show, choose, available}}
   */
  gan.cellView = function (onChoose) {
    const load = gan.loader(() => paint());
    const title = gan.element("h3", { tabindex: "-1" });
    const now = picture();
    const end = picture();
    const nearest = picture();
    const button = (label, text, act) =>
      gan.element("button", { type: "button", "aria-label": label, click: act }, text);
    const buttons = gan.element(
      "div",
      { class: "gp-buttons" },
      button("previous cell", "‹", () => choose(chosen - 1)),
      button("next cell", "›", () => choose(chosen + 1)),
      button("close the cell", "×", () => choose(-1)),
    );
    const row = gan.element("div", { class: "gp-cells" }, now.element, end.element, nearest.element);
    const element = gan.element(
      "section",
      { class: "gp-cell", hidden: "" },
      gan.element("header", {}, title, buttons),
      row,
    );
    let recording = null;
    let frames = [];
    let nearestPlace = null;
    let chosen = -1;
    let shown = 0;

    function picture() {
      const canvas = gan.element("canvas", { role: "img" });
      const caption = gan.element("figcaption");
      return { element: gan.element("figure", {}, canvas, caption), canvas, caption };
    }

    function update(next, base) {
      recording = next;
      frames = gan.frames(recording, base, load);
      const place = (recording.pictures || {}).nearest;
      nearestPlace = place ? gan.cut(load(gan.address(base, place.file)), 1, 1, place.width, place.height)[0] : null;
      show(shown);
    }

    function draw(target, place, caption) {
      const side = Math.min(Math.max((row.clientWidth - 2 * GAP) / 3, SIDE.least), SIDE.most);
      gan.fit(target.canvas, place.width, place.height, side / place.width);
      gan.paint(target.canvas, place);
      target.canvas.setAttribute("aria-label", `cell ${chosen + 1}, ${caption}`);
      target.caption.textContent = caption;
    }

    function paint() {
      element.hidden = chosen < 0 || !recording.grid;
      if (element.hidden) return;
      const { steps } = recording.frames;
      const last = steps.length - 1;
      const [row, column] = [Math.floor(chosen / recording.grid.columns), chosen % recording.grid.columns];
      title.textContent = `Cell ${chosen + 1}: row ${row + 1}, column ${column + 1}`;
      draw(now, gan.cell(frames[shown], recording.grid, chosen), `step ${gan.number(steps[shown])}`);
      end.element.hidden = shown === last;
      if (shown !== last)
        draw(end, gan.cell(frames[last], recording.grid, chosen), `at the end, step ${gan.number(steps[last])}`);
      nearest.element.hidden = !nearestPlace;
      const words =
        shown === last ? "the training picture nearest to it" : "the training picture nearest to the one at the end";
      if (nearestPlace) draw(nearest, gan.cell(nearestPlace, recording.grid, chosen), words);
    }

    function show(index) {
      shown = index;
      if (recording) paint();
    }

    function choose(index) {
      const count = recording.grid ? recording.grid.columns * recording.grid.rows : 0;
      chosen = Math.max(-1, Math.min(index, count - 1));
      onChoose(chosen);
      paint();
    }

    return { element, update, show, choose, available: () => Boolean(recording.grid), focus: () => title.focus() };
  };
})(window.GanPlayer);
