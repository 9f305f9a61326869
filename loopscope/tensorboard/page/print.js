// On paper there is nothing to click: every finding is printed, in light colors.

import { h, replace } from "./dom.js";
import { drawFinding } from "./finding.js";
import { drawNumbers } from "./numbers.js";

const MAX_FINDINGS = 100;

/** Put all findings under the page while it is printed. */
export function mountPrint(store) {
  const paper = h("div", { class: "paper" });
  document.body.append(paper);
  const root = document.documentElement;
  let theme = "";
  const silent = { say: () => {} };
  addEventListener("beforeprint", () => {
    const { report } = store.get();
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    const findings = report?.findings.slice(0, MAX_FINDINGS) ?? [];
    replace(paper, findings.map((finding) => h(
      "article", { class: "finding" }, drawFinding(report, finding, silent), drawNumbers(finding),
    )));
  });
  addEventListener("afterprint", () => {
    replace(paper);
    root.dataset.theme = theme;
  });
}
