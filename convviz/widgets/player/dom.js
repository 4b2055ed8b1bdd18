// Small helpers for building elements.

const put = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

/** An element with attributes and children; `on…` attributes are event listeners. */
export const make = (tag, attributes = {}, ...children) =>
  put(document.createElement(tag), attributes, children);

/** An element of an SVG picture. */
export const draw = (tag, attributes, ...children) =>
  put(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/**
 * A control that takes keys. JupyterLab's command mode swallows arrows and letters unless the
 * focused element itself (not a parent) carries this attribute.
 */
export const control = (tag, attributes, ...children) =>
  make(tag, { "data-lm-suppress-shortcuts": "true", ...attributes }, ...children);

/** A button with a name for a screen reader, and for the pointer that rests on it. */
export const button = (title, face, onclick, more = {}) => {
  const look = { type: "button", class: "cv-button", title, "aria-label": title, onclick, ...more };
  return control("button", look, face);
};

const QUIET = 250; // milliseconds
const PATHS = {
  first: "M4 3v10M13 3 6 8l7 5z",
  back: "M11 3 4 8l7 5z",
  play: "M4 2.5v11l9-5.5z",
  pause: "M5 3v10M11 3v10",
  forward: "M5 3l7 5-7 5z",
  last: "M12 3v10M3 3l7 5-7 5z",
  loop: "M11 2l2.5 2L11 6M13 4H5a3 3 0 0 0-3 3v1M5 10l-2.5 2L5 14M3 12h8a3 3 0 0 0 3-3V8",
  undo: "M6 2.5 2.5 6 6 9.5M3 6h6a4 4 0 0 1 0 8H6",
  code: "M5 4 1.5 8 5 12M11 4l3.5 4-3.5 4",
  save: "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
  full: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
};

/** An icon drawn inline, so that it looks the same whatever fonts a machine has. */
export const icon = (name) =>
  draw("svg", { viewBox: "0 0 16 16", "aria-hidden": "true", class: `cv-icon cv-icon-${name}` },
    draw("path", { d: PATHS[name] }));

/** Does something once nothing has asked for it for a while: not while keys or sliders move. */
export function later(act) {
  let timer, last = 0;
  const look = () => {
    const rest = last + QUIET - performance.now();
    timer = rest > 0 ? setTimeout(look, rest) : act();
  };
  return () => {
    last = performance.now();
    timer ??= setTimeout(look, QUIET);
  };
}

/** Writes properties into the style of an element, those that change. */
export function style(node, properties) {
  const written = (node.written ??= {});
  for (const [name, value] of Object.entries(properties)) {
    if (written[name] !== value) node.style.setProperty(name, written[name] = value);
  }
}

/**
 * Gives the box around an observed node the node's height. What changes in such a box is laid out
 * alone: the page around it, a thousand elements of JupyterLab's, is not. (A menu in it undoes that.)
 */
export function hold({ target, borderBoxSize: [{ blockSize }] }) {
  style(target.parentNode, { height: `${blockSize}px` });
  target.parentNode.classList.add("cv-held");
}

/**
 * Fills a node with words: [text], or [text, tag, class]. Where only the texts differ from the last
 * ones, and the tags do not, every element stays.
 */
export function writeWords(node, words) {
  const look = words.map(([, tag, style]) => `${tag} ${style};`).join("");
  if (look !== node.look) {
    node.look = look;
    node.texts = words.map(() => document.createTextNode(""));
    node.replaceChildren(...words.map(([, tag, style], n) =>
      (tag ? make(tag, { class: style }, node.texts[n]) : node.texts[n])));
  }
  words.forEach(([text], n) => {
    if (node.texts[n].data !== text) node.texts[n].data = text;
  });
}

/** Fills the label of a grid: its name, and a quieter note. */
export const label = (node, name, note) => writeWords(node, [[name, "b"], [" "], [note, "span"]]);

/** Shows frames on the cells of a grid: (top, left, bottom, right), the last two inclusive. */
export function frame(body, frames, windows) {
  while (frames.length < windows.length) frames.push(body.appendChild(make("div", { class: "cv-frame" })));
  frames.forEach((node, n) => {
    node.hidden = n >= windows.length;
    if (node.hidden) return;
    const [top, left, bottom, right] = windows[n];
    style(node, {
      "--cv-top": top, "--cv-left": left, "--cv-high": bottom - top + 1, "--cv-wide": right - left + 1,
    });
  });
}
