// The page, put together: TensorBoard's tab and the HTML report both start here.

import { mountComparison } from "./comparison.js";
import { createController, NOTHING_YET } from "./controller.js";
import { h } from "./dom.js";
import { mountFinding } from "./finding.js";
import { mountHeadline } from "./headline.js";
import { createHelp, listenToKeys } from "./help.js";
import { mountNumbers } from "./numbers.js";
import { mountRanking } from "./ranking.js";
import { mountNotes, mountStates } from "./states.js";
import { createStore, watch } from "./store.js";
import { mountTimeline } from "./timeline.js";
import { mountTrend } from "./trend.js";
import { mountWorkers } from "./workers.js";

const SAID_MS = 4000;

/** Build the page in the document's body; `mountTop` draws what is above it. Returns its parts. */
export function startApp({ source, address, mountTop }) {
  const store = createStore(NOTHING_YET);
  const controller = createController(store, source, address);
  const help = createHelp();
  const region = {
    top: h("header", { class: "top" }),
    notes: h("div", { class: "notes" }),
    state: h("div", { class: "states" }),
    headline: h("section", { class: "headline", "aria-label": "Summary" }),
    timeline: h("section", {
      class: "timeline", tabindex: "0", "aria-label": "Timeline: plus and minus zoom, arrows move",
    }),
    ranking: h("section", { class: "pane ranking", "aria-label": "Loops" }),
    finding: h("article", { class: "pane finding", "aria-labelledby": "finding-title" }),
    trend: h("section", { class: "pane", "aria-label": "Trend" }),
    comparison: h("section", { class: "pane", "aria-label": "Comparison" }),
    workers: h("section", { class: "pane", "aria-label": "Workers" }),
    numbers: h("section", { class: "pane", "aria-label": "Numbers" }),
  };
  const aside = h(
    "aside", { class: "aside", "aria-label": "More on this loop" },
    region.comparison, region.trend, region.workers, region.numbers,
  );
  const columns = h("div", { class: "columns" }, region.ranking, region.finding, aside);
  const said = h("div", { class: "said", role: "status", "aria-live": "polite" });
  const main = h("main", {}, region.notes, region.headline, region.state, region.timeline, columns);
  document.body.replaceChildren(region.top, main, said, help.dialog);

  mountTop(region.top, store, controller, { openHelp: help.open });
  mountNotes(region.notes, store);
  mountStates(region.state, store, controller);
  mountHeadline(region.headline, store, controller);
  mountTimeline(region.timeline, store, controller);
  mountRanking(region.ranking, store, controller);
  mountFinding(region.finding, store, controller);
  mountComparison(region.comparison, store, controller);
  mountTrend(region.trend, store, controller);
  mountWorkers(region.workers, store, controller);
  mountNumbers(region.numbers, store);
  watch(store, (s) => [s.report, s.status], (report, status) => {
    const usable = status === "ready" && !report?.problem;
    region.headline.hidden = !usable;
    columns.hidden = !usable || report.findings.length === 0;
  });
  watch(store, (s) => [s.said], (text) => say(said, text, controller));
  listenToKeys(controller, { openHelp: help.open });
  address.listen(controller.follow);
  return { store, controller };
}

let silence = 0;

function say(region, text, controller) {
  region.textContent = text;
  clearTimeout(silence);
  if (text) silence = setTimeout(() => controller.say(""), SAID_MS);
}
