/** Evaluations as a table: what each was when it was measured last, and its way there in small. */
(function (gan) {
  "use strict";

  const WIDTH = 120;
  const HEIGHT = 24;

  function line(curve, last) {
    const known = curve.values.filter(Number.isFinite);
    const low = Math.min(...known);
    const high = Math.max(...known);
    const x = (step) => 3 + ((WIDTH - 6) * step) / (last || 1);
    const y = (value) => HEIGHT - 4 - ((HEIGHT - 8) * (value - low)) / (high - low || 1);
    const points = curve.steps.map((step, i) => [step, curve.values[i]]).filter(([, value]) => Number.isFinite(value));
    const dot = gan.svg("circle", { class: "gp-dot", r: 4 });
    const path = gan.svg("polyline", {
      class: "gp-curve",
      points: points.map(([step, value]) => `${x(step)},${y(value)}`).join(" "),
    });
    const drawing = gan.svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "gp-spark", "aria-hidden": "true" },
      path,
      dot,
    );

    function mark(index) {
      const shown = index >= 0 && Number.isFinite(curve.values[index]);
      dot.setAttribute("visibility", shown ? "visible" : "hidden");
      if (!shown) return;
      dot.setAttribute("cx", x(curve.steps[index]));
      dot.setAttribute("cy", y(curve.values[index]));
    }
    return { drawing, mark };
  }

  /** The table of a recording's numbers: {element, update, show}. */
  gan.numbers = function () {
    const body = gan.element("tbody");
    const element = gan.element(
      "table",
      { class: "gp-numbers" },
      gan.element("caption", {}, "measured now and then"),
      body,
    );
    let rows = [];

    function update(recording) {
      const last = gan.stepAxis(recording).max;
      rows = Object.entries(recording.numbers || {}).map(([name, curve]) => {
        const value = gan.element("output");
        const small = line(curve, last);
        const row = gan.element(
          "tr",
          {},
          gan.element("th", { scope: "row" }, gan.words(name)),
          gan.element("td", {}, value),
          gan.element("td", {}, small.drawing),
        );
        return { row, value, small, curve };
      });
      body.replaceChildren(...rows.map(({ row }) => row));
      element.hidden = !rows.length;
    }

    function show(step) {
      for (const { value, small, curve } of rows) {
        const index = gan.lastUpTo(curve.steps, step);
        value.textContent = gan.number(index < 0 ? null : curve.values[index]);
        small.mark(index);
      }
    }
    return { element, update, show };
  };
})(window.GanPlayer);
