/** Starts the players of a page, whose recordings lie in it, and the switch between light and dark. */
(function (gan) {
  "use strict";

  const stored = (id) => document.getElementById(id);
  const recording = (id) => JSON.parse(stored(id).textContent);

  for (const element of document.querySelectorAll("[data-play]")) {
    const id = element.dataset.play;
    gan.onPage = gan.create(element, recording(id), {
      base: stored(id).dataset.base,
      autoplay: "autoplay" in element.dataset,
    });
  }
  for (const element of document.querySelectorAll("[data-compare]")) {
    const ids = element.dataset.compare.split(" ");
    gan.onPage = gan.compare(element, ids.map(recording), { bases: ids.map((id) => stored(id).dataset.base) });
  }
})(window.GanPlayer);
