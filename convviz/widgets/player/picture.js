// What is painted now as an SVG picture, read off the page: it needs neither kernel nor network.
import { make } from "./dom.js";

const escape = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const round = (n) => Math.round(n * 100) / 100;
const MARGIN = 12;
let pixel;

/** SVG text of these parts of the page, one below another, on the paper of `root`. */
export function snapshot(root, parts, title) {
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left)) - MARGIN;
  const wide = Math.max(...parts.map((part) => part.scrollWidth)) + 2 * MARGIN;
  // What lies above others on the page does so here: the frames above the lines of the grid.
  const layers = [];
  const add = (style, text) => (layers[Math.max(parseInt(style.zIndex) || 0, 0)] ??= []).push(text);
  let high = MARGIN;
  parts.forEach((part, n) => {
    paint(part, { left, top: boxes[n].top - high }, add);
    high += part.scrollHeight;
  });
  high += MARGIN;
  const size = `width="${round(wide)}" height="${round(high)}"`;
  const paper = ink("fill", getComputedStyle(root).backgroundColor);
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${round(wide)} ${round(high)}" ` +
    `font-family="system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"><title>${escape(title)}</title>` +
    `<rect ${size} ${paper}/>${layers.flat().join("")}</svg>`;
}

function paint(node, at, add) {
  const style = getComputedStyle(node);
  if (style.display === "none") return;
  const { left, top, width, height } = node.getBoundingClientRect();
  const box = { x: left - at.left, y: top - at.top, width, height };
  if (node.tagName === "CANVAS") {
    add(style, `<image ${place(box)} style="image-rendering:pixelated" href="${node.toDataURL()}"/>`);
  } else if (node.tagName === "path") {
    const { x, y } = node.ownerSVGElement.getBoundingClientRect();
    const look = `${ink("fill", style.fill)} ${ink("stroke", style.stroke)} stroke-width="2"`;
    const move = `translate(${round(x - at.left)} ${round(y - at.top)})`;
    const data = node.getAttribute("d") ?? "";
    add(getComputedStyle(node.ownerSVGElement), `<path transform="${move}" ${look} d="${data}"/>`);
  } else {
    rectangle(box, style, add);
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) words(child, style, at, add);
      else paint(child, at, add);
    }
    for (const which of ["::before", "::after"]) pseudo(box, getComputedStyle(node, which), add);
  }
}

/** What a style sheet adds to a box: the lines of a grid, a ring, a frame, a small number. */
function pseudo(box, style, add) {
  if (style.content === "none" || style.position !== "absolute") return;
  const [left, top, width, height] = [style.left, style.top, style.width, style.height].map(parseFloat);
  const inner = { x: box.x + left, y: box.y + top, width, height };
  rectangle(inner, style, add);
  write(style.content.slice(1, -1), inner, style, add);
}

/** Background, pattern and border of a box. */
function rectangle(box, style, add) {
  const { x, y, width, height } = box;
  const path = (lines, look) => {
    const point = (a, b) => `${round(x + a)} ${round(y + b)}`;
    const data = lines.map(([a, b, c, d]) => `M${point(a, b)}L${point(c, d)}`).join("");
    add(style, `<path d="${data}" fill="none" ${look}/>`);
  };
  const fill = ink("fill", style.backgroundColor);
  if (fill) add(style, `<rect ${place(box)} ${fill}/>`);
  const pattern = style.backgroundImage, quiet = `stroke="#8c959f" stroke-opacity=".6"`;
  const every = (start, pitch, end) =>
    Array.from({ length: Math.ceil((end - start) / pitch) }, (_, n) => start + n * pitch);
  if (pattern.startsWith("repeating")) {
    path(every(5, 7, width + height).map((d) => [Math.min(d, width), Math.max(d - width, 0),
      Math.max(d - height, 0), Math.min(d, height)]), quiet);
  } else if (pattern.startsWith("radial")) {
    const middle = `cx="${round(x + width / 2)}" cy="${round(y + height / 2)}"`;
    add(style, `<circle ${middle} r="3" fill="#8c959f"/>`);
  } else if (pattern.includes("to right")) {
    const [wide, high = wide] = style.backgroundSize.match(/[\d.]+/g).map(Number);
    const colour = ink("stroke", style.borderTopColor);
    path(every(wide, wide, width).map((d) => [d, 0, d, height]), colour);
    path(every(high, high, height).map((d) => [0, d, width, d]), colour);
  } else if (pattern.startsWith("linear")) {
    path([[0, height, width, 0], ...(pattern.includes("(45deg") ? [[0, 0, width, height]] : [])], quiet);
  }
  // A border, or else an outline, which may lie further in.
  const edge = parseFloat(style.borderTopWidth) ? "border-top" : "outline";
  const [line, kind, colour] = ["width", "style", "color"].map((part) => style.getPropertyValue(`${edge}-${part}`));
  if (kind === "none" || !parseFloat(line)) return;
  const rim = edge === "outline" ? parseFloat(style.outlineOffset) : 0;
  const frame = { x: x - rim, y: y - rim, width: width + 2 * rim, height: height + 2 * rim };
  const radius = style.borderRadius.endsWith("%") ? width / 2 : parseFloat(style.borderRadius);
  const dashes = kind === "dashed" ? ` stroke-dasharray="5 3"` : "";
  const look = `${ink("stroke", colour)} stroke-width="${parseFloat(line)}"${dashes}`;
  add(style, `<rect ${place(frame)} rx="${round(radius)}" fill="none" ${look}/>`);
}

/** A text with its line breaks as the page has broken it. */
function words(node, style, at, add) {
  const range = document.createRange(), lines = [];
  for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = range.getBoundingClientRect(), line = lines.at(-1);
    if (line && Math.abs(line.top - box.top) < 2) {
      Object.assign(line, { text: `${line.text} ${word}`, right: box.right });
    } else lines.push({ text: word, left: box.left, right: box.right, top: box.top, height: box.height });
  }
  for (const { text, left, right, top, height } of lines) {
    write(text, { x: left - at.left, y: top - at.top, width: right - left, height }, style, add);
  }
}

function write(text, { x, y, width, height }, style, add) {
  if (!text) return;
  const size = parseFloat(style.fontSize);
  const at = `x="${round(x + width / 2)}" y="${round(y + height / 2 + size * 0.35)}" text-anchor="middle"`;
  const look = `font-size="${size}" font-weight="${style.fontWeight}" ${ink("fill", style.color)}`;
  add(style, `<text ${at} ${look}>${escape(text)}</text>`);
}

const place = ({ x, y, width, height }) =>
  `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;

/** A colour of the page as an attribute that every program reads; nothing where it is transparent. */
function ink(name, colour) {
  pixel ??= make("canvas", { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
  return a ? `${name}="rgb(${r},${g},${b})"${a < 255 ? ` ${name}-opacity="${round(a / 255)}"` : ""}` : "";
}
