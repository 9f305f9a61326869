// What can be done: every change of the page's state that a person or the clock asks for.

import { chooseBaseline, chooseRow, windowsOf } from "./choose.js";
import { pairLoops } from "./match.js";
import { listed } from "./ranking.js";

export const NOTHING_YET = {
  status: "loading", // loading, ready, empty, error
  error: "",
  rows: [],
  notes: [],
  row: null, // the index's row of the report that is shown
  report: null,
  baseline: "", // previous, first or run:NAME
  baselineRow: null,
  baselineReport: null,
  key: "", // of the finding that is selected
  filter: "",
  sort: "cost",
  trend: null,
  said: "", // for screen readers and the line at the foot
};

/** The actions on `store`, with data from `source` and deep links in `address`. */
export function createController(store, source, address) {
  let turn = 0; // answers of an earlier turn come too late to be shown

  async function refresh({ forget = false } = {}) {
    if (forget) source.forget();
    try {
      const index = await source.index();
      const { rows, row, status } = store.get();
      if (index.rows === rows && status === "ready" && !forget) return;
      const own = row && windowsOf(rows, row.run, row.worker);
      const followed = own && own.at(-1)?.id === row.id;
      const asked = row ? { run: row.run, worker: row.worker, report: row.id } : address.read();
      if (followed) delete asked.report;
      const next = chooseRow(index.rows, asked);
      store.set({ rows: index.rows, notes: index.notes });
      if (!next) return void store.set({ status: "empty", row: null, report: null });
      if (row && next.id !== row.id) say(`A new window: step ${next.step}`);
      const isRewritten = next.id === row?.id && JSON.stringify(next) !== JSON.stringify(row);
      if (isRewritten) source.forget();
      await show(next, { again: forget || isRewritten });
    } catch (error) {
      if (store.get().report) say(error.message);
      else store.set({ status: "error", error: error.message });
    }
  }

  async function show(row, { again = false, finding = "", baseline } = {}) {
    const mine = (turn += 1);
    const state = store.get();
    if (row.id === state.row?.id && !again && baseline === undefined) return;
    const wanted = baseline ?? (state.report ? state.baseline : address.read().baseline ?? "");
    const baselineRow = chooseBaseline(state.rows, wanted, row);
    const [report, baselineReport] = await Promise.all([
      source.report(row.id),
      baselineRow && source.report(baselineRow.id),
    ]);
    if (mine !== turn) return;
    const asked = finding || (state.report ? state.key : address.read().finding);
    const key = findKey(report, asked, state.report);
    store.set({
      status: "ready", error: "", row, report, key,
      baseline: wanted, baselineRow, baselineReport: baselineReport ?? null,
    });
    write();
    await drawTrend();
  }

  function select(key, { scroll = true } = {}) {
    const { report } = store.get();
    const found = report?.findings.find((finding) => finding.key === key);
    if (!found) return;
    store.set({ key, scroll });
    write();
    drawTrend();
  }

  function move(by) {
    const { report, filter, sort, key } = store.get();
    if (!report) return;
    const shown = listed(report, filter, sort);
    const at = shown.findIndex((finding) => finding.key === key);
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))];
    if (next) select(next.key);
  }

  function step(by) {
    const { rows, row } = store.get();
    if (!row) return;
    const own = windowsOf(rows, row.run, row.worker);
    const next = own[own.findIndex((one) => one.id === row.id) + by];
    if (next) guard(show(next));
  }

  async function drawTrend() {
    const { report, row, key, baselineReport, baselineRow } = store.get();
    const finding = report?.findings.find((one) => one.key === key);
    if (!finding) return void store.set({ trend: null });
    const pair = baselineReport
      && pairLoops(baselineReport.findings, report.findings).find(([, after]) => after === finding);
    const elsewhere = pair && (baselineRow.run !== row.run || baselineRow.worker !== row.worker);
    const [points, baseline] = await Promise.all([
      source.trend(row.run, row.worker, finding),
      elsewhere ? source.trend(baselineRow.run, baselineRow.worker, pair[0]) : [],
    ]).catch(() => [[], []]);
    if (store.get().key === key && store.get().row === row) {
      store.set({ trend: { key, points, baseline } });
    }
  }

  function write() {
    const { row, key, baseline } = store.get();
    address.write({
      run: row?.run, worker: row?.worker, report: row?.id, finding: key, baseline,
    });
  }

  function say(said) {
    store.set({ said });
  }

  function guard(promise) {
    promise.catch((error) => say(error.message));
  }

  return {
    refresh,
    select,
    move,
    step,
    say,
    setFilter: (filter) => store.set({ filter }),
    setSort: (sort) => store.set({ sort }),
    showRun: (run) => guard(show(chooseRow(store.get().rows, { ...store.get().row, run, report: "" }))),
    showWorker(worker) {
      const { rows, row } = store.get();
      const same = windowsOf(rows, row.run, worker).find((one) => one.step === row.step);
      guard(show(same ?? chooseRow(rows, { run: row.run, worker })));
    },
    showReport(id) {
      const row = store.get().rows.find((one) => one.id === id);
      if (row) guard(show(row));
    },
    compareWith: (baseline) => guard(show(store.get().row, { baseline })),
    follow() {
      const asked = address.read();
      const { rows, row } = store.get();
      const next = rows.length && chooseRow(rows, { ...row, report: row?.id, ...asked });
      if (next) guard(show(next, { finding: asked.finding, baseline: asked.baseline ?? "" }));
    },
  };
}

/** The finding to select: the one asked for, the same loop as before, else the dearest. */
function findKey(report, asked, before) {
  const exact = report.findings.find((finding) => finding.key === asked);
  if (exact) return exact.key;
  const pairs = before ? pairLoops(before.findings, report.findings) : [];
  const pair = pairs.find(([old]) => old.key === asked);
  return pair ? pair[1].key : report.findings[0]?.key ?? "";
}
