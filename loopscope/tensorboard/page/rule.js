// A rule's own documentation: headings that end with a colon, paragraphs, and indented code.

import { h, link } from "./dom.js";
import { highlight } from "./highlight.js";

const REASONS = ["Why is this slow", "When not to"];
const SAMPLES = ["Example", "Use instead"];

/** The parts of a rule's documentation that help with a loop of one's own. */
export function drawRule(help, { samples }) {
  const wanted = samples ? [...REASONS, ...SAMPLES] : REASONS;
  const parts = readRule(help.text).filter(({ title }) => wanted.includes(title));
  return h(
    "div", { class: "rule" },
    parts.length === 0 && h("p", {}, help.summary),
    parts.map(({ title, text, isCode }) => [
      title !== "Why is this slow" && h("h4", {}, title),
      isCode ? drawCode(text) : h("p", {}, inline(text)),
    ]),
    help.url && h("p", {}, link(help.url, "More about this rule")),
  );
}

/** The sections of a docstring: [{title, text, isCode}]. */
export function readRule(text) {
  const parts = [];
  for (const line of text.split("\n")) {
    const heading = /^(\w[\w ]*?)(::?)\s*$/.exec(line);
    if (heading) parts.push({ title: heading[1], isCode: heading[2] === "::", lines: [] });
    else if (/^\s/.test(line) || line === "") parts.at(-1)?.lines.push(line.replace(/^ {4}/, ""));
  }
  return parts.map(({ title, isCode, lines }) => ({ title, isCode, text: lines.join("\n").trim() }));
}

function drawCode(text) {
  const lines = highlight(text.split("\n"));
  return h("pre", { class: "sample", tabindex: "0" }, h("code", {}, lines.map((line) => [line, "\n"])));
}

/** Text with ``code`` in it. */
function inline(text) {
  return text.split("``").map((part, k) => (k % 2 ? h("code", {}, part) : part));
}
