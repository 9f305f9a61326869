// When each loop ran: a lane a loop, the window's steps behind them. Drag to zoom in.

import { h, replace, s } from "./dom.js";
import { watch } from "./store.js";
import { colorOf } from "./tint.js";
import { count, duration, fileName } from "./wording.js";

const MAX_LANES = 40;
const BINS = 1200; // spans nearer to each other than this part of the view are drawn as one
const MIN_DRAG = 5; // pixels: less is a click
const SHORTEST_NS = 1000;

/** Draw the timeline into `region` and keep it up to date. */
export function mountTimeline(region, store, controller) {
  let view = { from: 0, to: 1 };
  let redraw = () => {};
  const zoom = (from, to) => {
    const { report } = store.get();
    const whole = report.windowNs || 1;
    const length = Math.min(whole, Math.max(SHORTEST_NS, to - from));
    const start = Math.min(Math.max(0, from), whole - length);
    view = { from: start, to: start + length };
    redraw();
  };
  region.addEventListener("keydown", (event) => {
    const length = view.to - view.from;
    const shift = { ArrowLeft: -0.2, ArrowRight: 0.2 }[event.key];
    if (event.target.closest("button")) return;
    if (shift) zoom(view.from + shift * length, view.to + shift * length);
    else if (event.key === "+") zoom(view.from + length / 4, view.to - length / 4);
    else if (event.key === "-") zoom(view.from - length / 2, view.to + length / 2);
    else if (event.key === "0") zoom(0, Infinity);
    else return;
    event.preventDefault();
  });

  watch(store, (state) => [state.report], (report) => {
    const shown = report ? lanesOf(report) : [];
    region.hidden = shown.length === 0;
    if (region.hidden) return;
    view = { from: 0, to: report.windowNs };
    redraw = draw(region, report, shown, () => view, zoom, controller);
    redraw();
    mark(region, store.get().key);
  });
  watch(store, (state) => [state.key], (key) => mark(region, key));
}

function lanesOf(report) {
  const timed = report.findings.filter((finding) => finding.spans.length > 0);
  return timed.sort((a, b) => b.totalNs - a.totalNs).slice(0, MAX_LANES);
}

/** Build the lanes; return what draws them again for the view of the moment. */
function draw(region, report, shown, viewOf, zoom, controller) {
  const axis = h("div", { class: "axis", "aria-hidden": "true" });
  const steps = h("div", { class: "steps", "aria-hidden": "true" });
  const lanes = shown.map((finding) => lane(report, finding, controller));
  const hidden = report.findings.length - shown.length;
  const tracks = h("div", { class: "lanes" }, lanes.map((one) => one.row));
  const button = (label, title, action) =>
    h("button", { class: "small", type: "button", title, "aria-label": title, onclick: action }, label);
  const around = (factor) => () => {
    const { from, to } = viewOf();
    const middle = (from + to) / 2;
    const half = ((to - from) / 2) * factor;
    zoom(middle - half, middle + half);
  };
  const tools = h(
    "div", { class: "timeline-tools" },
    button("−", "Zoom out", around(2)),
    button("+", "Zoom in", around(0.5)),
    button("Whole window", "Show the whole window", () => zoom(0, Infinity)),
  );
  const plot = h("div", { class: "plot" }, steps, tracks);
  replace(
    region,
    h("div", { class: "timeline-head" }, h("h2", {}, "When they ran"), tools),
    axis,
    plot,
    hidden > 0 && h("p", { class: "quiet" }, `${count(hidden, "more loop")} in the list below`),
  );
  dragToZoom(plot, viewOf, zoom);
  return () => {
    const { from, to } = viewOf();
    replace(axis, ticks(from, to));
    replace(steps, bands(report.steps, from, to));
    for (const { finding, path } of lanes) path.setAttribute("d", shape(finding.spans, from, to));
  };
}

