// Where the page in a file of its own gets its data: from the file.

import { readReport } from "./report.js";

/** The data source that holds one report. */
export function createEmbedded(found) {
  const report = readReport(found);
  const row = {
    id: "this", run: ".", worker: "", step: report.step, share: report.share, cost_ns: report.costNs,
    start_ns: report.startNs, end_ns: report.startNs,
  };
  const index = { rows: [row], notes: [] };
  return {
    isLive: false,
    index: async () => index,
    report: async () => report,
    trend: async () => [],
    forget: () => {},
  };
}
