/** Groups of numbers as bars: mode shares, class accuracies; at each step those that were measured last. */
(function (gan) {
  "use strict";

  const SHORT = 3; // letters of a label that fits under an upright bar
  const MOST_NAMED = 24; // bars; more are drawn without labels

  const sum = (values) => values.reduce((total, value) => total + value, 0);

  const percent = (value) => gan.number(value >= 0.01 ? Math.round(100 * value) : Number((100 * value).toPrecision(1)));

  function barsOf(title, group) {
    const labels = Object.keys(group.values);
    const all = labels.flatMap((label) => group.values[label]).filter(Number.isFinite);
    const highest = Math.max(...all, 0);
    const percents = highest <= 1;
    const most = highest > 0.6 && highest <= 1 ? 1 : highest || 1;
    const at = (index) => labels.map((label) => group.values[label][index]);
    const shares = group.steps.every((_, index) => Math.abs(sum(at(index)) - 1) < 0.02);
    const told = labels.map(() => gan.element("output", { "aria-hidden": "true" }));
    const fills = labels.map(() => gan.element("i"));
    const upright = labels.every((label) => [...label].length <= SHORT) || labels.length > MOST_NAMED;
    const columns = labels.map((label, k) =>
      gan.element(
        "div",
        { class: "gp-bar" },
        gan.element("span", { title: label }, gan.words(label)),
        gan.element("b", {}, fills[k]),
        told[k],
      ),
    );
    const level = shares ? `--gp-level: ${100 / labels.length / most}%` : null;
    const list = gan.element(
      "div",
      { class: upright ? "gp-bars gp-upright" : "gp-bars", style: level, role: "img" },
      ...columns,
    );
    if (shares) list.classList.add("gp-shares");
    if (labels.length > MOST_NAMED) list.classList.add("gp-many");
    const when = gan.element("small");
    const caption = gan.element("figcaption", {}, gan.words(title), " ", when);
    const note = shares ? [gan.element("small", {}, "dashed: equal shares")] : [];

    function show(step) {
      const index = gan.lastUpTo(group.steps, step);
      const values = index < 0 ? labels.map(() => null) : at(index);
      values.forEach((value, k) => {
        fills[k].style.setProperty("--gp-size", `${Math.max(0, Math.min(1, (value || 0) / most)) * 100}%`);
        told[k].textContent = value === null ? "–" : percents ? percent(value) : gan.number(value);
      });
      when.textContent =
        (percents ? "in %, " : "") +
        (index < 0 ? "not measured yet" : `measured at step ${gan.number(group.steps[index])}`);
      const pairs = labels.map((label, k) => `${label}: ${told[k].textContent}`);
      list.setAttribute("aria-label", gan.plain(`${title}, ${when.textContent}. ${pairs.join(", ")}`));
    }

    return { element: gan.element("figure", { class: "gp-group" }, caption, list, ...note), show };
  }

  /** All groups of bars of a recording: {element, update, show}. */
  gan.bars = function () {
    const element = gan.element("div");
    let groups = [];

    function update(recording) {
      groups = Object.entries(recording.bars || {})
        .filter(([, group]) => group.steps.length)
        .map(([title, group]) => barsOf(title, group));
      element.replaceChildren(...groups.map((group) => group.element));
    }

    return { element, update, show: (step) => groups.forEach((group) => group.show(step)) };
  };
})(window.GanPlayer);
