/** All that shows one run at one step: frame, curves, bars, numbers and words. It has no controls of its own. */
(function (gan) {
  "use strict";

  const SHARE = 0.75; // of the height for a frame with all else below it
  const WIDE = 52; // widths of a letter: much
  const SHORTEST = 260; // CSS pixels of height that a frame is given at least
  const MOST = 0.64; // share of the width for frames with something beside them
  const SIDE = 21; // widths of a letter for that, at least
  const LEAST = 12; // and for the frames

  /**
   * @param {object} on {pick(x), drag(share, first)}: a click on a curve, at `x` of the axis; a drag across the frame.
   * @param {number} share of the height for a frame with all else below it.
   * @returns {{element, update, show, fit, prefersWide, besides, hasReal}}
   */
  gan.screen = function (on, share = SHARE) {
    const cell = gan.cellView((index) => stage.choose(index));
    const open = gan.element(
      "button",
      { type: "button", class: "gp-quiet", click: () => cell.choose(0) },
      "look at one cell",
    );
    const stage = gan.stage({ cell: (index) => cell.choose(index), drag: on.drag }, open);
    const curves = gan.curves(on.pick);
    const [bars, numbers, walk, details] = [gan.bars(), gan.numbers(), gan.walk(), gan.details()];
    const title = gan.element("h2", { class: "gp-title" });
    const when = gan.element("p", { class: "gp-when" });
    const words = gan.element("p", { class: "gp-words", "aria-live": "polite" });
    const doctor = gan.element("section", { class: "gp-doctor" }, gan.element("h3", {}, "The doctor"), words);
    const element = gan.element(
      "div",
      { class: "gp-screen" },
      gan.element("header", { class: "gp-head" }, title, when),
      gan.element("div", { class: "gp-left" }, stage.element),
      gan.element("div", { class: "gp-side" }, cell.element, doctor, curves.element, bars.element, numbers.element),
      walk.element,
      details.element,
    );
    let recording = null;

    /** Take another recording, or a longer one of the same run; `ranges` as of `gan.curves`. */
    function update(next, base, axis, ranges) {
      recording = next;
      const name = recording.name === recording.title ? "" : recording.name;
      title.replaceChildren(gan.words(recording.title), " ", gan.element("small", {}, gan.words(name)));
      curves.update(recording, axis, ranges);
      for (const part of [stage, cell, walk]) part.update(recording, base);
      for (const part of [bars, numbers, details]) part.update(recording);
      open.hidden = !recording.grid;
      doctor.hidden = !(recording.words || []).length;
    }

    /** Show frame `index`, and what was known at `step`, with the line of the curves at `x` of their axis. */
    function show(index, step, x) {
      stage.show(index);
      cell.show(index);
      curves.mark(x, step);
      bars.show(step);
      numbers.show(step);
      const said = gan.plain(opinion(step));
      if (words.textContent !== said) words.replaceChildren(gan.words(said));
      const now = gan.element(
        "span",
        {},
        "step ",
        gan.element("b", {}, gan.number(step)),
        ` of ${gan.number(lastStep())}`,
      );
      when.replaceChildren(now, more(step));
    }

    const lastStep = () => recording.num_steps || recording.frames.steps[recording.frames.steps.length - 1];

    function more(step) {
      const parts = [];
      if (recording.steps_per_epoch) parts.push(`epoch ${(step / recording.steps_per_epoch).toFixed(1)}`);
      if (recording.frames.seconds.length)
        parts.push(`${gan.number(Math.round(gan.secondAxis(recording).of(step)))} s`);
      return gan.element("span", {}, parts.join(" · "));
    }

    /** All that the doctor said when he was asked last. */
    function opinion(step) {
      const before = (recording.words || []).filter((word) => word.step <= step);
      const last = before.length ? before[before.length - 1].step : null;
      const said = before.filter((word) => word.step === last).map((word) => word.text);
      return said.join(" ") || "He has said nothing yet.";
    }

    /** The room of a frame in so many CSS pixels of height, with all else beside it or below it. */
    function rooms(height) {
      const width = element.clientWidth;
      return {
        beside: {
          width: Math.max(Math.min(width * MOST, width - SIDE * letter()), 1),
          height: Math.max(height, SHORTEST),
        },
        below: { width, height: Math.max(height * share, SHORTEST) },
      };
    }

    const letter = () => parseFloat(getComputedStyle(element).fontSize);

    /** Whether there is much width, or the frame is larger with all else beside it than with all else below it. */
    function prefersWide(height) {
      const { beside, below } = rooms(height);
      return element.clientWidth >= WIDE * letter() || stage.fit(beside).scale >= stage.fit(below).scale;
    }

    /** Lay all out in so many CSS pixels of height. */
    function fit(height, wide = prefersWide(height)) {
      const { beside, below } = rooms(height);
      const { used } = stage.fit(wide ? beside : below);
      element.classList.toggle("gp-wide", wide);
      element.style.setProperty("--gp-left", `${Math.max(used, LEAST * letter())}px`);
    }

    const hasReal = () => Boolean((recording.pictures || {}).real);
    return { element, update, show, fit, prefersWide, besides: stage.besides, hasReal };
  };
})(window.GanPlayer);
