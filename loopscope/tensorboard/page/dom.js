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
  check: "M6.4 11.6 2.9 8.1l1.1-1.1 2.4 2.4 5.6-5.6 1.1 1.1z",
  copy: "M5 1h8a1 1 0 0 1 1 1v9h-1.4V2.4H5zM3 4h7a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V5"
    + "a1 1 0 0 1 1-1zm.4 1.4v8.2h6.2V5.4z",
  reload: "M8 2.5A5.5 5.5 0 0 1 13.3 6.600h-1.500A4.100 4.100 0 0 0 4.700 5.500L6.400 7.200H2V2.800"
    + "l1.700 1.700A5.500 5.500 0 0 1 8 2.500zM2.700 9.400h1.500a4.100 4.100 0 0 0 7.100 1.100L9.600 8.800"
    + "H14v4.400l-1.700-1.700A5.500 5.500 0 0 1 2.700 9.400z",
  left: "M10.300 3 11.300 4 7.300 8l4 4-1 1-5-5z",
  right: "M5.700 3 4.700 4l4 4-4 4 1 1 5-5z",
  moon: "M6.500 2a6 6 0 1 0 7.500 7.500A5 5 0 0 1 6.500 2z",
  bulb: "M8 1.500a4.500 4.500 0 0 0-2.500 8.200V11.500h5V9.700A4.500 4.500 0 0 0 8 1.500zM5.800 12.500h4.400v1H5.800z"
    + "M6.800 14.200h2.400v.800H6.800z",
  help: "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zm0 11.200a.900.900 0 1 1 0-1.800.900.900 0 0 1 0 "
    + "1.800zm.700-3.400H7.200c0-2 1.700-2 1.700-3.200 0-.600-.400-.900-.900-.900s-1 .300-1 1.100H5.500c0-1.600 1.100"
    + "-2.500 2.500-2.500s2.500.900 2.500 2.300c0 1.700-1.800 1.900-1.800 3.200z",
  loop: "M8 2a6 6 0 1 1-5.700 4.100l1.500.500A4.400 4.400 0 1 0 8 3.600V5.800L4.600 2.900 8 0z",
};
