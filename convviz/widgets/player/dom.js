// Small helpers for building elements.

/** An element with attributes and children; `on…` attributes are event listeners. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * A control that takes keys. JupyterLab's command mode swallows arrows and letters unless the
 * focused element itself (not a parent) carries this attribute.
 */
export function control(tag, attributes, ...children) {
  return make(tag, { "data-lm-suppress-shortcuts": "true", ...attributes }, ...children);
}

const PATHS = {
  first: "M4 3v10M13 3 6 8l7 5z",
  back: "M11 3 4 8l7 5z",
  play: "M4 2.5v11l9-5.5z",
  pause: "M5 3v10M11 3v10",
  forward: "M5 3l7 5-7 5z",
  last: "M12 3v10M3 3l7 5-7 5z",
  full: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
};

/** An element of an SVG picture. */
export function draw(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** An icon drawn inline, so that it looks the same whatever fonts a machine has. */
export function icon(name) {
  const look = { viewBox: "0 0 16 16", "aria-hidden": "true", class: `cv-icon cv-icon-${name}` };
  return draw("svg", look, draw("path", { d: PATHS[name] }));
}

/** Fills the label of a grid: its name, and a quieter note. */
export function label(node, name, note) {
  node.replaceChildren(make("b", {}, name), " ", make("span", {}, note));
}
