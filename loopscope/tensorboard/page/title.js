// The header of a report in a file of its own: what was measured, when and where.

import { h, icon, replace } from "./dom.js";
import { watch } from "./store.js";
import { duration } from "./wording.js";

/** Draw the title into `region` and keep it up to date. */
export function mountTitle(region, store, { openHelp, toggle }) {
  watch(store, (s) => [s.report], (report) => {
    const button = (name, label, action) =>
      h("button", { type: "button", class: "round", title: label, "aria-label": label, onclick: action }, icon(name));
    replace(
      region,
      h("p", { class: "brand" }, icon("loop"), "LoopScope"),
      h("p", { class: "facts" }, report ? factsOf(report).map((fact) => h("span", {}, fact)) : ""),
      h(
        "div", { class: "buttons" },
        button("moon", "Light or dark", toggle), button("help", "Keyboard shortcuts", openHelp),
      ),
    );
  });
}

function factsOf(report) {
  const { torch, python, platform, device } = report.environment;
  const said = (value) => (typeof value === "string" && value ? value : "unknown");
  const when = new Date(report.startNs / 1e6);
  return [
    Number.isNaN(when.getTime()) ? "" : when.toLocaleString(),
    `step ${report.step}`,
    `window of ${duration(report.windowNs)}`,
    `torch ${said(torch)}`,
    `Python ${said(python)}`,
    `${said(device)} on ${said(platform)}`,
  ].filter(Boolean);
}
