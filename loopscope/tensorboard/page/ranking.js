// The list of hotspots, the dearest first: pick one with the mouse, the arrow keys or j and k.

import { h, icon, replace, unseen } from "./dom.js";
import { compare } from "./match.js";
import { isVerified, savingNs } from "./report.js";
import { watch } from "./store.js";
import { colorOf } from "./tint.js";
import { count, duration, fileName, percent, times } from "./wording.js";

const SORTS = {
  cost: ["Cost", (a, b) => b.totalNs - a.totalNs],
  saving: ["Verified saving", (a, b) => savingNs(b) - savingNs(a) || b.totalNs - a.totalNs],
  iterations: ["Iterations", (a, b) => b.iterations - a.iterations],
  place: ["File and line", (a, b) => compareText(a.path, b.path) || a.line - b.line],
  rule: ["Rule", (a, b) => compareText(a.rule, b.rule) || b.totalNs - a.totalNs],
};

/** The findings that pass the filter, sorted; advice stays after what can be acted on. */
export function listed(report, filter, sort) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = report.findings.filter((finding) => {
    const text = searched(finding);
    return words.every((word) => text.includes(word));
  });
  const order = (SORTS[sort] ?? SORTS.cost)[1];
  return kept.sort((a, b) => b.actionable - a.actionable || order(a, b));
}

/** Draw the list into `region` and keep it up to date. */
export function mountRanking(region, store, controller) {
  const filter = h("input", {
    type: "search", id: "filter", placeholder: "Filter", "aria-label": "Filter the loops by file, "
      + "function, rule or “verified”",
    oninput: (event) => controller.setFilter(event.target.value),
  });
  const sort = h(
    "select",
    { "aria-label": "Sort the loops by", onchange: (event) => controller.setSort(event.target.value) },
    Object.entries(SORTS).map(([value, [label]]) => h("option", { value }, label)),
  );
  const summary = h("p", { class: "list-summary", role: "status" });
  const list = h("div", {
    role: "listbox", tabindex: "0", id: "hotspots", "aria-label": "Hotspots, the dearest first",
    onkeydown: (event) => moveByKey(event, controller),
    onclick: (event) => {
      const option = event.target.closest("[role=option]");
      if (option) controller.select(option.dataset.key, { scroll: false });
    },
  });
  replace(region, h("div", { class: "list-tools" }, filter, sort), summary, list);

  watch(store, (s) => [s.report, s.filter, s.sort, s.baselineReport], (report, text, by, baseline) => {
    if (!report) return;
    const shown = listed(report, text, by);
    const changes = baseline ? changesByKey(baseline, report) : new Map();
    const largest = Math.max(...report.findings.map((finding) => finding.share), 0.01);
    replace(list, shown.map((finding, k) => row(finding, k, report, largest, changes)));
    summary.textContent = summaryOf(shown, report);
    mark(list, store.get());
  });
  watch(store, (s) => [s.key], () => mark(list, store.get()));
}

function row(finding, at, report, largest, changes) {
  const place = `${fileName(finding.path)}:${finding.line}`;
  return h(
    "div",
    {
      role: "option", id: `hotspot-${at}`, "data-key": finding.key, "aria-selected": "false",
      class: finding.actionable ? "hotspot" : "hotspot is-advice",
      style: { "--tint": colorOf(report, finding) },
      title: `${finding.path}:${finding.line} in ${finding.functionName}`,
    },
    h("span", { class: "hotspot-place" }, place),
    h("span", { class: "hotspot-cost" }, duration(finding.totalNs)),
    h("span", { class: "hotspot-summary" }, finding.summary || finding.statement),
    h("span", { class: "hotspot-share" }, percent(finding.share)),
    h(
      "span",
      { class: "hotspot-bar", "aria-hidden": "true" },
      h("span", { style: { width: `${(100 * finding.share) / largest}%` } }),
    ),
    h(
      "span",
      { class: "hotspot-facts" },
      h("span", { class: "code" }, finding.rule),
      h("span", {}, count(finding.iterations, "iteration")),
      changeOf(changes.get(finding.key)),
      badge(finding),
    ),
  );
}

/** What may be done about a finding, in a word. */
export function badge(finding) {
  if (isVerified(finding)) {
    const label = times(finding.verdict.speedup);
    return h("span", { class: "badge is-good" }, icon("check"), unseen("verified, "), label);
  }
  return finding.actionable ? null : h("span", { class: "badge" }, "advice");
}

function changeOf(change) {
  if (!change || change.change === "same") return null;
  const kind = change.change === "faster" ? "is-good" : "is-bad";
  const sign = change.deltaNs < 0 ? "−" : "+";
  const text = change.change === "new" ? "new" : `${sign}${duration(Math.abs(change.deltaNs))}`;
  return h("span", { class: `badge ${kind}` }, text);
}

function changesByKey(baseline, report) {
  return new Map(
    compare(baseline, report).filter((row) => row.after).map((row) => [row.after.key, row]),
  );
}

function mark(list, { key, scroll }) {
  for (const option of list.querySelectorAll("[aria-selected=true]")) {
    option.setAttribute("aria-selected", "false");
  }
  const chosen = [...list.children].find((option) => option.dataset.key === key);
  if (!chosen) return void list.removeAttribute("aria-activedescendant");
  chosen.setAttribute("aria-selected", "true");
  list.setAttribute("aria-activedescendant", chosen.id);
  if (scroll) keepInView(list, chosen);
}

/** Scroll the list alone: `scrollIntoView` would move the page as well. */
function keepInView(list, option) {
  const top = option.offsetTop - list.offsetTop;
  const bottom = top + option.offsetHeight;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
}

function moveByKey(event, controller) {
  const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -1e6, End: 1e6 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  controller.move(by);
}

function summaryOf(shown, report) {
  const all = report.findings.length;
  if (shown.length < all) return `${shown.length} of ${count(all, "loop")}`;
  const verified = shown.filter(isVerified).length;
  const advice = shown.filter((finding) => !finding.actionable).length;
  const parts = [count(all, "loop")];
  if (verified) parts.push(`${verified} with a verified fix`);
  if (advice) parts.push(`${advice} advice only`);
  return parts.join(" · ");
}

function searched(finding) {
  const state = isVerified(finding) ? "verified" : finding.actionable ? "" : "advice";
  const parts = [
    finding.rule, finding.name, finding.path, finding.line, finding.functionName, finding.summary,
    finding.advice, ...finding.opsToUse, state,
  ];
  return parts.join(" ").toLowerCase();
}

function compareText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
