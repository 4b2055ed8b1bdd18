// A pad to draw on: with the pointer or a finger, or with the arrow keys.
import { button, control, make } from "./dom.js";

const PEN = 3.2; // radius in pixels of the pad
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const HELP = "Draw with the pointer or a finger. With keys: arrows move the pen, the space bar " +
  "lowers and lifts it, Delete clears.";

/** A square of `side` × `side` pixels, 0 to 255; calls `change(pixels)` whenever ink is added. */
export class Pad {
  constructor(side, { change }) {
    Object.assign(this, { side, change, pixels: new Uint8Array(side * side), pen: [side / 2, side / 2] });
    this.canvas = control("canvas", {
      class: "cv-pad", width: side, height: side, tabindex: 0, role: "img",
      "aria-roledescription": "drawing pad", "aria-label": "a pad to draw a digit on",
      onpointerdown: (e) => this.press(e), onpointermove: (e) => this.drag(e),
      onpointerup: () => this.lift(), onpointercancel: () => this.lift(),
      onkeydown: (e) => this.key(e), onfocus: () => this.point(true), onblur: () => this.point(false),
    });
    this.mark = make("div", { class: "cv-pen", hidden: true });
    this.told = make("span", { class: "cv-quiet", role: "status", "aria-live": "polite" }, HELP);
    this.node = make("div", { class: "cv-drawing" },
      make("div", { class: "cv-paper" }, this.canvas, this.mark),
      make("div", { class: "cv-aside" }, button("clear the pad", "clear", () => this.clear()), this.told));
    this.paint();
  }

  /** Shows what was drawn elsewhere; not while the pen is down here. */
  show(pixels) {
    if (this.from || pixels.length !== this.pixels.length) return;
    this.pixels.set(pixels);
    this.paint();
  }

  press(event) {
    if (event.button) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.from = this.place(event);
    this.stroke(this.from, this.from);
  }

  drag(event) {
    if (!this.from) return;
    // where the finger was between two frames counts, too
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const to = this.place(each);
      this.stroke(this.from, to);
      this.from = to;
    }
  }

  lift() {
    this.from = null;
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width]
      .map((share) => share * this.side);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in MOVES) {
      const to = this.pen.map((at, axis) => Math.min(Math.max(at + 2 * MOVES[event.key][axis], 0), this.side));
      if (this.down) this.stroke(this.pen, to);
      this.pen = to;
    } else if (event.key === " ") {
      this.down = !this.down;
      if (this.down) this.stroke(this.pen, this.pen);
      this.told.textContent = this.down ? "The pen is down." : "The pen is up.";
    } else if (event.key === "Delete" || event.key === "Backspace") this.clear();
    else return;
    this.point(true);
    event.preventDefault();
    event.stopPropagation();
  }

  /** Shows where the pen of the keyboard is. */
  point(shown) {
    const [top, left] = this.pen.map((at) => `${(100 * at) / this.side}%`);
    this.mark.hidden = !shown || !this.canvas.matches(":focus-visible");
    this.mark.classList.toggle("cv-down", Boolean(this.down));
    Object.assign(this.mark.style, { top, left });
  }

  clear() {
    this.pixels.fill(0);
    this.down = false;
    this.told.textContent = HELP;
    this.paint();
    this.change(this.pixels);
  }

  stroke(from, to) {
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])));
    for (let n = 0; n <= steps; n += 1) {
      this.dab(...from.map((start, axis) => start + ((to[axis] - start) * n) / steps));
    }
    this.paint();
    this.change(this.pixels);
  }

  dab(row, column) {
    const reach = Math.ceil(PEN + 1);
    for (let r = Math.floor(row) - reach; r <= row + reach; r += 1) {
      for (let c = Math.floor(column) - reach; c <= column + reach; c += 1) {
        if (r < 0 || c < 0 || r >= this.side || c >= this.side) continue;
        const inside = PEN + 0.5 - Math.hypot(r + 0.5 - row, c + 0.5 - column);
        const ink = Math.round(255 * Math.min(Math.max(inside, 0), 1));
        this.pixels[r * this.side + c] = Math.max(this.pixels[r * this.side + c], ink);
      }
    }
  }

  paint() {
    const context = this.canvas.getContext("2d");
    const picture = context.createImageData(this.side, this.side);
    this.pixels.forEach((level, i) => picture.data.set([level, level, level, 255], 4 * i));
    context.putImageData(picture, 0, 0);
  }
}
