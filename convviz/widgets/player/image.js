// A grid too large for numbers: pixels on a canvas, walked with the pointer or the arrow keys.
import { control, frame, label, make } from "./dom.js";
import { textOf } from "./scene.js";

const NEGATIVE = [0, 90, 178], POSITIVE = [190, 84, 0], BLANK = -32768;
const AROUND = [-2, -1, 0, 1, 2];
const BARS = 64; // pixels from the lowest to the highest number of a single row

/** Draws an image grid; offers the same methods as a GridView. */
export class ImageView {
  constructor(g, events) {
    Object.assign(this, { g, events, cells: [], frames: [], at: 0 });
    this.canvas = control("canvas", { class: "cv-canvas", tabindex: 0, role: "img" });
    this.lens = make("div", { class: "cv-lens", "aria-hidden": "true", hidden: true });
    this.body = make("div", { class: "cv-picture" }, this.canvas, this.lens);
    this.label = make("div", { class: "cv-label" });
    this.node = make("div", {}, this.label, this.body);
    const leave = () => { this.lens.hidden = true; events.leave(); };
    const acts = {
      pointermove: (e) => this.point(e), pointerleave: leave, focus: () => this.over(), blur: leave,
      click: (e) => { this.point(e); events.choose([g, this.at]); }, keydown: (e) => this.key(e),
    };
    for (const [name, act] of Object.entries(acts)) this.canvas.addEventListener(name, act);
  }

  show(grid) {
    const [rows, columns] = grid.shape;
    const size = { width: columns, height: rows > 1 ? rows : BARS };
    if (this.grid?.shape.join() !== grid.shape.join()) Object.assign(this.canvas, size);
    this.grid = grid;
    this.at = Math.min(this.at, rows * columns - 1);
    this.node.className = `cv-grid cv-role-${grid.role} cv-of-image`;
    label(this.label, grid.name, grid.note);
    this.canvas.setAttribute("aria-label", `${grid.name}, ${grid.note}; arrow keys move over the pixels`);
    this.body.style.setProperty("--cv-ratio", rows > 1 ? `${columns} / ${rows}` : "4");
    this.body.classList.toggle("cv-row-of-bars", rows === 1);
    this.body.style.setProperty("--cv-cell", `calc(var(--cv-image) / ${columns})`);
    if (rows > 1) this.paint();
    else this.bars();
  }

  /** A single row as bars up and down from zero: colours alone would not tell how high they are. */
  bars() {
    const { pixels, limits: [low, high] } = this.grid;
    const context = this.canvas.getContext("2d");
    const level = (value) => Math.round((BARS - 1) * (high - Math.min(Math.max(value, low), high)) / (high - low));
    context.fillStyle = "#fff";
    context.fillRect(0, 0, this.canvas.width, BARS);
    pixels.forEach((value, i) => {
      const [top, bottom] = [level(0), level(value === BLANK ? 0 : value)].sort((a, b) => a - b);
      context.fillStyle = `rgb(${value < 0 ? NEGATIVE : POSITIVE})`;
      context.fillRect(i, top, 1, bottom - top + 1);
    });
  }

  paint() {
    const { pixels, limits: [low, high], shade, coloured } = this.grid;
    const context = this.canvas.getContext("2d");
    const picture = context.createImageData(this.canvas.width, this.canvas.height);
    const size = picture.width * picture.height;
    if (coloured) picture.data.fill(255);
    pixels.forEach((value, i) => {
      if (coloured) {
        picture.data[4 * (i % size) + Math.floor(i / size)] = grey((value - low) / (high - low))[0];
        return;
      }
      const share = shade === "signed" ? (value === BLANK ? 0 : value / high) : (value - low) / (high - low);
      picture.data.set(shade === "signed" ? diverging(share) : grey(share), 4 * i);
    });
    context.putImageData(picture, 0, 0);
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const [rows, columns] = this.grid.shape;
    const place = (n, share) => Math.min(Math.max(Math.floor(n * share), 0), n - 1);
    const row = place(rows, (event.clientY - box.top) / box.height);
    const column = place(columns, (event.clientX - box.left) / box.width);
    this.at = row * columns + column;
    this.over();
  }

  over() {
    this.events.over([this.g, this.at]);
    if (this.grid.lens) this.magnify();
  }

  /** The numbers around the pixel pointed at, on the half of the picture where they hide it not. */
  magnify() {
    const [rows, columns] = this.grid.shape;
    const row = Math.floor(this.at / columns), column = this.at % columns;
    const inside = (r, c) => r >= 0 && r < rows && c >= 0 && c < columns;
    const text = (r, c) => (inside(r, c) ? textOf({ grids: [this.grid] }, [0, r * columns + c]) : "");
    const lines = rows > 1 ? AROUND : [0];
    this.lens.replaceChildren(...lines.flatMap((dr) => AROUND.map((dc) =>
      make("span", { class: dr || dc ? "" : "cv-now" }, text(row + dr, column + dc)))));
    this.lens.classList.toggle("cv-low", row < rows / 2);
    this.lens.hidden = false;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [rows, columns] = this.grid.shape;
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Enter: 0 }[event.key];
    if (move === undefined) return;
    const next = this.at + move;
    if (next >= 0 && next < rows * columns) this.at = next;
    if (move) this.over();
    else this.events.choose([this.g, this.at]);
    event.preventDefault();
    event.stopPropagation();
  }

  light(_, windows) {
    frame(this.body, this.frames, windows);
  }
}

function grey(share) {
  const level = Math.round(255 * Math.min(Math.max(share, 0), 1));
  return [level, level, level, 255];
}

function diverging(share) {
  const end = share < 0 ? NEGATIVE : POSITIVE;
  const part = Math.min(Math.abs(share), 1);
  return [...end.map((full) => Math.round(255 + (full - 255) * part)), 255];
}
