// Between the settings and the controls of the page, each of which has the name of its setting.
"use strict";

/** What the sliders write beside them. */
const WORDS = {
  rateD: String,
  rateG: String,
  r1: (value) => (value ? String(value) : "off"),
  r2: (value) => (value ? String(value) : "off"),
  penalty: (value) => (value ? String(value) : "off"),
  fall: (value) => (value ? `in ${value.toLocaleString("en")} rounds` : "never"),
  speed: (value) => (value ? `${value} ${value === 1 ? "round" : "rounds"} a second` : "as fast as it goes"),
};

/** Make the sliders as long as their lists of choices. */
function prepareControls(form) {
  for (const slider of form.querySelectorAll('input[type="range"]')) {
    Object.assign(slider, { min: 0, max: CHOICES[slider.name].length - 1, step: 1 });
  }
}

/** Settings as the controls have them; what has no control is taken over from `settings`. */
function readControls(form, settings) {
  const found = { ...settings };
  for (const control of form.elements) {
    const { name, type, value } = control;
    if (name === "seed") found.seed = Math.max(0, Math.min(9999, Math.round(Number(value)) || 0));
    else if (name === "show") continue;
    else if (type === "range") found[name] = CHOICES[name][Number(value)];
    else if (type === "checkbox") found[name] = control.checked;
    else if (type === "radio" && !control.checked) continue;
    else if (name in CHOICES) found[name] = CHOICES[name].find((choice) => String(choice) === value);
  }
  found.show = LAYERS.filter((layer) => form.querySelector(`[name="show"][value="${layer}"]`).checked);
  return found;
}

/** Set the controls to the settings, and show only those that matter for the loss. */
function writeControls(form, settings) {
  for (const control of form.elements) {
    const { name, type, value } = control;
    if (name === "show") control.checked = settings.show.includes(value);
    else if (type === "range") writeSlider(form, control, settings);
    else if (type === "checkbox") control.checked = settings[name];
    else if (type === "radio") control.checked = String(settings[name]) === value;
    else if (name in settings) control.value = String(settings[name]);
  }
  for (const part of document.querySelectorAll("[data-for]")) {
    const [name, ...values] = part.dataset.for.split(" ");
    part.hidden = !values.includes(settings[name]);
  }
}

function writeSlider(form, slider, settings) {
  const value = settings[slider.name];
  const words = WORDS[slider.name](value);
  slider.value = CHOICES[slider.name].indexOf(value);
  slider.setAttribute("aria-valuetext", words);
  form.querySelector(`output[for="${slider.id}"]`).textContent = words;
}
