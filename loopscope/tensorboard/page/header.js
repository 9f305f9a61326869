// What is shown: run, worker, window and baseline; and the buttons for the page as a whole.

import { windowsOf, runsOf, workersOf } from "./choose.js";
import { createCombobox } from "./combobox.js";
import { h, icon, replace } from "./dom.js";
import { watch } from "./store.js";
import { clock, percent } from "./wording.js";

/** Draw the header of the page in TensorBoard into `region` and keep it up to date. */
export function mountHeader(region, store, controller, { openHelp, toggle }) {
  const run = createCombobox("run", "Run", controller.showRun);
  const worker = createCombobox("worker", "Worker", controller.showWorker);
  const baseline = createCombobox("baseline", "Compare with", controller.compareWith);
  const windows = h("select", {
    id: "window", onchange: (event) => controller.showReport(event.target.value),
  });
  const earlier = button("left", "Earlier window", () => controller.step(-1));
  const later = button("right", "Later window", () => controller.step(1));
  const stepper = h(
    "div", { class: "choice" },
    h("label", { for: "window" }, "Window"), h("div", { class: "stepper" }, earlier, windows, later),
  );
  const reload = button("reload", "Reload", () => controller.refresh({ forget: true }));
  reload.id = "reload";
  replace(
    region,
    h("p", { class: "brand" }, icon("loop"), "LoopScope"),
    run.element, worker.element, stepper, baseline.element,
    h(
      "div", { class: "buttons" },
      reload, toggle && button("moon", "Light or dark", toggle), button("help", "Keyboard shortcuts", openHelp),
    ),
  );

  watch(store, (s) => [s.rows, s.row, s.baseline], (rows, row, compared) => {
    const own = row ? windowsOf(rows, row.run, row.worker) : [];
    const workers = row ? workersOf(rows, row.run) : [];
    run.update(runsOf(rows).map((name) => ({ value: name, label: runName(name) })), row?.run ?? "");
    worker.update(workers.map((name) => workerOption(rows, row, name)), row?.worker ?? "");
    worker.element.hidden = workers.length < 2;
    replace(windows, own.map((one) => windowOption(one)));
    windows.value = row?.id ?? "";
    const at = own.findIndex((one) => one.id === row?.id);
    earlier.disabled = at <= 0;
    later.disabled = at < 0 || at >= own.length - 1;
    baseline.update(baselines(rows, row, own), compared);
  });
}

function baselines(rows, row, own) {
  const others = runsOf(rows).filter((name) => name !== row?.run);
  const windows = own.length < 2 ? [] : [
    { value: "previous", label: "the window before" },
    { value: "first", label: "the first window" },
  ];
  const runs = others.map((name) => ({ value: `run:${name}`, label: runName(name) }));
  return [{ value: "", label: "nothing" }, ...windows, ...runs];
}

function workerOption(rows, row, name) {
  const same = windowsOf(rows, row.run, name).find((one) => one.step === row.step);
  return { value: name, label: name, note: same ? percent(same.share) : "" };
}

function windowOption(row) {
  return h("option", { value: row.id }, `step ${row.step} · ${percent(row.share)} · ${clock(row.start_ns)}`);
}

function runName(run) {
  return run === "." ? "(log directory)" : run;
}

function button(name, label, action) {
  return h("button", { type: "button", class: "round", title: label, "aria-label": label, onclick: action }, icon(name));
}