function lane(report, finding, controller) {
  const path = s("path", { fill: "currentColor", stroke: "currentColor" });
  const place = `${fileName(finding.path)}:${finding.line}`;
  const ran = `ran ${count(finding.entries, "time")}, ${duration(finding.totalNs)}`;
  const row = h(
    "button",
    {
      class: "lane", type: "button", "data-key": finding.key, "aria-label": `${place}, ${ran}`,
      style: { color: colorOf(report, finding) }, title: `${place} · ${ran}`,
      onclick: () => controller.select(finding.key),
    },
    h("span", { class: "lane-label" }, h("span", {}, place)),
    s("svg", { class: "track", viewBox: `0 0 ${BINS} 1`, preserveAspectRatio: "none" }, path),
  );
  return { finding, row, path };
}

/** The spans as rectangles in a view that is `BINS` wide and 1 high. */
function shape(spans, from, to) {
  const scale = BINS / (to - from);
  const parts = [];
  let start = null;
  let end = 0;
  const close = () => {
    if (start === null) return;
    const left = Math.max(0, start).toFixed(2);
    parts.push(`M${left} 0H${Math.min(BINS, end).toFixed(2)}V1H${left}Z`);
  };
  for (const span of spans) {
    const left = (span.offsetNs - from) * scale;
    const right = left + span.durationNs * scale;
    if (right < 0 || left > BINS) continue;
    if (start !== null && left - end < 1) {
      end = Math.max(end, right);
      continue;
    }
    close();
    start = left;
    end = right;
  }
  close();
  return parts.join("");
}

function ticks(from, to) {
  const whole = to - from;
  const rough = whole / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = [1, 2, 5, 10].find((n) => n * power >= rough) * power;
  const marks = [];
  for (let at = Math.ceil(from / size) * size; at < to - whole / 25; at += size) {
    const left = `${(100 * (at - from)) / whole}%`;
    marks.push(h("span", { class: "tick", style: { left } }, at === 0 ? "0" : duration(at)));
  }
  return marks;
}

function bands(steps, from, to) {
  const whole = to - from;
  return steps.filter((step) => step.offsetNs < to && step.offsetNs + step.durationNs > from)
    .map((step) => {
      const left = Math.max(0, step.offsetNs - from);
      const right = Math.min(whole, step.offsetNs + step.durationNs - from);
      const place = { left: `${(100 * left) / whole}%`, width: `${(100 * (right - left)) / whole}%` };
      return h("span", { class: "step", style: place }, h("span", {}, `step ${step.number}`));
    });
}

function dragToZoom(plot, viewOf, zoom) {
  const selection = h("div", { class: "selection", hidden: true });
  plot.append(selection);
  const box = () => plot.querySelector(".track").getBoundingClientRect();
  let start = null;
  let dragged = false;
  plot.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.clientX >= box().left) start = event.clientX;
  });
  plot.addEventListener("pointermove", (event) => {
    if (start === null || Math.abs(event.clientX - start) < MIN_DRAG) return;
    dragged = true;
    plot.setPointerCapture(event.pointerId);
    const left = Math.min(start, event.clientX) - plot.getBoundingClientRect().left;
    selection.hidden = false;
    selection.style.left = `${left}px`;
    selection.style.width = `${Math.abs(event.clientX - start)}px`;
  });
  plot.addEventListener("pointerup", (event) => {
    selection.hidden = true;
    if (start === null || !dragged) return void (start = null);
    const { left, width } = box();
    const { from, to } = viewOf();
    const at = (x) => from + (Math.min(1, Math.max(0, (x - left) / width)) * (to - from));
    zoom(at(Math.min(start, event.clientX)), at(Math.max(start, event.clientX)));
    start = null;
  });
  plot.addEventListener("click", (event) => {
    if (dragged) event.stopPropagation(); // the end of a drag is no click on a lane
  }, { capture: true });
  plot.addEventListener("dblclick", () => zoom(0, Infinity));
}

function mark(region, key) {
  for (const row of region.querySelectorAll(".lane")) {
    row.setAttribute("aria-pressed", String(row.dataset.key === key));
  }
}
