// Which report is shown, of those that there are.

/** The rows of the index that can be shown. */
export function shownRows(rows) {
  return rows.filter((row) => !row.problem);
}

/** The windows of one worker of a run, in order of time. */
export function windowsOf(rows, run, worker) {
  return rows.filter((row) => row.run === run && row.worker === worker && !row.problem);
}

/** The runs, the one written last first. */
export function runsOf(rows) {
  const last = new Map();
  for (const row of shownRows(rows)) {
    last.set(row.run, Math.max(last.get(row.run) ?? 0, row.end_ns));
  }
  return [...last].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([run]) => run);
}

/** The workers of a run. */
export function workersOf(rows, run) {
  return [...new Set(shownRows(rows).filter((row) => row.run === run).map((row) => row.worker))];
}

/** The row that was asked for, as far as it can be had; else the newest; null where there is none. */
export function chooseRow(rows, asked) {
  const usable = shownRows(rows);
  const exact = usable.find((row) => row.id === asked.report);
  if (exact) return exact;
  const inRun = usable.filter((row) => row.run === asked.run);
  const near = inRun.length ? inRun : usable;
  const ofWorker = near.filter((row) => row.worker === asked.worker);
  return newest(ofWorker.length ? ofWorker : near);
}

/** The row to compare with: of another run its window at the same step, or its last. */
export function chooseBaseline(rows, baseline, current) {
  if (!baseline || !current) return null;
  const own = windowsOf(rows, current.run, current.worker);
  const at = own.findIndex((row) => row.id === current.id);
  if (baseline === "previous") return own[at - 1] ?? null;
  if (baseline === "first") return at > 0 ? own[0] : null;
  const run = baseline.replace(/^run:/, "");
  const inRun = shownRows(rows).filter((row) => row.run === run);
  const ofWorker = inRun.filter((row) => row.worker === current.worker);
  const near = ofWorker.length ? ofWorker : inRun;
  return near.find((row) => row.step === current.step) ?? newest(near);
}

function newest(rows) {
  return rows.reduce((best, row) => (best && best.start_ns >= row.start_ns ? best : row), null);
}
