// A report's document as the page uses it. Documents come from files that anybody may have
// written: whatever has the wrong type becomes something empty of the right one.

import { visible } from "./wording.js";

export const SCHEMA_VERSION = 1;

const MAX_FINDINGS = 5000;
const MAX_LINES = 2000;
const MAX_WIDTH = 2000;
const MAX_SPANS = 5000;

/** The report of a document; `problem` says why it cannot be shown, else it is empty. */
export function readReport(document) {
  const found = asObject(document);
  const schema = asNumber(found.schema_version);
  const window = asObject(found.window);
  const totals = asObject(found.totals);
  const findings = asList(found.findings).slice(0, MAX_FINDINGS).map(readFinding);
  giveKeys(findings);
  return {
    problem: problemOf(found, schema),
    schema,
    version: asText(asObject(found.tool).version),
    environment: asObject(found.environment),
    notes: asList(found.notes).map(asText).filter(Boolean),
    step: asNumber(window.step),
    index: asNumber(window.index),
    startNs: asNumber(window.start_ns),
    windowNs: asNumber(totals.window_ns),
    steps: asList(window.steps).map(asObject).map((step) => ({
      number: asNumber(step.number),
      offsetNs: asNumber(step.offset_ns),
      durationNs: asNumber(step.duration_ns),
    })),
    costNs: asNumber(totals.cost_ns),
    share: asShare(totals.share),
    events: asNumber(totals.events),
    loops: asNumber(totals.loops),
    findings,
    rules: asObject(found.rules),
  };
}

/** What a report's rule says of itself, or null. */
export function ruleHelp(report, code) {
  const rule = Object.hasOwn(report.rules, code) ? asObject(report.rules[code]) : null;
  return rule && { summary: asText(rule.summary), text: asText(rule.text), url: asText(rule.url) };
}

/** Whether a rewrite may be shown: a guess never is. */
export function isVerified(finding) {
  return finding.actionable && finding.rewrite.status === "verified" && finding.verdict !== null;
}

/** What the verified rewrite would save, in ns; 0 where there is none. */
export function savingNs(finding) {
  return isVerified(finding) ? finding.totalNs * savedPart(finding) : 0;
}

/** The same as a share of the window. */
export function savingShare(finding) {
  return isVerified(finding) ? finding.share * savedPart(finding) : 0;
}

function savedPart(finding) {
  return finding.verdict.speedup > 1 ? 1 - 1 / finding.verdict.speedup : 0;
}

function problemOf(found, schema) {
  if (schema > SCHEMA_VERSION) return "newer";
  return schema < 1 || !Array.isArray(found.findings) ? "damaged" : "";
}

function readFinding(value) {
  const found = asObject(value);
  const location = asObject(found.location);
  const cost = asObject(found.cost);
  const suggestion = asObject(found.suggestion);
  return {
    id: asText(found.id),
    rule: asText(found.rule),
    name: asText(found.name),
    kind: asText(found.kind),
    actionable: found.actionable !== false,
    path: asText(location.path),
    line: asNumber(location.line),
    endLine: Math.max(asNumber(location.line), asNumber(location.end_line)),
    functionName: asText(location.function),
    statement: asText(location.statement),
    iterations: asNumber(found.iterations),
    entries: asNumber(found.entries),
    ops: asNumber(found.ops),
    kernels: asNumber(found.kernels),
    forwardNs: asNumber(cost.forward_ns),
    backwardNs: asNumber(cost.backward_ns),
    totalNs: asNumber(cost.total_ns),
    share: asShare(cost.share),
    gpuIdleNs: typeof cost.gpu_idle_ns === "number" ? asNumber(cost.gpu_idle_ns) : null,
    opsToUse: asList(suggestion.ops).map(asText),
    summary: asText(suggestion.summary),
    advice: asText(suggestion.advice),
    url: asText(suggestion.url),
    rewrite: readRewrite(asObject(found.rewrite)),
    verdict: readVerdict(found.verdict),
    opCounts: Object.entries(asObject(found.op_counts)).map(([op, n]) => [asText(op), asNumber(n)]),
    source: readSource(asObject(found.source)),
    lineNs: new Map(
      Object.entries(asObject(found.line_ns)).map(([line, ns]) => [Number(line), asNumber(ns)]),
    ),
    spans: asList(found.spans).slice(0, MAX_SPANS).map(asObject).map((span) => ({
      offsetNs: asNumber(span.offset_ns),
      durationNs: asNumber(span.duration_ns),
    })),
  };
}

function readRewrite(found) {
  return {
    status: asText(found.status) || "none",
    before: asCode(found.before),
    after: asCode(found.after),
    diff: asCode(found.diff),
    guards: asList(found.guards).map(asText),
    reason: asText(found.reason),
    edits: asList(found.edits).map(asObject).map((edit) => ({
      startLine: asNumber(edit.start_line),
      endLine: asNumber(edit.end_line),
      text: asCode(edit.text),
    })),
  };
}

function readVerdict(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return {
    inputs: asNumber(value.inputs),
    maxError: asNumber(value.max_error),
    gradients: value.gradients === true,
    loopNs: asNumber(value.loop_ns),
    rewriteNs: asNumber(value.rewrite_ns),
    speedup: asNumber(value.speedup),
    device: asText(value.device),
  };
}

function readSource(found) {
  return Object.entries(found)
    .map(([line, text]) => ({ line: Number(line), text: asLine(text) }))
    .filter((row) => Number.isInteger(row.line))
    .sort((a, b) => a.line - b.line)
    .slice(0, MAX_LINES);
}

/** Ids may be missing or said twice: the page needs one of its own for each finding. */
function giveKeys(findings) {
  const seen = new Map();
  for (const finding of findings) {
    const times = (seen.get(finding.id) ?? 0) + 1;
    seen.set(finding.id, times);
    finding.key = times === 1 && finding.id ? finding.id : `${finding.id}#${times}`;
  }
}

function asObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function asList(value) {
  return Array.isArray(value) ? value : [];
}

function asNumber(value) {
  return typeof value === "number" && Number.isFinite(value) ? Math.max(0, value) : 0;
}

function asShare(value) {
  return Math.min(1, asNumber(value));
}

function asText(value) {
  return typeof value === "string" ? visible(value).slice(0, MAX_WIDTH) : "";
}

/** Code is copied as well as shown, so it is left as it is. */
function asCode(value) {
  return typeof value === "string" ? value : "";
}

function asLine(value) {
  const text = typeof value === "string" ? value : "";
  return text.length > MAX_WIDTH ? `${visible(text.slice(0, MAX_WIDTH))}…` : visible(text);
}
