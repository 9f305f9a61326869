// The loop's source, each line with what it cost.

import { h, icon } from "./dom.js";
import { highlight } from "./highlight.js";
import { duration, percent } from "./wording.js";

/** The source of a finding with its heat, or a line that says why there is none. */
export function drawSource(finding) {
  const rows = withoutBlankEnds(finding);
  if (rows.length === 0) {
    return h(
      "p", { class: "state-line" }, icon("help"),
      "The source is not in this report: the loop was made by a program, or its file could not be "
        + `read when the window ended. Its statement was “${finding.statement || "unknown"}”.`,
    );
  }
  const code = highlight(rows.map((row) => row.text));
  const largest = Math.max(...finding.lineNs.values(), 1);
  const whole = [...finding.lineNs.values()].reduce((all, ns) => all + ns, 0) || finding.totalNs;
  return h(
    "div",
    { class: "source", tabindex: "0", role: "region", "aria-label": `Source of ${finding.path}` },
    h(
      "table", { class: "lines" },
      h(
        "thead", { class: "unseen" },
        h("tr", {}, ["Line", "Cost", "Code"].map((name) => h("th", { scope: "col" }, name))),
      ),
      h(
        "tbody", {},
        rows.map((row, k) => line(row, code[k], finding, largest, whole)),
      ),
    ),
  );
}

/** The lines around a loop begin and end with one that says something. */
function withoutBlankEnds({ source, line, endLine }) {
  const says = (row) => row.text.trim() !== "" || (row.line >= line && row.line <= endLine);
  const first = source.findIndex(says);
  return first < 0 ? [] : source.slice(first, source.findLastIndex(says) + 1);
}

function line(row, nodes, finding, largest, whole) {
  const isLoop = row.line === finding.line;
  const isInside = row.line >= finding.line && row.line <= finding.endLine;
  const timed = finding.lineNs.get(row.line) ?? 0;
  // Without times by line the loop's whole cost stands at its statement.
  const ns = finding.lineNs.size ? timed : isLoop ? finding.totalNs : 0;
  const heat = timed / largest;
  const kind = [isInside ? "is-inside" : "is-around", isLoop ? "is-loop" : ""].join(" ").trim();
  return h(
    "tr",
    { class: kind, style: { "--heat": heat.toFixed(3) }, "aria-current": isLoop ? "true" : null },
    h("td", { class: "line-number" }, row.line),
    h("td", { class: "line-cost", title: ns ? percent(ns / whole) : null }, ns ? duration(ns) : ""),
    h("td", { class: "line-code" }, h("code", {}, nodes)),
  );
}
