// What the selected loop cost over the steps of the run, and over those of the baseline.

import { drawChart } from "./chart.js";
import { windowsOf } from "./choose.js";
import { h, replace } from "./dom.js";
import { watch } from "./store.js";
import { count, duration } from "./wording.js";

/** Draw the trend into `region` and keep it up to date. */
export function mountTrend(region, store, controller) {
  watch(store, (s) => [s.trend, s.row, s.rows], (trend, row, rows) => {
    const own = row ? windowsOf(rows, row.run, row.worker) : [];
    region.hidden = own.length < 2 && !trend?.baseline.length;
    if (region.hidden) return;
    const lines = linesOf(trend, own);
    const chosen = lines[0].points.find((point) => point.id === row.id);
    replace(
      region,
      h("h2", {}, "Over the steps"),
      drawChart({ lines, chosen, label: describe(lines[0], own), pick: controller.showReport }),
    );
  });
}

function linesOf(trend, own) {
  const points = (found) => found.map(({ id, step, cost_ns: ns }) => ({ id, step, ns: ns ?? 0 }));
  const all = points(own);
  if (!trend) return [{ points: all, kind: "is-all", label: "all hot loops" }];
  const lines = [{ points: points(trend.points), kind: "is-loop", label: "this loop" }];
  if (trend.baseline.length) {
    lines.push({ points: points(trend.baseline), kind: "is-baseline", label: "baseline" });
  }
  lines.push({ points: all, kind: "is-all", label: "all hot loops" });
  return lines.filter((line) => line.points.length > 0);
}

function describe({ points, label }, own) {
  const costs = points.map((point) => point.ns);
  const least = costs.reduce((a, b) => Math.min(a, b), Infinity);
  const most = costs.reduce((a, b) => Math.max(a, b), 0);
  return `${label} over ${count(own.length, "window")}: from ${duration(least)} to ${duration(most)}, `
    + `last ${duration(costs.at(-1) ?? 0)}`;
}
