// What the page says when there is no report to show, or something about one that must be known.

import { shownRows } from "./choose.js";
import { h, icon, replace } from "./dom.js";
import { watch } from "./store.js";
import { count } from "./wording.js";

const SNIPPET = `import loopscope

with loopscope.profile(logdir="runs/mine"):
    train_step(model, batch)`;

/** Draw the page's state into `region`; it is hidden while a report is shown. */
export function mountStates(region, store, controller) {
  watch(store, (s) => [s.status, s.error, s.rows, s.report], (status, error, rows, report) => {
    const shown = stateOf(status, error, rows, report, controller);
    region.hidden = !shown;
    if (shown) replace(region, shown);
  });
}

/** Draw what was noted about the report into `region`. */
export function mountNotes(region, store) {
  watch(store, (s) => [s.report, s.row, s.rows, s.notes], (report, shown, rows, notes) => {
    const damaged = report ? damagedRows(rows, shown.run) : [];
    const said = [...notes, ...notesOf(report)];
    region.hidden = !said.length && !damaged.length;
    replace(
      region,
      said.map((note) => h("p", { class: "note" }, icon("help"), h("span", {}, note))),
      damaged.length > 0 && h(
        "details", { class: "note" },
        h("summary", {}, `${count(damaged.length, "report")} cannot be shown`),
        problems(damaged),
      ),
    );
  });
}

/** Those of the run that is shown, and of runs that have nothing else and cannot be chosen. */
function damagedRows(rows, run) {
  const usable = new Set(shownRows(rows).map((row) => row.run));
  return rows.filter((row) => row.problem && (row.run === run || !usable.has(row.run)));
}

function stateOf(status, error, rows, report, controller) {
  if (status === "loading") {
    return h("div", { class: "state", role: "status" }, h("div", { class: "skeleton" }), "Looking for reports…");
  }
  if (status === "error") {
    const again = () => controller.refresh({ forget: true });
    return h(
      "div", { class: "state", role: "alert" },
      h("h1", {}, "The reports cannot be read"), h("p", {}, error),
      h("button", { type: "button", onclick: again }, "Try again"),
    );
  }
  if (status === "empty") return emptyOf(rows);
  if (report?.problem === "newer") {
    return h(
      "div", { class: "state", role: "alert" },
      h("h1", {}, "A newer loopscope wrote this report"),
      h("p", {}, `It has schema ${report.schema}. Upgrade loopscope where TensorBoard runs: pip install -U loopscope.`),
    );
  }
  if (report?.problem) return h("div", { class: "state", role: "alert" }, h("h1", {}, "This report is damaged"));
  if (report && report.findings.length === 0) {
    return h(
      "div", { class: "state is-good" }, icon("check"),
      h("p", {}, `${count(report.loops, "loop")} ran, and none of them is slow for a reason that loopscope knows.`),
    );
  }
  return null;
}

function emptyOf(rows) {
  const damaged = rows.filter((row) => row.problem);
  const title = damaged.length ? "No report can be shown" : "No reports yet";
  return h(
    "div", { class: "state" },
    h("h1", {}, title),
    damaged.length
      ? problems(damaged)
      : [
        h("p", {}, "Profile a training step into this log directory; the report appears here by itself."),
        h("pre", { class: "sample", tabindex: "0" }, h("code", {}, SNIPPET)),
      ],
  );
}

function problems(rows) {
  return h(
    "ul", { class: "problems" },
    rows.map((row) => h("li", {}, h("strong", {}, `${row.run} · ${row.worker}`), ` ${row.problem}`)),
  );
}

function notesOf(report) {
  if (!report) return [];
  const { clock, clock_reason: reason } = report.environment;
  const fallback = ["none", "sampling"].includes(clock)
    ? [`No loop clock: ${typeof reason === "string" && reason ? reason : "times and lines are coarser"}.`]
    : [];
  return [...fallback, ...report.notes];
}
