// Baseline → current, loop by loop: what is gone, new, faster and slower.

import { h, replace } from "./dom.js";
import { compare } from "./match.js";
import { watch } from "./store.js";
import { count, duration, fileName, times } from "./wording.js";

const MAX_ROWS = 100;
const KINDS = ["gone", "faster", "new", "slower", "same"];

/** Draw the comparison into `region` and keep it up to date. */
export function mountComparison(region, store, controller) {
  const pick = (s) => [s.report, s.baselineReport, s.baselineRow];
  watch(store, pick, (report, baseline, baselineRow) => {
    region.hidden = !report || !baseline;
    if (region.hidden) return;
    const rows = compare(baseline, report);
    const counts = KINDS.map((kind) => [kind, rows.filter((row) => row.change === kind).length]);
    replace(
      region,
      h("h2", {}, "Baseline → current"),
      h("p", { class: "quiet" }, `${baselineRow.run}, step ${baselineRow.step}`),
      h(
        "p", { class: "counts" },
        counts.filter(([, n]) => n).map(([kind, n]) => h("span", { class: `change-${kind}` }, `${n} ${kind}`)),
      ),
      h("ul", { class: "changes" }, rows.slice(0, MAX_ROWS).map((row) => item(row, controller))),
      rows.length > MAX_ROWS && h("p", { class: "quiet" }, `${count(rows.length - MAX_ROWS, "more loop")}`),
    );
  });
}

function item({ change, before, after }, controller) {
  const finding = after ?? before;
  const place = `${fileName(finding.path)}:${finding.line}`;
  const content = [
    h("span", { class: "change-place" }, place),
    h("span", { class: `change-kind change-${change}` }, word(change, before, after)),
    h("span", { class: "change-times" }, costs(before, after)),
  ];
  if (!after) return h("li", {}, h("div", { class: "compared" }, content));
  const select = () => controller.select(after.key);
  return h("li", {}, h("button", { class: "compared", type: "button", onclick: select }, content));
}

function word(change, before, after) {
  if (change === "faster") return `${times(before.totalNs / Math.max(1, after.totalNs))} faster`;
  if (change === "slower") return `${times(after.totalNs / Math.max(1, before.totalNs))} slower`;
  return change;
}

function costs(before, after) {
  const cost = (finding) => (finding ? duration(finding.totalNs) : "–");
  return `${cost(before)} → ${cost(after)}`;
}
