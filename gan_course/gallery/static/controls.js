/** Play, pause, step, scrub and speed, by mouse, by touch and by keyboard. */
(function (gan) {
  "use strict";

  const SPEEDS = [1, 2, 5, 10, 30]; // positions a second
  const USUAL = 5;
  const ICONS = {
    first: "M6 5h3v14H6zM20 5v14l-10-7z",
    back: "M16 5v14L6 12z",
    play: "M7 4v16l13-8z",
    pause: "M6 4h4v16H6zM14 4h4v16h-4z",
    next: "M8 5v14l10-7z",
    last: "M15 5h3v14h-3zM4 5v14l10-7z",
    full: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
  };

  const icon = (name) =>
    gan.svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, gan.svg("path", { d: ICONS[name] }));
  const button = (name, label, act) =>
    gan.element("button", { type: "button", "aria-label": label, title: label, click: act }, icon(name));

  /**
   * @param {object} on {show(position), say(position) -> words for the place, root: what is to fill the screen}.
   * @returns {{element, extras, update, seek, play, pause, keys, drag, position, playing}; `extras` has room for more}
   */
  gan.controls = function (on) {
    const range = gan.element("input", {
      type: "range",
      min: 0,
      value: 0,
      "aria-label": "place in the training",
      input: () => scrub(),
    });
    const toggle = button("play", "play", () => (playing ? pause() : play()));
    toggle.classList.add("gp-play");
    const options = SPEEDS.map((speed) =>
      gan.element("option", { value: speed, selected: speed === USUAL ? "" : null }, `${speed} fps`),
    );
    const speed = gan.element("select", { "aria-label": "frames a second", title: "frames a second" }, ...options);
    const repeat = gan.element("input", { type: "checkbox" });
    const full = button("full", "full screen", () => fullScreen());
    const extras = gan.element("div", { class: "gp-buttons gp-extras" });
    const element = gan.element(
      "div",
      { class: "gp-controls", role: "group", "aria-label": "player" },
      gan.element(
        "div",
        { class: "gp-buttons" },
        button("first", "first frame", () => step(-count)),
        button("back", "one frame back", () => step(-1)),
        toggle,
        button("next", "one frame on", () => step(1)),
        button("last", "last frame", () => step(count)),
      ),
      range,
      extras,
    );
    extras.append(speed, gan.element("label", {}, repeat, "repeat"), full);
    full.hidden = !document.fullscreenEnabled;
    let count = 1;
    let position = 0;
    let playing = false;
    let began = 0; // when the position that is shown now was due

    function update(next) {
      count = next;
      range.max = count - 1;
      range.value = position;
    }

    function seek(next) {
      position = Math.max(0, Math.min(count - 1, Math.round(next)));
      range.value = position;
      range.setAttribute("aria-valuetext", on.say(position));
      on.show(position);
    }

    function scrub() {
      pause();
      seek(Number(range.value));
    }

    function step(by) {
      pause();
      seek(position + by);
    }

    /** From where it is; from the beginning where it is at the end. */
    function play() {
      if (playing) return;
      if (position >= count - 1) seek(0);
      playing = true;
      look();
      began = performance.now();
      requestAnimationFrame(tick);
    }

    function pause() {
      playing = false;
      look();
    }

    /** As many positions on as are due; none is skipped unless the browser is too slow to draw them all. */
    function tick(now) {
      if (!playing) return;
      const pace = 1000 / Number(speed.value);
      const due = Math.floor((now - began) / pace + 0.05);
      if (due > 0) {
        began += due * pace;
        if (position + due < count) seek(position + due);
        else if (position < count - 1) seek(count - 1);
        else if (repeat.checked) seek(0);
        else return pause();
      }
      requestAnimationFrame(tick);
    }

    function look() {
      const name = playing ? "pause" : "play";
      if (toggle.getAttribute("aria-label") === name) return;
      toggle.replaceChildren(icon(name));
      toggle.setAttribute("aria-label", name);
      toggle.title = name;
    }

    function fullScreen() {
      if (document.fullscreenElement) document.exitFullscreen();
      else on.root.requestFullscreen().catch(() => {});
    }

    /** Arrows, space, home and end, wherever the focus is but on something that has a use for the key itself. */
    function keys(event) {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.target !== range && taken(event.target, event.key)) return;
      const acts = {
        ArrowLeft: () => step(-1),
        ArrowRight: () => step(1),
        Home: () => step(-count),
        End: () => step(count),
        " ": () => (playing ? pause() : play()),
      };
      if (!acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    }

    /** Whether what has the focus needs the key itself. */
    function taken(target, key) {
      if (target.closest("select, textarea, input[type=range]")) return true;
      if (key === " ") return Boolean(target.closest("button, a, summary, input"));
      return key.startsWith("Arrow") && Boolean(target.closest("input[type=radio]"));
    }

    let held = 0;
    /** A drag across `share` of the frame moves by that share of all positions. */
    function drag(share, first) {
      if (first) held = position;
      pause();
      seek(held + share * count);
    }

    return { element, extras, update, seek, play, pause, keys, drag, position: () => position, playing: () => playing };
  };

  /** A button that stays pressed, with a short label and its long name; `act` is told whether it is to be. */
  gan.toggle = function (label, name, act) {
    const named = { type: "button", "aria-pressed": "false", "aria-label": name, title: name };
    const button = gan.element("button", named, label);
    button.addEventListener("click", () => {
      const pressed = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(pressed));
      act(pressed);
    });
    return button;
  };
})(window.GanPlayer);
