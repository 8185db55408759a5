// What happens at each button, key and link.
"use strict";

prepareControls(form);
form.addEventListener("input", () => useSettings(readControls(form, page.settings)));
form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("hashchange", () => openGame(fromHash(location.hash)));
window.addEventListener("resize", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

/** The game of a link: from its beginning, and paused. */
function openGame(settings) {
  setRunning(false);
  useSettings(settings);
  if (isPlayable()) startAnew();
}

byId("run").addEventListener("click", () => setRunning(!page.running));
byId("anew").addEventListener("click", startAnew);
for (const who of ["d", "g", "both"]) byId(`step-${who}`).addEventListener("click", () => step(who));
byId("clear").addEventListener("click", () => sketch.clear());
byId("undo").addEventListener("click", () => sketch.undo());

for (const link of document.querySelectorAll("[data-preset]")) {
  link.href = `#${toHash(presetSettings(link.dataset.preset))}`;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // to open it elsewhere
    event.preventDefault();
    openGame(presetSettings(link.dataset.preset));
  });
}

// Letters are commands only while the picture or a button beside it has the focus: elsewhere they are letters.
const KEYS = { r: "run", d: "step-d", g: "step-g", b: "step-both", n: "anew" };
byId("stage").addEventListener("keydown", (event) => {
  const id = KEYS[event.key.toLowerCase()];
  if (!id || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  byId(id).click();
});

/** Copy text; without the clipboard's permission, by way of a selection. */
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  const before = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = before), 1500);
}

byId("copy-link").addEventListener("click", (event) => copy(location.href, event.currentTarget));
byId("copy-python").addEventListener("click", (event) => copy(byId("python").textContent, event.currentTarget));
byId("download").addEventListener("click", () => {
  const file = new Blob([byId("python").textContent], { type: "text/x-python" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "game.py" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

useSettings(page.settings);
