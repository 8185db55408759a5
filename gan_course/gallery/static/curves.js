/** The curves of a recording, those of one kind on one chart, and its axis of steps or seconds. */
(function (gan) {
  "use strict";

  /** The axis of steps: as long as the whole training is meant to be. */
  gan.stepAxis = function (recording, max) {
    const steps = recording.frames.steps;
    const last = Math.max(recording.num_steps || 0, steps[steps.length - 1] || 0);
    return { label: "step", max: max || last, of: (step) => step, stepAt: (x) => x };
  };

  /** The axis of seconds: between two frames the training is taken to be evenly fast. */
  gan.secondAxis = function (recording, max) {
    const { steps, seconds } = recording.frames;
    const last = seconds[seconds.length - 1];
    return {
      label: "second",
      max: max || last,
      of: (x) => between(steps, seconds, x),
      stepAt: (x) => between(seconds, steps, x),
    };
  };

  function between(from, to, x) {
    const k = Math.min(Math.max(gan.lastUpTo(from, x), 0), Math.max(from.length - 2, 0));
    if (from.length < 2 || x >= from[from.length - 1]) return to[to.length - 1];
    return to[k] + ((to[k + 1] - to[k]) * (x - from[k])) / (from[k + 1] - from[k]);
  }

  /**
   * What belongs on one chart: [{title, names}]. Losses share one, and so do numbers from 0 to 1; others have one each,
   * which they share with the same number of the other kind of picture, as class_real and class_fake.
   */
  gan.groups = function (curves) {
    const stem = (name) => name.replace(/_(real|fake)$/, "");
    const isShare = (value) => value === null || (value >= 0 && value <= 1);
    const names = Object.keys(curves);
    const losses = names.filter((name) => name.includes("loss"));
    const rest = names.filter((name) => !losses.includes(name));
    const together = (name) => rest.filter((other) => stem(other) === stem(name));
    const shares = rest.filter((name) => together(name).every((other) => curves[other].values.every(isShare)));
    const stems = [...new Set(rest.filter((name) => !shares.includes(name)).map(stem))];
    const others = stems.map((title) => ({ title, names: rest.filter((name) => stem(name) === title) }));
    const groups = [{ title: "losses", names: losses }, { title: "between 0 and 1", names: shares }, ...others];
    return groups.filter((group) => group.names.length);
  };

  /**
   * All charts of a recording.
   * @param {function(number)} onPick called with the place on the axis that was clicked on.
   */
  gan.curves = function (onPick) {
    const element = gan.element("div", { class: "gp-charts" });
    let charts = new Map();

    /** `ranges`: heights of the charts, where they are not to follow from this recording alone. */
    function update(recording, axis, ranges = gan.ranges([recording])) {
      const kept = charts;
      charts = new Map();
      gan.groups(recording.curves).forEach(({ title, names }, index) => {
        const chart = kept.get(title) || gan.chart(title, onPick);
        const series = names.map((name) => ({ name, curve: recording.curves[name] }));
        const lines = index === 0 ? recording.lines || {} : {};
        chart.update({ series, lines, labels: Object.keys(recording.lines || {}), axis, range: ranges[names.join()] });
        charts.set(title, chart);
      });
      element.replaceChildren(...[...charts.values()].map((chart) => chart.element));
    }

    const mark = (x, step) => charts.forEach((chart) => chart.mark(x, step));
    return { element, update, mark };
  };

  /** The heights of charts, by what they show: those that show curves of the same names in several recordings agree. */
  gan.ranges = function (recordings) {
    const values = {};
    for (const recording of recordings) {
      gan.groups(recording.curves).forEach(({ names }, index) => {
        const lines = index === 0 ? Object.values(recording.lines || {}) : [];
        const key = names.join();
        values[key] = [...(values[key] || []), ...lines, ...names.flatMap((name) => recording.curves[name].values)];
      });
    }
    return Object.fromEntries(Object.entries(values).map(([key, all]) => [key, gan.range(all)]));
  };
})(window.GanPlayer);
