/** Settings and final numbers as tables, folded away. */
(function (gan) {
  "use strict";

  const isGroup = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  /** {a: {b: 1}, c: [2, 3]} -> [["a b", "1"], ["c", "2, 3"]] */
  function flat(content, before = "") {
    return Object.entries(content || {}).flatMap(([name, value]) => {
      const path = before ? `${before} › ${name}` : name;
      return isGroup(value) ? flat(value, path) : [[path, text(value)]];
    });
  }

  function text(value) {
    if (Array.isArray(value)) return value.map(text).join(", ");
    return typeof value === "number" && !Number.isInteger(value) ? gan.number(value) : String(value);
  }

  function table(caption, content) {
    const rows = flat(content).map(([name, value]) =>
      gan.element(
        "tr",
        {},
        gan.element("th", { scope: "row" }, gan.words(name)),
        gan.element("td", {}, gan.words(value)),
      ),
    );
    if (!rows.length) return [];
    return [gan.element("table", {}, gan.element("caption", {}, caption), gan.element("tbody", {}, ...rows))];
  }

  /** {element, update} */
  gan.details = function () {
    const tables = gan.element("div", { class: "gp-tables" });
    const element = gan.element(
      "details",
      { class: "gp-details" },
      gan.element("summary", {}, "Settings and numbers"),
      tables,
    );

    function update(recording) {
      tables.replaceChildren(...table("at the end", recording.metrics), ...table("settings", recording.config));
      element.hidden = !tables.children.length;
    }
    return { element, update };
  };
})(window.GanPlayer);
