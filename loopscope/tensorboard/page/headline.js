// The window in one sentence and two bars: where its time goes now, and where it would with the
// fixes that are verified.

import { h, replace } from "./dom.js";
import { pairLoops } from "./match.js";
import { isVerified, savingNs, savingShare } from "./report.js";
import { watch } from "./store.js";
import { colorOf } from "./tint.js";
import { count, duration, fileName, percent, times } from "./wording.js";

const MAX_SEGMENTS = 12;
const LEAST_LEFT = 0.002;

/** Draw the headline into `region` and keep it up to date. */
export function mountHeadline(region, store, controller) {
  watch(store, (s) => [s.report, s.key, s.baselineReport], (report, key, baseline) => {
    if (!report) return;
    replace(
      region,
      h("h1", {}, sentence(report)),
      h("p", { class: "headline-more" }, baseline ? comparison(report, baseline) : promise(report)),
      bars(report, key, baseline, controller),
    );
  });
}

/** "91 % of this window is 3 Python loops." */
export function sentence(report) {
  const hot = report.findings.filter((finding) => finding.actionable);
  if (hot.length === 0 && report.findings.length === 0) {
    return "No slow Python loops in this window.";
  }
  if (hot.length === 0) {
    const advice = report.findings.length === 1 ? "it is" : "they are";
    return `${count(report.findings.length, "slow loop")}, but ${advice} sequential: advice only.`;
  }
  const loops = hot.length === 1 ? "one Python loop" : count(hot.length, "Python loop");
  return `${percent(report.share)} of this window is ${loops}.`;
}

function promise(report) {
  const verified = report.findings.filter(isVerified);
  if (verified.length === 0) {
    return report.costNs ? `They cost about ${duration(report.costNs)}.` : "";
  }
  const saved = sum(verified, savingNs);
  if (verified.length === 1) {
    const { speedup } = verified[0].verdict;
    return `A verified fix takes away about ${duration(saved)}: the loop runs ${times(speedup)} faster.`;
  }
  const left = 1 - sum(verified, savingShare);
  const fixes = `${verified.length} verified fixes take away about ${duration(saved)}`;
  // Loops of several threads can add up to more than the window.
  return left > LEAST_LEFT ? `${fixes}: the window runs ${times(1 / left)} faster.` : `${fixes}.`;
}

function comparison(report, baseline) {
  const ratio = baseline.costNs / report.costNs;
  const change = `Hot loops cost ${duration(baseline.costNs)} in the baseline and `
    + `${duration(report.costNs)} now`;
  if (!(ratio > 0) || !Number.isFinite(ratio) || Math.abs(ratio - 1) < 0.02) return `${change}.`;
  return ratio > 1 ? `${change}: ${times(ratio)} less.` : `${change}: ${times(1 / ratio)} more.`;
}

/** A bar each for the baseline, for now, and for now with the verified fixes, to one scale. */
function bars(report, key, baseline, controller) {
  const hot = dearestOf(report);
  const rows = [{ label: "now", hot, shareOf: (finding) => finding.share, ns: wholeNs(report), part: 1 }];
  const saved = sum(hot, savingShare);
  if (saved > 0.005) {
    const shareOf = (finding) => finding.share - savingShare(finding);
    rows.push({ label: "fixed", hot, shareOf, ns: rows[0].ns * (1 - saved), part: 1 - saved });
  }
  if (baseline) {
    const ns = wholeNs(baseline);
    rows.unshift({ label: "before", hot: dearestOf(baseline), shareOf: (f) => f.share, ns, part: 1 });
  }
  if (rows.every((row) => row.hot.length === 0)) return null;
  const longest = Math.max(...rows.map((row) => row.ns), 1);
  const twins = new Map(baseline ? pairLoops(baseline.findings, report.findings) : []);
  return h("div", { class: "bars" }, rows.map((row) => [
    h("span", { class: "bar-label" }, row.label),
    bar(row, row.ns / row.part / longest, (finding) => twins.get(finding) ?? finding, report, key, controller),
    h("span", { class: "bar-total" }, row.ns ? duration(row.ns) : ""),
  ]));
}

function bar({ hot, shareOf, part }, scale, twinOf, report, key, controller) {
  const segments = hot.filter((finding) => shareOf(finding) > 0.0005).map((finding) => {
    const twin = twinOf(finding);
    return h("span", {
      class: twin.key === key ? "segment is-chosen" : "segment",
      style: { width: `${100 * scale * shareOf(finding)}%`, background: colorOf(report, twin) },
      title: `${fileName(finding.path)}:${finding.line} · ${percent(shareOf(finding))}`,
      onclick: () => controller.select(twin.key),
    });
  });
  const rest = Math.max(0, part - sum(hot, shareOf));
  const other = h("span", {
    class: "segment is-other", style: { width: `${100 * scale * rest}%` },
    title: `everything else · ${percent(rest)}`,
  });
  return h("div", { class: "bar", "aria-hidden": "true" }, segments, other);
}

function dearestOf(report) {
  const hot = report.findings.filter((finding) => finding.actionable);
  return hot.sort((a, b) => b.totalNs - a.totalNs).slice(0, MAX_SEGMENTS);
}

/** The window's length without the profiler's own cost: shares are of that. */
function wholeNs(report) {
  const share = sum(report.findings, (finding) => finding.share);
  return share > 0 ? sum(report.findings, (finding) => finding.totalNs) / share : report.windowNs;
}

function sum(items, value) {
  return items.reduce((all, item) => all + value(item), 0);
}
