// Numbers as people read them, in the words of loopscope's other reports.

const THIN = "\u202f";

/** "203 ms", "1.2 s", "48 µs": two or three significant digits. */
export function duration(ns) {
  for (const [unit, size] of [["s", 1e9], ["ms", 1e6], ["µs", 1e3]]) {
    if (ns >= size * 0.9995) {
      const value = ns / size;
      return `${value >= 9.95 ? value.toFixed(0) : value.toFixed(1)}${THIN}${unit}`;
    }
  }
  return `${Math.round(ns)}${THIN}ns`;
}

/** "49 %", "0.4 %". */
export function percent(share) {
  const value = share * 100;
  if (value > 0 && value < 0.1) return `<${THIN}0.1${THIN}%`;
  return `${value >= 10 || value === 0 ? value.toFixed(0) : value.toFixed(1)}${THIN}%`;
}

/** "10 000". */
export function grouped(number) {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** "10 000 iterations", "1 loop". */
export function count(number, noun) {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** "4 100×", "8.2×": how much faster. */
export function times(ratio) {
  if (!(ratio > 0)) return "–";
  const digits = ratio >= 100 ? Number(ratio.toPrecision(2)) : ratio;
  return `${ratio >= 10 ? grouped(digits) : ratio.toFixed(1)}×`;
}

/** The last part of a path. */
export function fileName(path) {
  return path.split(/[/\\]/).pop() || path;
}

/** "14:03:07". */
export function clock(ns) {
  const date = new Date(ns / 1e6);
  return Number.isNaN(date.getTime()) ? "" : date.toTimeString().slice(0, 8);
}

/** Control characters, those that turn the direction of text among them, as something to see. */
export function visible(text) {
  return text.replace(HIDDEN, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
