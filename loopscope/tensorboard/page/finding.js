// One loop in full: where it is, what it costs line by line, what to write instead and how that
// is known to be right.

import { drawChange, copyButton } from "./change.js";
import { drawSource } from "./code.js";
import { h, icon, link, replace } from "./dom.js";
import { drawEvidence } from "./evidence.js";
import { highlight } from "./highlight.js";
import { badge } from "./ranking.js";
import { isVerified, ruleHelp } from "./report.js";
import { drawRule } from "./rule.js";
import { watch } from "./store.js";
import { colorOf } from "./tint.js";
import { duration, fileName, percent } from "./wording.js";

const MAX_ANSWER = 160;

/** Draw the selected finding into `region` and keep it up to date. */
export function mountFinding(region, store, controller) {
  watch(store, (s) => [s.report, s.key], (report, key) => {
    const finding = report?.findings.find((one) => one.key === key);
    region.hidden = !finding;
    if (finding) replace(region, drawFinding(report, finding, controller));
  });
}

/** A finding with its source, its fix or advice, and the evidence. */
export function drawFinding(report, finding, controller) {
  const help = ruleHelp(report, finding.rule);
  return [
    drawHead(report, finding, controller),
    section("Where the time goes", drawSource(finding)),
    isVerified(finding) ? drawFix(finding, controller) : drawAdvice(finding),
    help && section("Why this is slow", drawRule(help, { samples: !isVerified(finding) })),
  ];
}

function drawHead(report, finding, controller) {
  const place = `${finding.path}:${finding.line}`;
  return h(
    "header",
    { class: "finding-head", style: { "--tint": colorOf(report, finding) } },
    h(
      "p", { class: "finding-rule" },
      h("span", { class: "code" }, finding.rule), " ",
      link(finding.url, finding.name.replaceAll("-", " ") || "about this rule"), badge(finding),
    ),
    h("h2", { id: "finding-title" }, finding.summary || finding.statement),
    h(
      "p", { class: "finding-place" },
      h("strong", { title: finding.path }, `${fileName(finding.path)}:${finding.line}`),
      finding.functionName && ` in ${finding.functionName} `,
      copyButton("Copy location", "copy-place", place, controller),
    ),
    h("p", { class: "finding-answer" }, drawAnswer(finding)),
    h(
      "p", { class: "finding-cost" },
      h("strong", {}, duration(finding.totalNs)), h("span", {}, `${percent(finding.share)} of the window`),
    ),
  );
}

/** What to write, in one line: the code where it is verified and short, else the advice. */
function drawAnswer(finding) {
  const code = finding.rewrite.after.trim();
  if (!isVerified(finding) || !code || code.includes("\n") || code.length > MAX_ANSWER) {
    return [icon("bulb"), h("span", {}, finding.advice)];
  }
  return [icon("check"), h("code", {}, highlight([code])[0])];
}

function drawFix(finding, controller) {
  return section(
    "What to write instead",
    finding.rewrite.after || finding.rewrite.diff ? drawChange(finding, controller) : null,
    drawEvidence(finding),
  );
}

function drawAdvice(finding) {
  const sequential = !finding.actionable;
  const note = sequential
    ? "Each iteration needs the one before it, so there is no whole-tensor code for this loop."
    : "No rewrite of this loop is verified: check the result and its gradients yourself.";
  const { reason } = finding.rewrite;
  return section(
    sequential ? "What helps" : "What to write instead",
    h("p", { class: "advice" }, icon("bulb"), h("span", {}, finding.advice || "no advice")),
    h("p", { class: "quiet" }, note, reason && ` The reason: ${reason}.`),
  );
}

function section(title, ...content) {
  return h("section", { class: "part" }, h("h3", {}, title), content);
}

