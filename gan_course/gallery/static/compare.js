/** Two runs side by side on one axis, of steps or of seconds, with one set of controls. */
(function (gan) {
  "use strict";

  const SHARE = 0.55; // of the height for a frame with all else below it: there are two columns

  /** Numbers of several increasing lists in one. */
  const union = (lists) => [...new Set(lists.flat())].sort((a, b) => a - b);

  const UNITS = {
    step: { axis: gan.stepAxis, places: (recording) => recording.frames.steps },
    second: { axis: gan.secondAxis, places: (recording) => recording.frames.seconds },
  };

  /**
   * Each run shows its last frame at or before the place on the axis, and what was known there.
   * @param {HTMLElement} element whose content they take the place of.
   * @param {object[]} recordings two of them.
   * @param {object} options bases: folder of the sheets of each, with its slash.
   * @returns {{seek, play, pause, position, use}} `use("second")` changes the axis.
   */
  gan.compare = function (element, recordings, options = {}) {
    const bases = options.bases || recordings.map(() => "");
    const root = gan.element("div", { class: "gp gp-two" });
    const controls = gan.controls({ show, say: (k) => `${unit} ${gan.number(places[k])}`, root });
    const screens = recordings.map(() => gan.screen({ pick, drag: controls.drag }, SHARE));
    const ranges = gan.ranges(recordings);
    const timed = recordings.every((recording) => recording.frames.seconds.length);
    let unit = "step";
    let axes = [];
    let places = [];

    const real = gan.toggle("Real", "Real pictures", (wanted) => {
      screens.forEach((screen) => screen.besides(wanted));
      fit();
    });
    real.hidden = !screens.length || !recordings.some((recording) => (recording.pictures || {}).real);
    const choice = gan.element(
      "fieldset",
      { class: "gp-choice", hidden: timed ? null : "" },
      gan.element("legend", {}, "axis"),
      radio("step"),
      radio("second"),
    );
    controls.extras.prepend(choice, real);
    root.append(gan.element("div", { class: "gp-pair" }, ...screens.map((screen) => screen.element)), controls.element);
    element.replaceChildren(root);

    function radio(name) {
      return gan.element(
        "label",
        {},
        gan.element("input", { type: "radio", name: "gp-axis", value: name, change: () => use(name) }),
        `${name}s`,
      );
    }

    /** Put both on another axis, at the place where the first run is. */
    function use(next) {
      const step = places.length ? axes[0].stepAt(places[controls.position()]) : null;
      unit = next;
      for (const button of choice.querySelectorAll("input")) button.checked = button.value === unit;
      const { axis, places: of } = UNITS[unit];
      const longest = Math.max(...recordings.map((recording) => axis(recording).max));
      axes = recordings.map((recording) => axis(recording, longest));
      places = union(recordings.map(of));
      recordings.forEach((recording, k) => screens[k].update(recording, bases[k], axes[k], ranges));
      controls.update(places.length);
      controls.seek(step === null ? places.length - 1 : gan.nearest(places, axes[0].of(step)));
    }

    function show(position) {
      const x = places[position];
      recordings.forEach((recording, k) => {
        const { steps } = recording.frames;
        const index = Math.max(gan.lastUpTo(UNITS[unit].places(recording), x), 0);
        const step = Math.min(Math.round(axes[k].stepAt(x)), steps[steps.length - 1]);
        screens[k].show(index, step, x);
      });
    }

    function pick(x) {
      controls.pause();
      controls.seek(gan.nearest(places, x));
    }

    use(unit);
    const fit = gan.live(root, controls, (height) => {
      const wide = screens.every((screen) => screen.prefersWide(height));
      screens.forEach((screen) => screen.fit(height, wide)); // both alike, so that they can be compared
    });
    controls.seek(places.length - 1);
    if (options.autoplay && !gan.calm()) controls.play();
    const { seek, play, pause } = controls;
    return {
      use,
      seek,
      play,
      pause,
      get position() {
        return places[controls.position()];
      },
    };
  };
})(window.GanPlayer);
