/** A walk through the latent space: a film of its own, which ends where it begins. */
(function (gan) {
  "use strict";

  const FRAMES_A_SECOND = 8;
  const SIDE = 260; // CSS pixels of the longer side, about

  /** {element, update}; hidden where a recording has no walk. */
  gan.walk = function () {
    const load = gan.loader(() => show(position));
    const canvas = gan.element("canvas", { role: "img" });
    const range = gan.element("input", {
      type: "range",
      min: 0,
      value: 0,
      "aria-label": "place on the walk",
      input: () => (stop(), show(Number(range.value))),
    });
    const button = gan.element("button", { type: "button", click: () => (timer ? stop() : start()) }, "Walk");
    const element = gan.element(
      "section",
      { class: "gp-walk", hidden: "" },
      gan.element("h3", {}, "A walk through the noise"),
      canvas,
      gan.element("div", { class: "gp-buttons" }, button, range),
    );
    let frames = [];
    let position = 0;
    let timer = 0;

    function update(recording, base) {
      const place = (recording.pictures || {}).walk;
      element.hidden = !place;
      if (!place) return;
      frames = gan.cut(load(gan.address(base, place.file)), place.count, place.columns, place.width, place.height);
      range.max = place.count - 1;
      canvas.setAttribute("aria-label", gan.plain(place.alt || "a walk through the latent space"));
      gan.fit(canvas, place.width, place.height, Math.max(1, SIDE / Math.max(place.width, place.height)));
      show(position);
    }

    function show(index) {
      position = index;
      gan.paint(canvas, frames[index]);
      range.value = index;
    }

    function start() {
      timer = setInterval(() => show((position + 1) % frames.length), 1000 / FRAMES_A_SECOND);
      button.textContent = "Stop";
    }

    function stop() {
      clearInterval(timer);
      timer = 0;
      button.textContent = "Walk";
    }

    return { element, update };
  };
})(window.GanPlayer);
