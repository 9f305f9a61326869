// Keyboard shortcuts, and the dialog that lists them.

import { h } from "./dom.js";

const KEYS = [
  ["j", "k", "next, previous loop"],
  ["[", "]", "earlier, later window"],
  ["/", "", "filter the loops"],
  ["c", "", "copy the verified code"],
  ["r", "", "reload"],
  ["?", "", "this list"],
];

/** A dialog with the shortcuts; `open()` shows it. */
export function createHelp() {
  const rows = KEYS.map(([one, two, text]) => h(
    "div", {}, h("dt", {}, h("kbd", {}, one), two && [" ", h("kbd", {}, two)]), h("dd", {}, text),
  ));
  const dialog = h(
    "dialog", { class: "help", "aria-labelledby": "help-title" },
    h("h2", { id: "help-title" }, "Keyboard"),
    h("dl", {}, rows),
    h("form", { method: "dialog" }, h("button", { type: "submit" }, "Close")),
  );
  return { dialog, open: () => dialog.showModal() };
}

/** Listen for shortcuts; keys that are typed into a field stay there. */
export function listenToKeys(controller, { openHelp }) {
  const press = (selector) => document.querySelector(selector)?.click();
  const actions = {
    j: () => controller.move(1),
    k: () => controller.move(-1),
    "[": () => controller.step(-1),
    "]": () => controller.step(1),
    "/": () => document.getElementById("filter")?.focus(),
    c: () => press("[data-copy=copy-code]"),
    r: () => controller.refresh({ forget: true }),
    "?": openHelp,
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, select, textarea, dialog");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });
}
