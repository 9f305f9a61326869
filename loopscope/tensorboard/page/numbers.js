// The selected loop in numbers: how often it ran, what it called, where it spent its time.

import { h, replace } from "./dom.js";
import { watch } from "./store.js";
import { duration, grouped, percent } from "./wording.js";

const MAX_OPS = 12;

/** Draw the numbers into `region` and keep them up to date. */
export function mountNumbers(region, store) {
  watch(store, (s) => [s.report, s.key], (report, key) => {
    const finding = report?.findings.find((one) => one.key === key);
    region.hidden = !finding;
    if (region.hidden) return;
    replace(region, h("h2", {}, "In numbers"), drawNumbers(finding), drawOps(finding));
  });
}

/** Iterations, entries and times of a finding. */
export function drawNumbers(finding) {
  const each = finding.iterations ? finding.totalNs / finding.iterations : 0;
  const perIteration = finding.iterations ? finding.ops / finding.iterations : 0;
  const facts = [
    ["Iterations", grouped(finding.iterations), `in ${grouped(finding.entries)} ${finding.entries === 1 ? "entry" : "entries"}`],
    ["An iteration", each ? duration(each) : "–", `${perIteration.toFixed(1)} ops`],
    ["Forward", duration(finding.forwardNs), part(finding.forwardNs, finding.totalNs)],
    ["Backward", duration(finding.backwardNs), part(finding.backwardNs, finding.totalNs)],
  ];
  if (finding.kernels) facts.push(["Kernels", grouped(finding.kernels), ""]);
  if (finding.gpuIdleNs !== null) facts.push(["GPU idle", duration(finding.gpuIdleNs), ""]);
  facts.push(["Pattern", finding.kind || "unknown", ""]);
  return h(
    "dl", { class: "numbers" },
    facts.map(([name, value, more]) => [
      h("dt", {}, name),
      h("dd", {}, h("strong", {}, value), more && h("span", { class: "quiet" }, more)),
    ]),
  );
}

function drawOps(finding) {
  const ops = [...finding.opCounts].sort((a, b) => b[1] - a[1]);
  if (ops.length === 0) return null;
  const largest = Math.max(...ops.map(([, n]) => n), 1);
  const name = (op) => op.replace(/^aten::/, "");
  return [
    h("h3", {}, "Ops it calls"),
    h(
      "ul", { class: "ops" },
      ops.slice(0, MAX_OPS).map(([op, n]) => h(
        "li", { title: op },
        h("span", { class: "ops-fill", style: { width: `${(100 * n) / largest}%` }, "aria-hidden": "true" }),
        h("span", { class: "code" }, name(op)), h("span", {}, grouped(n)),
      )),
    ),
    ops.length > MAX_OPS && h("p", { class: "quiet" }, `and ${ops.length - MAX_OPS} more`),
  ];
}

function part(ns, whole) {
  return whole && ns ? percent(ns / whole) : "";
}
