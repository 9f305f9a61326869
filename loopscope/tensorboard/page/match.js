// Which loop of the baseline is which loop of the current report. Lines move when code above them
// is edited, so loops match by file and function, and by what they have in common there: the whole
// text at best, else statement and rule, else one of them; and those alike by their order.

import { fileName } from "./wording.js";

const SAME = 0.1; // costs within a tenth of each other are noise
const NOISE_NS = 1e6;

/** Compare two reports: what is gone, new, faster, slower and the same, the largest change first. */
export function compare(baseline, current) {
  const pairs = pairLoops(baseline.findings, current.findings);
  const matched = new Set(pairs.map(([before]) => before));
  const known = new Set(pairs.map(([, after]) => after));
  const rows = [
    ...pairs.map(([before, after]) => ({ change: judge(before, after), before, after })),
    ...baseline.findings.filter((f) => !matched.has(f)).map((f) => ({ change: "gone", before: f })),
    ...current.findings.filter((f) => !known.has(f)).map((f) => ({ change: "new", after: f })),
  ];
  for (const row of rows) row.deltaNs = (row.after?.totalNs ?? 0) - (row.before?.totalNs ?? 0);
  return rows.sort((a, b) => Math.abs(b.deltaNs) - Math.abs(a.deltaNs));
}

/** The pairs [before, after] of findings that are the same loop. */
export function pairLoops(before, after) {
  const pairs = [];
  let left = [before, after];
  for (const name of [byText, byStatementAndRule, byStatement, byRule]) {
    const groups = new Map();
    left.forEach((findings, side) => {
      for (const finding of [...findings].sort((a, b) => a.line - b.line)) {
        const key = name(finding);
        if (!groups.has(key)) groups.set(key, [[], []]);
        groups.get(key)[side].push(finding);
      }
    });
    const paired = new Set();
    for (const [old, young] of groups.values()) {
      for (let k = 0; k < Math.min(old.length, young.length); k += 1) {
        pairs.push([old[k], young[k]]);
        paired.add(old[k]).add(young[k]);
      }
    }
    left = left.map((findings) => findings.filter((finding) => !paired.has(finding)));
  }
  return pairs;
}

function judge(before, after) {
  const delta = after.totalNs - before.totalNs;
  const larger = Math.max(before.totalNs, after.totalNs);
  if (Math.abs(delta) < Math.max(NOISE_NS, larger * SAME)) return "same";
  return delta < 0 ? "faster" : "slower";
}

function byText(finding) {
  const { source, line, endLine } = finding;
  const inside = source.filter((row) => row.line >= line && row.line <= endLine);
  return byPlace(finding, ...inside.map((row) => row.text.trim()));
}

function byStatementAndRule(finding) {
  return byPlace(finding, finding.statement, finding.rule);
}

function byStatement(finding) {
  return byPlace(finding, finding.statement);
}

function byRule(finding) {
  return byPlace(finding, finding.rule);
}

function byPlace(finding, ...more) {
  return [fileName(finding.path), finding.functionName, ...more].join("\0");
}
