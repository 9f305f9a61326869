// Costs over steps as lines: what was, dashed; what is, solid. A click shows that window.

import { h, s } from "./dom.js";
import { duration } from "./wording.js";

const WIDTH = 320;
const HEIGHT = 132;
const LEFT = 46;
const BOTTOM = 20;
const TOP = 8;
const RIGHT = 8;
const MAX_POINTS = 400; // more are drawn as the largest of their neighbors

/**
 * A chart of `lines`: [{points: [{step, ns, id}], kind, label}], with the window `chosen` marked.
 * `pick` is called with the id of the point nearest to a click.
 */
export function drawChart({ lines, chosen, label, pick }) {
  const points = lines.flatMap((line) => line.points);
  const steps = points.map((point) => point.step);
  const [first, last] = [least(steps), most(steps)];
  const top = niceTop(most(points.map((point) => point.ns)));
  const x = (step) => LEFT + ((WIDTH - LEFT - RIGHT) * (step - first)) / Math.max(1, last - first);
  const y = (ns) => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * ns) / top;
  const drawing = s(
    "svg",
    { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    [0, top / 2, top].map((ns) => [
      s("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(ns), y2: y(ns) }),
      s("text", { class: "axis-text", x: LEFT - 6, y: y(ns) + 3, "text-anchor": "end" }, ns ? duration(ns) : "0"),
    ]),
    s("text", { class: "axis-text", x: LEFT, y: HEIGHT - 5 }, `step ${first}`),
    last > first
      && s("text", { class: "axis-text", x: WIDTH - RIGHT, y: HEIGHT - 5, "text-anchor": "end" }, last),
    [...lines].reverse().map((line) => drawLine(line, x, y)), // the first on top
    chosen && s("circle", { class: "chosen", cx: x(chosen.step), cy: y(chosen.ns), r: 4 }),
  );
  const own = lines[0].points;
  drawing.addEventListener("click", (event) => {
    const box = drawing.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * WIDTH;
    const near = own.reduce((a, b) => (Math.abs(x(b.step) - at) < Math.abs(x(a.step) - at) ? b : a));
    pick(near.id);
  });
  return h("figure", { class: "figure" }, drawing, drawLegend(lines));
}

function drawLine({ points, kind }, x, y) {
  const kept = thin(points);
  if (kept.length === 1) {
    return s("circle", { class: `dot ${kind}`, cx: x(kept[0].step), cy: y(kept[0].ns), r: 3 });
  }
  const d = kept.map((p, k) => `${k ? "L" : "M"}${x(p.step).toFixed(1)} ${y(p.ns).toFixed(1)}`).join("");
  return s("path", { class: `line ${kind}`, d });
}

function drawLegend(lines) {
  return h(
    "figcaption", {},
    lines.map(({ kind, label }) => h("span", { class: `legend ${kind}` }, label)),
  );
}

function thin(points) {
  const size = Math.ceil(points.length / MAX_POINTS);
  if (size <= 1) return points;
  const kept = [];
  for (let k = 0; k < points.length; k += size) {
    kept.push(points.slice(k, k + size).reduce((a, b) => (b.ns > a.ns ? b : a)));
  }
  return kept;
}

function niceTop(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 4, 6, 8, 10].find((n) => n * power >= value) * power;
}

function least(values) {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(values) {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}
