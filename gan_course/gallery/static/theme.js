/** Light or dark: as the system has it, until the button of the page says otherwise; that is remembered. */
(function () {
  "use strict";

  const KEY = "gan-course theme";
  const root = document.documentElement;

  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch (error) {
      return null; // a browser may keep no notes for pages of the file system
    }
  }

  function use(theme) {
    root.dataset.theme = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch (error) {
      return; // the choice holds for this page
    }
  }

  if (["light", "dark"].includes(remembered())) root.dataset.theme = remembered();
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-button]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      use((root.dataset.theme || system) === "dark" ? "light" : "dark");
    });
  });
})();
