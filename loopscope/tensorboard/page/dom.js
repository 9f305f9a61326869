// Builds elements. Text is always text: nothing in the page parses markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. `on…` properties are listeners; `style` is an object of CSS properties. */
export function h(name, properties, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** An SVG element. */
export function s(name, properties, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

/** Put `children` in the place of what `element` holds. */
export function replace(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(isShown).map(toNode));
}

/** A link that opens elsewhere; plain text where the address is not a web address. */
export function link(address, label) {
  if (!/^https?:\/\//i.test(address)) return h("span", {}, label);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** Text that only screen readers see. */
export function unseen(text) {
  return h("span", { class: "unseen" }, text);
}

/** An icon of our own, 16 by 16; decoration only. */
export function icon(name) {
  const drawing = s("path", { d: ICONS[name] });
  return s("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, drawing);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") setStyle(element, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  replace(element, ...children);
  return element;
}

function setStyle(element, style) {
  for (const [name, value] of Object.entries(style)) element.style.setProperty(name, String(value));
}

function isShown(child) {
  return child !== undefined && child !== null && child !== false;
}

function toNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

const ICONS = {
  check: "M6.4 11.6 2.9 8.1 4 7l2.4 2.4L12 3.8l1.1 1.1z",
  copy: "M5 1h8a1 1 0 0 1 1 1v9h-1.4V2.4H5zM3 4h7a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V5"
    + "a1 1 0 0 1 1-1zm.4 1.4v8.2h6.2V5.4z",
  reload: "M8 2a6 6 0 0 1 5.2 3V2.5h1.6V8H9.3V6.4h2.7A4.4 4.4 0 1 0 12.3 9.2h1.65A6 6 0 1 1 8 2z",
  left: "M10.3 3 11.3 4l-4 4 4 4-1 1-5-5z",
  right: "M5.7 3 4.7 4l4 4-4 4 1 1 5-5z",
  moon: "M6.5 2a6 6 0 1 0 7.5 7.5A5 5 0 0 1 6.5 2z",
  bulb: "M8 1.5a4.5 4.5 0 0 0-2.5 8.2v1.8h5V9.7A4.5 4.5 0 0 0 8 1.5zM5.8 12.5h4.4v1H5.8z"
    + "M6.8 14.2h2.4v.8H6.8z",
  help: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 11.2a.9.9 0 1 1 0-1.8.9.9 0 0 1 0 "
    + "1.8zm.7-3.4H7.2c0-2 1.7-2 1.7-3.2 0-.6-.4-.9-.9-.9s-1 .3-1 1.1H5.5c0-1.6 1.1"
    + "-2.5 2.5-2.5s2.5.9 2.5 2.3c0 1.7-1.8 1.9-1.8 3.2z",
  loop: "M8 2a6 6 0 1 1-5.7 4.1l1.5.5A4.4 4.4 0 1 0 8 3.6v2.2L4.6 2.9 8 0z",
};
