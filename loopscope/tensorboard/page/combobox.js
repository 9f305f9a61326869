// A choice among many that can be typed into: thousands of runs, say.
// Follows the combobox pattern of the ARIA Authoring Practices Guide.

import { h, replace } from "./dom.js";

const MAX_SHOWN = 100;

/** A labeled combobox; `update(options, value)` sets its [{value, label, note}]. */
export function createCombobox(name, label, pick) {
  let options = [];
  let chosen = "";
  let shown = [];
  let active = -1;
  const list = h("ul", { role: "listbox", id: `${name}-list`, "aria-label": label, hidden: true });
  const input = h("input", {
    role: "combobox", id: name, autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": `${name}-list`,
  });
  const element = h(
    "div", { class: "choice" }, h("label", { for: name }, label), h("div", { class: "combobox" }, input, list),
  );

  function open(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (option) => words.every((word) => option.label.toLowerCase().includes(word));
    const found = options.filter(fits);
    shown = found.slice(0, MAX_SHOWN);
    active = text ? 0 : shown.findIndex((option) => option.value === chosen);
    const more = found.length - shown.length;
    replace(
      list,
      shown.map((option, k) => h(
        "li",
        {
          role: "option", id: `${name}-${k}`, "aria-selected": String(option.value === chosen),
          onpointerdown: (event) => event.preventDefault(), // keeps the focus in the input
          onclick: () => choose(option.value),
        },
        h("span", {}, option.label), option.note && h("span", { class: "quiet" }, option.note),
      )),
      found.length === 0 && h("li", { class: "quiet", role: "presentation" }, "Nothing fits"),
      more > 0 && h("li", { class: "quiet", role: "presentation" }, `${more} more: type to find them`),
    );
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark();
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = labelOf(chosen);
  }

  function choose(value) {
    const changed = value !== chosen;
    chosen = value;
    close();
    if (changed) pick(value);
  }

  function mark() {
    list.querySelectorAll(".is-active").forEach((option) => option.classList.remove("is-active"));
    const option = list.querySelectorAll("[role=option]")[active];
    if (!option) return void input.removeAttribute("aria-activedescendant");
    option.classList.add("is-active");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function labelOf(value) {
    return options.find((option) => option.value === value)?.label ?? value;
  }

  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => (list.hidden ? open("") : close()));
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      if (list.hidden) open("");
      else active = Math.min(shown.length - 1, Math.max(0, active + by));
      mark();
    } else if (event.key === "Enter" && !list.hidden && shown[active]) choose(shown[active].value);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element,
    update(next, value) {
      options = next;
      chosen = value;
      if (list.hidden) input.value = labelOf(value);
    },
  };
}
