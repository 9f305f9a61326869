// How a rewrite is known to be right, and how much faster it is.

import { h, icon } from "./dom.js";
import { count, duration, times } from "./wording.js";

/** The verdict of a verified rewrite: what was compared, and both times as bars. */
export function drawEvidence(finding) {
  const { verdict, rewrite } = finding;
  const difference = verdict.maxError.toExponential(1);
  const error = verdict.maxError === 0 ? "bit for bit" : `within rounding (largest difference ${difference})`;
  const facts = [
    `The same values on ${count(verdict.inputs, "input")}, ${error}`,
    verdict.gradients && "The same gradients",
    `Timed without the profiler on ${verdict.device || "this machine"}`,
  ].filter(Boolean);
  return h(
    "div", { class: "evidence" },
    h("p", { class: "verdict" }, h("strong", {}, times(verdict.speedup)), " faster, verified"),
    drawBars(verdict),
    h("ul", { class: "checks" }, facts.map((fact) => h("li", {}, icon("check"), h("span", {}, fact)))),
    rewrite.guards.length > 0 && [
      h("h4", {}, "Holds as long as"),
      h("ul", { class: "guards" }, rewrite.guards.map((guard) => h("li", {}, guard))),
    ],
  );
}

function drawBars({ loopNs, rewriteNs }) {
  const longest = Math.max(loopNs, rewriteNs, 1);
  const row = (label, ns, kind) => [
    h("span", { class: "bar-label" }, label),
    h(
      "span", { class: "bar", "aria-hidden": "true" },
      h("span", { class: `segment ${kind}`, style: { width: `${(100 * ns) / longest}%` } }),
    ),
    h("span", { class: "bar-total" }, duration(ns)),
  ];
  return h("div", { class: "bars" }, row("loop", loopNs, "is-loop"), row("rewrite", rewriteNs, "is-fix"));
}
