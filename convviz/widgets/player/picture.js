// What is painted now as an SVG picture, read off the page: it needs neither kernel nor network.

const escape = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const round = (n) => Math.round(n * 100) / 100;
const MARGIN = 12;
let pixel;

/** SVG text of these parts of the page, one below another, on the paper of `root`. */
export function snapshot(root, parts, title) {
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left)) - MARGIN;
  const wide = Math.max(...parts.map((part) => part.scrollWidth)) + 2 * MARGIN;
  const out = [];
  let high = MARGIN;
  parts.forEach((part, n) => {
    paint(part, { left, top: boxes[n].top - high }, out);
    high += part.scrollHeight;
  });
  high += MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}" ` +
    `font-family="system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"><title>${escape(title)}</title>` +
    `<rect width="${wide}" height="${high}" ${ink("fill", getComputedStyle(root).backgroundColor)}/>${out.join("")}</svg>`;
}

function paint(node, at, out) {
  const style = getComputedStyle(node);
  if (style.display === "none") return;
  const { left, top, width, height } = node.getBoundingClientRect();
  const box = { x: left - at.left, y: top - at.top, width, height };
  if (node.tagName === "CANVAS") out.push(`<image ${place(box)} style="image-rendering:pixelated" href="${node.toDataURL()}"/>`);
  else if (node.tagName === "path") {
    const { x, y } = node.ownerSVGElement.getBoundingClientRect();
    const colour = `${ink("fill", style.fill)} ${ink("stroke", style.stroke)} stroke-width="2"`;
    out.push(`<path transform="translate(${round(x - at.left)} ${round(y - at.top)})" ${colour} d="${node.getAttribute("d") ?? ""}"/>`);
  } else {
    rectangle(box, style, out);
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) words(child, style, at, out);
      else paint(child, at, out);
    }
    for (const which of ["::before", "::after"]) pseudo(box, style, getComputedStyle(node, which), out);
  }
}

/** What a style sheet adds to a box: a ring, a frame, a small number. */
function pseudo(box, { borderLeftWidth, borderTopWidth }, style, out) {
  if (style.content === "none" || style.position !== "absolute") return;
  const [left, top, width, height] = [style.left, style.top, style.width, style.height].map(parseFloat);
  const inner = { x: box.x + parseFloat(borderLeftWidth) + left, y: box.y + parseFloat(borderTopWidth) + top, width, height };
  rectangle(inner, style, out);
  write(style.content.slice(1, -1), inner, style, out);
}

/** Background, pattern and border of a box. */
function rectangle(box, style, out) {
  const { x, y, width, height } = box;
  const line = (dx, dy, ex, ey, look) =>
    out.push(`<path d="M${round(x + dx)} ${round(y + dy)}L${round(x + ex)} ${round(y + ey)}" ${look}/>`);
  const fill = ink("fill", style.backgroundColor);
  if (fill) out.push(`<rect ${place(box)} ${fill}/>`);
  const pattern = style.backgroundImage, quiet = `stroke="#8c959f" stroke-opacity=".6"`;
  if (pattern.startsWith("repeating")) for (let d = 5; d < width; d += 7) { line(d, 0, 0, d, quiet); line(width, d, d, height, quiet); }
  else if (pattern.startsWith("radial")) out.push(`<circle cx="${round(x + width / 2)}" cy="${round(y + height / 2)}" r="3" fill="#8c959f"/>`);
  else if (pattern.startsWith("linear")) {
    line(0, height, width, 0, quiet);
    if (pattern.includes("(-45deg")) line(0, 0, width, height, quiet);
  }
  const look = (side) => `${ink("stroke", style[`border${side}Color`])} stroke-width="${parseFloat(style[`border${side}Width`])}"`;
  const sides = ["Top", "Right", "Bottom", "Left"].filter((side) => parseFloat(style[`border${side}Width`]) > 0);
  const ends = { Top: [0, 0, width, 0], Right: [width, 0, width, height], Bottom: [0, height, width, height], Left: [0, 0, 0, height] };
  if (sides.length < 4) for (const side of sides) line(...ends[side], look(side));
  else {
    const radius = style.borderRadius.endsWith("%") ? width / 2 : parseFloat(style.borderRadius);
    const dashes = style.borderTopStyle === "dashed" ? ` stroke-dasharray="5 3"` : "";
    out.push(`<rect ${place(box)} rx="${round(radius)}" fill="none" ${look("Top")}${dashes}/>`);
  }
}

/** A text with its line breaks as the page has broken it. */
function words(node, style, at, out) {
  const range = document.createRange(), lines = [];
  for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = range.getBoundingClientRect(), line = lines.at(-1);
    if (line && Math.abs(line.top - box.top) < 2) Object.assign(line, { text: `${line.text} ${word}`, right: box.right });
    else lines.push({ text: word, left: box.left, right: box.right, top: box.top, height: box.height });
  }
  for (const { text, left, right, top, height } of lines) {
    write(text, { x: left - at.left, y: top - at.top, width: right - left, height }, style, out);
  }
}

function write(text, { x, y, width, height }, style, out) {
  if (!text) return;
  const size = parseFloat(style.fontSize);
  const look = `font-size="${size}" font-weight="${style.fontWeight}" text-anchor="middle" ${ink("fill", style.color)}`;
  out.push(`<text x="${round(x + width / 2)}" y="${round(y + height / 2 + size * 0.35)}" ${look}>${escape(text)}</text>`);
}

const place = ({ x, y, width, height }) =>
  `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;

/** A colour of the page as an attribute that every program reads; nothing where it is transparent. */
function ink(name, colour) {
  pixel ??= Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
  return a ? `${name}="rgb(${r},${g},${b})"${a < 255 ? ` ${name}-opacity="${round(a / 255)}"` : ""}` : "";
}
