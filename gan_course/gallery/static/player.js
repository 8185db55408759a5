/**
 * The player of one recording.
 *
 *     const player = GanPlayer.create(element, recording, { base: "run/" });
 *     player.update(longer);  // a training goes on: the same run, more frames
 *     player.seek(3); player.play(); player.pause(); player.frame;
 *
 * The page needs all scripts of this folder that stand before this one in `gan_course/gallery/static/__init__.py`, and player.css.
 */
(function (gan) {
  "use strict";

  /**
   * @param {HTMLElement} element whose content the player takes the place of.
   * @param {object} recording what recording.json holds.
   * @param {object} options base: folder of the sheets, relative to the page, with its slash; autoplay: begin to play,
   *     unless the reader wants no motion. It shows the last frame at first.
   * @returns {{update, seek, play, pause, frame}} `frame` is the index of the frame that is shown.
   */
  gan.create = function (element, recording, options = {}) {
    const base = options.base || "";
    let axis = null;
    const root = gan.element("div", { class: "gp" });
    const controls = gan.controls({ show, say: (k) => `step ${gan.number(recording.frames.steps[k])}`, root });
    const screen = gan.screen({ pick, drag: controls.drag });
    const real = gan.toggle("Real pictures", false, (wanted) => screen.besides(wanted));
    controls.extras.prepend(real);
    root.append(screen.element, controls.element);
    element.replaceChildren(root);

    function show(index) {
      const step = recording.frames.steps[index];
      screen.show(index, step, axis.of(step));
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

    gan.live(root, controls, (height) => screen.fit(height));
    take();
    const last = recording.frames.steps.length - 1;
    controls.seek(last);
    if (screen.hasReal()) real.setAttribute("aria-pressed", String(screen.besides(null)));
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

  /** Keys of the page, and the room of the frames: what a player needs of its window. */
  gan.live = function (root, controls, fit) {
    const first = !document.querySelector(".gp");
    const own = (event) => root.contains(event.target) || (first && event.target === document.body);
    document.addEventListener("keydown", (event) => own(event) && controls.keys(event));
    const room = () => {
      const head = root.querySelector(".gp-head");
      const height = document.fullscreenElement === root ? window.innerHeight : window.innerHeight - 56;
      fit(height - head.offsetHeight - controls.element.offsetHeight - 40);
    };
    new ResizeObserver(room).observe(root);
    window.addEventListener("resize", room);
    document.addEventListener("fullscreenchange", room);
    requestAnimationFrame(room);
  };
})(window.GanPlayer);
