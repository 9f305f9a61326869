// The page in TensorBoard's tab.

import { createAddress } from "./address.js";
import { startApp } from "./app.js";
import { h } from "./dom.js";
import { mountHeader } from "./header.js";
import { listenToHost } from "./host.js";
import { createServer } from "./server.js";
import { followHost, followSystem } from "./theme.js";

const STYLES = [
  "theme.css", "layout.css", "parts.css", "timeline.css",
  "ranking.css", "code.css", "panes.css", "print.css",
];
const LOOK_EVERY_MS = 5000;

/** TensorBoard calls this when the tab is opened. */
export async function render() {
  const isFramed = window.parent !== window;
  document.documentElement.lang = "en";
  document.title = "LoopScope";
  document.head.append(
    h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
  );
  if (isFramed) followHost(window.parent);
  else followSystem();
  const styled = Promise.all(STYLES.map(addStyle));
  const { controller } = startApp({
    source: createServer(),
    address: createAddress(window.parent, isFramed ? "loopscope" : ""),
    mountTop: mountHeader,
  });
  document.body.hidden = true; // until it is styled
  await Promise.all([styled.then(() => (document.body.hidden = false)), controller.refresh()]);
  performance.mark("loopscope-shown");
  setInterval(() => document.hidden || controller.refresh(), LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || controller.refresh());
  if (isFramed) listenToHost(window.parent, () => controller.refresh());
}

function addStyle(name) {
  return new Promise((done) => {
    document.head.append(
      h("link", { rel: "stylesheet", href: `static/${name}`, onload: done, onerror: done }),
    );
  });
}
