// A grid too large for numbers: pixels on a canvas, walked with the pointer or the arrow keys.
import { control, label, make } from "./dom.js";

const NEGATIVE = [0, 90, 178], POSITIVE = [190, 84, 0];

/** Draws an image grid; offers the same methods as a GridView. */
export class ImageView {
  constructor(g, events) {
    Object.assign(this, { g, events, cells: [], at: 0 });
    this.canvas = control("canvas", { class: "cv-canvas", tabindex: 0, role: "img" });
    this.frame = make("div", { class: "cv-frame", hidden: true });
    this.body = make("div", { class: "cv-picture" }, this.canvas, this.frame);
    this.label = make("div", { class: "cv-label" });
    this.node = make("div", {}, this.label, this.body);
    this.canvas.addEventListener("pointermove", (e) => this.point(e));
    this.canvas.addEventListener("pointerleave", () => events.leave());
    this.canvas.addEventListener("focus", () => events.over([g, this.at]));
    this.canvas.addEventListener("blur", () => events.leave());
    this.canvas.addEventListener("click", (e) => { this.point(e); events.choose([g, this.at]); });
    this.canvas.addEventListener("keydown", (e) => this.key(e));
  }

  show(grid) {
    const [rows, columns] = grid.shape;
    if (this.grid?.shape.join() !== grid.shape.join()) Object.assign(this.canvas, { width: columns, height: rows });
    this.grid = grid;
    this.node.className = `cv-grid cv-role-${grid.role} cv-of-image`;
    label(this.label, grid.name, grid.note);
    this.canvas.setAttribute("aria-label", `${grid.name}, ${grid.note}; arrow keys move over the pixels`);
    this.body.style.setProperty("--cv-ratio", `${columns} / ${rows}`);
    this.paint();
  }

  paint() {
    const { pixels, limits: [low, high], shade } = this.grid;
    const context = this.canvas.getContext("2d");
    const picture = context.createImageData(this.canvas.width, this.canvas.height);
    pixels.forEach((value, i) => {
      const share = shade === "signed" ? value / high : (value - low) / (high - low);
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
    this.events.over([this.g, this.at]);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const columns = this.grid.shape[1];
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (!move) return;
    const next = this.at + move;
    if (next >= 0 && next < this.grid.pixels.length) this.at = next;
    this.events.over([this.g, this.at]);
    event.preventDefault();
    event.stopPropagation();
  }

  light(_, windows) {
    this.frame.hidden = !windows.length;
    if (!windows.length) return;
    const [top, left, bottom, right] = windows[0];
    const [rows, columns] = this.grid.shape;
    Object.assign(this.frame.style, {
      top: `${(100 * top) / rows}%`, left: `${(100 * left) / columns}%`,
      height: `${(100 * (bottom - top + 1)) / rows}%`, width: `${(100 * (right - left + 1)) / columns}%`,
    });
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
