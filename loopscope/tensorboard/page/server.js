// Where the page in TensorBoard gets its data: the plugin's back end, asked relative to the page.

import { readReport } from "./report.js";

const KEPT_REPORTS = 40;

/** The data source that asks the back end. */
export function createServer() {
  let index = { tag: "", rows: [], notes: [] };
  const reports = new Map();

  return {
    isLive: true,

    /** The index of all reports; the same object as long as nothing has changed. */
    async index() {
      const headers = index.tag ? { "If-None-Match": index.tag } : {};
      const answer = await ask("reports", { headers });
      if (answer.status === 304) return index;
      const found = await answer.json();
      index = { tag: answer.headers.get("ETag") ?? "", rows: found.reports, notes: found.notes };
      return index;
    },

    /** One report, read. */
    async report(id) {
      if (!reports.has(id)) {
        const answer = await ask(`report?id=${encodeURIComponent(id)}`);
        reports.set(id, readReport(await answer.json()));
        if (reports.size > KEPT_REPORTS) reports.delete(reports.keys().next().value);
      }
      return reports.get(id);
    },

    /** What one loop cost in each window: [{id, step, cost_ns}]. */
    async trend(run, worker, finding) {
      const loop = `${finding.line}:${finding.path}`;
      const answer = await ask(`trend?${new URLSearchParams({ run, worker, loop })}`);
      return (await answer.json()).points;
    },

    /** Forget reports that may have been written anew. */
    forget: () => reports.clear(),
  };
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { ...options, cache: "no-store" });
  } catch {
    throw new Error("TensorBoard does not answer. Is it still running?");
  }
  if (answer.ok || answer.status === 304) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new Error(said.error ?? `TensorBoard answered ${answer.status}.`);
}
