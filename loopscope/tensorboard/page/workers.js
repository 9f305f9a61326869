// The workers of a run side by side, at the step that is shown: who is slowed down by loops.

import { windowsOf, workersOf } from "./choose.js";
import { h, replace } from "./dom.js";
import { watch } from "./store.js";
import { duration, percent } from "./wording.js";

const MAX_WORKERS = 64;

/** Draw the workers into `region` and keep them up to date; hidden where there is only one. */
export function mountWorkers(region, store, controller) {
  watch(store, (s) => [s.rows, s.row], (rows, row) => {
    const workers = row ? workersOf(rows, row.run) : [];
    region.hidden = workers.length < 2;
    if (region.hidden) return;
    const same = workers.slice(0, MAX_WORKERS).map((worker) => ({
      worker, at: windowsOf(rows, row.run, worker).find((one) => one.step === row.step),
    }));
    const largest = Math.max(...same.map(({ at }) => at?.share ?? 0), 0.01);
    replace(
      region,
      h("h2", {}, "Workers at this step"),
      h("ul", { class: "workers" }, same.map((one) => item(one, row, largest, controller))),
    );
  });
}

function item({ worker, at }, row, largest, controller) {
  const cost = at ? `${duration(at.cost_ns)} · ${percent(at.share)}` : "no window";
  return h("li", {}, h(
    "button",
    {
      class: "compared", type: "button", "aria-pressed": String(worker === row.worker),
      onclick: () => controller.showWorker(worker),
    },
    h("span", { class: "change-place" }, worker),
    h("span", { class: "change-times" }, cost),
    h(
      "span", { class: "hotspot-bar", "aria-hidden": "true" },
      h("span", { style: { width: `${(100 * (at?.share ?? 0)) / largest}%` } }),
    ),
  ));
}
