/**
 * The player of one recording.
 *
 *     const player = GanPlayer.create(element, recording, { base: "run/" });
 *     player.update(longer);  // a training goes on: the same run, more frames
 *     player.seek(3); player.play(); player.pause(); player.frame;
 *
 * The page needs player.css, and all scripts that `PLAYER_SCRIPTS` of `gan_course/gallery/static/__init__.py` names.
 */
(function (gan) {
  "use strict";

  const OTHERS = 56; // CSS pixels of what stands above a player on its page
  const MARGINS = 40; // and between its parts

  /**
   * @param {HTMLElement} element whose content the player takes the place of.
   * @param {object} recording what recording.json holds.
   * @param {object} options base: folder of the sheets, relative to the page, with its slash; autoplay: begin to play,
   *     unless the reader wants no motion, where it shows the last frame; above: CSS pixels of the page above it.
   * @returns {{update, seek, play, pause, frame}} `frame` is the index of the frame that is shown.
   */
  gan.create = function (element, recording, options = {}) {
    const base = options.base || "";
    let axis = null;
    const root = gan.element("div", { class: "gp" });
    const controls = gan.controls({ show, say: (k) => `step ${gan.number(recording.frames.steps[k])}`, root });
    const screen = gan.screen({ pick, drag: controls.drag });
    const real = gan.toggle("Real", "Real pictures", beside);
    controls.extras.prepend(real);
    root.append(screen.element, controls.element);
    element.replaceChildren(root);

    function show(index) {
      const step = recording.frames.steps[index];
      screen.show(index, step, axis.of(step));
    }

    /** Real pictures beside the frame, or not; null: where there is room. */
    function beside(wanted) {
      real.setAttribute("aria-pressed", String(screen.besides(wanted)));
      fit();
    }

    function pick(x) {
      controls.pause();
      controls.seek(gan.nearest(recording.frames.steps, axis.stepAt(x)));
    }

    function take() {
      axis = gan.stepAxis(recording);
      screen.update(recording, base, axis);
      controls.update(recording.frames.steps.length);
      real.hidden = !screen.hasReal();
    }

    /** A longer recording of the same run; whoever looks at the last frame sees the new last one. */
    function update(longer) {
      const following = controls.position() === recording.frames.steps.length - 1 && !controls.playing();
      recording = longer;
      take();
      controls.seek(following ? recording.frames.steps.length - 1 : controls.position());
    }

    take();
    const fit = gan.live(root, controls, (height) => screen.fit(height), options.above);
    controls.seek(recording.frames.steps.length - 1);
    beside(null);
    if (options.autoplay && !gan.calm()) controls.play();
    const { seek, play, pause } = controls;
    return {
      update,
      seek,
      play,
      pause,
      get frame() {
        return controls.position();
      },
    };
  };

  /**
   * What a player needs of its window: keys, and the height that is left for frames, which `fit` is told.
   * @returns {function} to be called when something else has changed that.
   */
  gan.live = function (root, controls, fit, others = OTHERS) {
    const first = document.querySelector(".gp") === root;
    const own = (event) => root.contains(event.target) || (first && event.target === document.body);
    document.addEventListener("keydown", (event) => own(event) && controls.keys(event));
    const room = () => {
      const above = root.querySelector(".gp-head").offsetHeight + (document.fullscreenElement === root ? 0 : others);
      fit(window.innerHeight - above - controls.element.offsetHeight - MARGINS);
    };
    new ResizeObserver(room).observe(root);
    window.addEventListener("resize", room);
    document.addEventListener("fullscreenchange", room);
    room();
    return room;
  };
})(window.GanPlayer);
