// One color a loop, the same in every view, for the few dearest; the rest share a quiet one.

export const NUM_TINTS = 6;

/** The CSS color of a finding. */
export function colorOf(report, finding) {
  const rank = ranks(report).get(finding);
  return rank < NUM_TINTS ? `var(--tint-${rank + 1})` : "var(--tint-rest)";
}

const known = new WeakMap();

function ranks(report) {
  if (!known.has(report)) {
    const hot = report.findings.filter((finding) => finding.actionable);
    const dearest = hot.sort((a, b) => b.totalNs - a.totalNs);
    known.set(report, new Map(dearest.map((finding, k) => [finding, k])));
  }
  return known.get(report);
}
