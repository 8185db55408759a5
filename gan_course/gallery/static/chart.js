/** Curves over the steps of a training, with a line that moves, and dashed heights that were known beforehand. */
(function (gan) {
  "use strict";

  const TICKS = 4;
  const LEFT = 3.2; // widths of a letter for the numbers on the left, at least: charts below each other stay in line

  /** Round numbers that divide a range, in steps of 1, 2, 2.5 or 5 times 10^n: ticks(0, 1) -> [0, 0.25, ...] */
  gan.ticks = function (low, high, wanted = TICKS) {
    const rough = (high - low) / wanted || 1;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((times) => times * power).find((size) => size >= rough * 0.999);
    const ticks = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) ticks.push(k * step || 0);
    return ticks;
  };

  /** What lies between the lowest and the highest of all values, a little wider; logarithmic where that is far. */
  gan.range = function (values) {
    const known = values.filter((value) => Number.isFinite(value));
    let low = Math.min(...known);
    let high = Math.max(...known);
    if (!known.length) [low, high] = [0, 1];
    const logarithmic = low > 0 && high > 1000 * low && high > 100;
    if (logarithmic) return { low: Math.log10(low), high: Math.log10(high), logarithmic };
    if (low > 0 && low < 0.4 * high) low = 0;
    const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
    return { low: low === 0 ? 0 : low - margin, high: high + margin, logarithmic };
  };

  const marks = (range) =>
    range.logarithmic
      ? gan
          .ticks(range.low, range.high)
          .filter(Number.isInteger)
          .map((power) => [power, gan.number(10 ** power)])
      : gan.ticks(range.low, range.high).map((value) => [value, gan.number(value)]);

  let ruler = null;
  function widthOf(text, node) {
    ruler = ruler || document.createElement("canvas").getContext("2d");
    ruler.font = getComputedStyle(node).font;
    return ruler.measureText(text).width;
  }

  /** Move heights apart where their labels would lie on each other; from the lowest on the screen upwards. */
  function spread(heights, distance, bottom) {
    let floor = bottom;
    return [...heights]
      .sort((a, b) => b.y - a.y)
      .map((entry) => {
        const y = Math.min(entry.y, floor);
        floor = y - distance;
        return { ...entry, labelY: y };
      });
  }

  /**
   * One chart: a legend that tells the values at the moving line, and the curves below it.
   * @param {function(number)} onPick called with the place on the axis that was clicked on.
   * @returns {{element, update, mark}}
   */
  gan.chart = function (title, onPick) {
    const legend = gan.element("ul", { class: "gp-legend" });
    const drawing = gan.svg("svg", { class: "gp-plot", role: "img" });
    const element = gan.element(
      "figure",
      { class: "gp-chart" },
      gan.element("figcaption", {}, gan.words(title)),
      legend,
      drawing,
    );
    let data = null;
    let box = null;
    let place = 0;
    let values = [];

    /** data: {series: [{name, curve}], lines: {label: height}, labels: those of all charts in a column, axis, range} */
    function update(next) {
      data = next;
      values = data.series.map(() => gan.element("output", {}, "–"));
      legend.replaceChildren(
        ...data.series.map((series, k) =>
          gan.element(
            "li",
            { style: `--gp-c: var(--gp-c${k % 6})` },
            gan.element("i", { "aria-hidden": "true" }),
            gan.words(series.name),
            " ",
            values[k],
          ),
        ),
      );
      const told = data.series.map(
        (series) => `${series.name} ends at ${gan.number(series.curve.values[series.curve.values.length - 1])}`,
      );
      drawing.setAttribute("aria-label", gan.plain(`${title} over ${data.axis.label}s: ${told.join(", ")}`));
      draw();
    }

    const across = (x) => box.left + (box.width * x) / (data.axis.max || 1);
    function down(value) {
      const height = data.range.logarithmic ? Math.log10(value) : value;
      return box.top + box.height * (1 - (height - data.range.low) / (data.range.high - data.range.low));
    }

    function draw() {
      const width = drawing.clientWidth;
      const height = drawing.clientHeight;
      if (!data || !width) return;
      const size = parseFloat(getComputedStyle(drawing).fontSize);
      const downMarks = marks(data.range);
      const widest = (texts) => Math.max(0, ...texts.map((text) => widthOf(text, drawing)));
      const left = Math.max(widest(downMarks.map(([, text]) => text)) + size * 0.6, size * LEFT);
      const right = Math.min(widest(data.labels) + size * 0.8, width * 0.3);
      box = {
        left,
        top: size * 0.6,
        width: Math.max(width - left - right, 10),
        height: Math.max(height - size * 2.4, 10),
      };
      const acrossMarks = gan.ticks(0, data.axis.max || 1, Math.max(1, Math.min(5, box.width / (size * 6))));
      const bottom = box.top + box.height;
      drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
      drawing.replaceChildren(
        ...downMarks.flatMap(([value, text]) => {
          const y = box.top + box.height * (1 - (value - data.range.low) / (data.range.high - data.range.low));
          return [
            gan.svg("line", { class: "gp-grid", x1: left, x2: left + box.width, y1: y, y2: y }),
            gan.svg("text", { x: left - size * 0.4, y: y + size * 0.35, "text-anchor": "end" }, text),
          ];
        }),
        ...acrossMarks.map((x, k) => {
          const anchor =
            k === acrossMarks.length - 1 && across(x) > left + box.width - size * 2 ? "end" : k ? "middle" : "start";
          return gan.svg(
            "text",
            { x: across(x), y: bottom + size * 1.5, "text-anchor": anchor },
            k ? gan.number(x) : `${data.axis.label} ${gan.number(x)}`,
          );
        }),
        ...known(size, bottom),
        ...data.series.map((series, k) =>
          gan.svg("path", { class: "gp-curve", style: `--gp-c: var(--gp-c${k % 6})`, d: path(series.curve) }),
        ),
        gan.svg("line", { class: "gp-now", y1: box.top, y2: bottom }),
        ...data.series.map((_, k) =>
          gan.svg("circle", { class: "gp-dot", style: `--gp-c: var(--gp-c${k % 6})`, r: size * 0.3 }),
        ),
      );
      mark(place, null);
    }

    function known(size, bottom) {
      const heights = Object.entries(data.lines).map(([label, value]) => ({ label, y: down(value) }));
      const end = box.left + box.width;
      return spread(heights, size * 1.1, bottom).flatMap(({ label, y, labelY }) => [
        gan.svg("line", { class: "gp-known", x1: box.left, x2: end, y1: y, y2: y }),
        gan.svg("text", { x: end + size * 0.4, y: labelY + size * 0.35 }, label),
      ]);
    }

    function path(curve) {
      let pen = "M";
      return curve.values
        .map((value, i) => {
          if (!Number.isFinite(value)) {
            pen = "M";
            return "";
          }
          const point = `${pen}${across(data.axis.of(curve.steps[i])).toFixed(1)} ${down(value).toFixed(1)}`;
          pen = "L";
          return point;
        })
        .join("");
    }

    /** Move the line to `x` of the axis, and tell the values at `step`, which may end before; null: as told last. */
    function mark(x, step) {
      place = x;
      if (step !== null)
        data.series.forEach((series, k) => (values[k].textContent = gan.number(gan.valueAt(series.curve, step))));
      if (step !== null) data.step = step;
      const line = drawing.querySelector(".gp-now");
      if (!line) return;
      line.setAttribute("x1", across(x));
      line.setAttribute("x2", across(x));
      drawing.querySelectorAll(".gp-dot").forEach((dot, k) => {
        const value = data.step === undefined ? null : gan.valueAt(data.series[k].curve, data.step);
        const shown = Number.isFinite(value);
        dot.setAttribute("visibility", shown ? "visible" : "hidden");
        if (!shown) return;
        dot.setAttribute("cx", across(data.axis.of(data.step)));
        dot.setAttribute("cy", down(value));
      });
    }

    function pick(event) {
      if (!box || (event.type === "pointermove" && !event.buttons)) return;
      const inside = (event.clientX - drawing.getBoundingClientRect().left - box.left) / box.width;
      onPick(Math.min(Math.max(inside, 0), 1) * data.axis.max);
    }
    drawing.addEventListener("pointerdown", pick);
    drawing.addEventListener("pointermove", pick);
    new ResizeObserver(draw).observe(drawing);
    return { element, update, mark };
  };
})(window.GanPlayer);
