// The rewrite as a reviewer sees it: what goes, what comes, and a button that copies it.

import { h, icon, unseen } from "./dom.js";
import { highlight } from "./highlight.js";

const MAX_LINES = 2000;
const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** The lines of a unified diff: {kind, old, now, text}, its file headers left out. */
export function readDiff(diff) {
  const rows = [];
  let [old, now] = [0, 0];
  let inHunk = false;
  for (const text of diff.replace(/\n$/, "").split("\n").slice(0, MAX_LINES)) {
    const hunk = HUNK.exec(text);
    if (hunk) {
      if (rows.length) rows.push({ kind: "gap", text: "⋯" });
      [old, now] = [Number(hunk[1]), Number(hunk[2])];
      inHunk = true;
    } else if (inHunk && text.startsWith("-")) {
      rows.push({ kind: "old", old, text: text.slice(1) });
      old += 1;
    } else if (inHunk && text.startsWith("+")) {
      rows.push({ kind: "new", now, text: text.slice(1) });
      now += 1;
    } else if (inHunk && !text.startsWith("\\")) {
      rows.push({ kind: "same", old, now, text: text.slice(1) });
      old += 1;
      now += 1;
    }
  }
  return rows;
}

/** The rows of a rewrite: of its diff, or of its code before and after where it has none. */
export function rowsOf(rewrite, firstLine) {
  const rows = readDiff(rewrite.diff);
  if (rows.length) return rows;
  const lines = (text) => (text ? text.replace(/\n$/, "").split("\n") : []);
  return [
    ...lines(rewrite.before).map((text, k) => ({ kind: "old", old: firstLine + k, text })),
    ...lines(rewrite.after).map((text, k) => ({ kind: "new", now: firstLine + k, text })),
  ];
}

/** The diff of a finding's verified rewrite. */
export function drawChange(finding, controller) {
  const { rewrite } = finding;
  const rows = rowsOf(rewrite, rewrite.edits[0]?.startLine ?? finding.line);
  const old = highlight(rows.filter((row) => row.kind !== "new").map((row) => row.text));
  const now = highlight(rows.filter((row) => row.kind === "new").map((row) => row.text));
  return h(
    "div", { class: "change" },
    h(
      "div", { class: "change-tools" },
      copyButton("Copy code", "copy-code", rewrite.after, controller),
      rewrite.diff && copyButton("Copy diff", "copy-diff", rewrite.diff, controller),
    ),
    h(
      "div",
      { class: "source", tabindex: "0", role: "region", "aria-label": "The change, line by line" },
      h(
        "table", { class: "lines" },
        h("tbody", {}, rows.map((row) => line(row, row.kind === "new" ? now.shift() : old.shift()))),
      ),
    ),
  );
}

/** A button that copies `text` and says so. */
export function copyButton(label, name, text, controller) {
  const button = h("button", { class: "small", type: "button", "data-copy": name }, icon("copy"), label);
  button.addEventListener("click", async () => {
    const done = await copy(text);
    controller.say(done ? "Copied" : "The browser does not let pages copy: select the text instead");
    button.classList.toggle("is-done", done);
    setTimeout(() => button.classList.remove("is-done"), 1500);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // an insecure origin, or a frame without the permission
  }
}

function copyBySelection(text) {
  const area = h("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
  const focused = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return done;
}

function line(row, nodes) {
  const said = { old: "removed", new: "added" }[row.kind];
  const sign = { old: "−", new: "+" }[row.kind] ?? "";
  return h(
    "tr", { class: `is-${row.kind}` },
    h("td", { class: "line-number" }, row.old ?? ""),
    h("td", { class: "line-number" }, row.now ?? ""),
    h("td", { class: "line-sign" }, said && unseen(said), h("span", { "aria-hidden": "true" }, sign)),
    h("td", { class: "line-code" }, h("code", {}, nodes)),
  );
}
