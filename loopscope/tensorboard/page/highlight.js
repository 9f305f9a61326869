// Python in color, line by line: enough to read code by, and never anything but text.

import { h } from "./dom.js";

const KEYWORDS = new Set(
  ("and as assert async await break case class continue def del elif else except finally for from "
    + "global if import in is lambda match nonlocal not or pass raise return try while with yield")
    .split(" "),
);
const CONSTANTS = new Set(["True", "False", "None", "self", "cls"]);
const TOKEN = new RegExp(
  [
    /(?<comment>#.*)/,
    /(?<string>[rbfuRBFU]{0,2}(?:"""|'''|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))/,
    /(?<number>\b\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?j?\b)/,
    /(?<name>[^\W\d]\w*)/,
  ].map((part) => part.source).join("|"),
  "gu",
);

/** The lines of Python code, each as an array of nodes and strings. */
export function highlight(lines) {
  let open = ""; // the quotes of a string that goes on in the next line
  return lines.map((line) => {
    const nodes = [];
    let at = 0;
    if (open) {
      const end = line.indexOf(open);
      at = end < 0 ? line.length : end + 3;
      nodes.push(token("string", line.slice(0, at)));
      if (end >= 0) open = "";
    }
    TOKEN.lastIndex = at;
    for (let found = TOKEN.exec(line); found && !open; found = TOKEN.exec(line)) {
      nodes.push(line.slice(at, found.index));
      const quotes = /("""|''')$/.exec(found.groups.string ?? "")?.[0];
      if (quotes) {
        const end = line.indexOf(quotes, TOKEN.lastIndex);
        if (end < 0) open = quotes;
        TOKEN.lastIndex = end < 0 ? line.length : end + 3;
      }
      at = TOKEN.lastIndex;
      nodes.push(colored(found.groups, line.slice(found.index, at)));
    }
    nodes.push(line.slice(at));
    return nodes.filter((node) => node !== "");
  });
}

function colored(groups, text) {
  if (groups.comment) return token("comment", text);
  if (groups.string) return token("string", text);
  if (groups.number) return token("number", text);
  if (KEYWORDS.has(text)) return token("keyword", text);
  return CONSTANTS.has(text) ? token("constant", text) : text;
}

function token(kind, text) {
  return h("span", { class: `t-${kind}` }, text);
}
