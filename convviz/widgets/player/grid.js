// A grid of numbers: a table that can be walked with the arrow keys.
import { control, frame, label, later, make } from "./dom.js";
import { openEntry } from "./entry.js";
import { PADDING, placeText, signed } from "./scene.js";

const KINDS = ["plain", "padding", "unused", "inserted"];
const LATER = "\u00b7";
const UNLIT = { style: "", badge: "" };
let emptyCell;

/** Draws a grid; `events` hears of the cells pointed at, chosen and edited. */
export class GridView {
  constructor(g, events) {
    Object.assign(this, { g, events, frames: [], cells: [] });
    // A thousand names take longer than a frame lasts: they are written when nothing moves.
    this.nameSoon = later(() => this.cells.forEach((cell) => this.name(cell)));
    this.label = make("div", { class: "cv-label" });
    this.ruler = make("div", { class: "cv-ruler", "aria-hidden": "true" });
    this.side = make("div", { class: "cv-side", "aria-hidden": "true" });
    this.lines = make("div", { class: "cv-rows", role: "presentation" });
    this.body = make("div", { class: "cv-cells", role: "grid" }, this.side, this.lines);
    this.plane = make("div", { class: "cv-plane" }, this.body);
    this.node = make("div", {}, this.label, this.ruler, this.plane);
    const heard = { pointerover: "over", click: "choose", dblclick: "edit", focusin: "over" };
    for (const [name, what] of Object.entries(heard)) {
      this.body.addEventListener(name, (e) => this.hear(e.target.closest(".cv-cell"), what));
    }
    this.body.addEventListener("focusin", (e) => this.rove(e.target.closest(".cv-cell")));
    for (const name of ["pointerleave", "focusout"]) {
      this.body.addEventListener(name, () => events.leave());
    }
    this.body.addEventListener("keydown", (e) => this.key(e));
  }

  /** Shows a grid. Cells that are there are used again: nothing is made anew that only changes. */
  show(grid) {
    this.grid = grid;
    const [rows, columns] = grid.shape;
    this.node.className = `cv-grid cv-role-${grid.role} cv-of-${grid.display}` +
      (grid.blocks ? " cv-blocks" : "") + (grid.kinds?.includes(PADDING) ? " cv-padded" : "");
    const [high, wide] = grid.blocks ?? grid.shape;
    // Said once for the grid: to find it out, the browser would measure the text of every cell.
    this.body.style.width = `calc(${columns} * var(--cv-cell))`;
    // A change of it reaches every cell: only where it is asked for.
    const block = `calc(${wide} * var(--cv-cell)) calc(${high} * var(--cv-cell))`;
    this.body.style.setProperty("--cv-block", grid.blocks ? block : "");
    label(this.label, grid.name, grid.note);
    this.body.setAttribute("aria-label", `${grid.name}, ${grid.note}`);
    const [top, left] = grid.origin;
    // A cell keeps its place on the plane, and the plane is moved: what is the same is not painted.
    const [down, right] = [top, left].map((first) => `calc(${first} * var(--cv-cell))`);
    Object.assign(this.body.style, { top: down, left: right });
    this.plane.style.translate = `calc(-1 * ${right}) calc(-1 * ${down})`;
    // A single cell needs no numbers beside it, numbered cells none, and a single row none in front.
    number(this.ruler, left, rows * columns > 1 && !grid.numbered ? columns : 0);
    number(this.side, top, rows > 1 ? rows : 0);
    this.rows = anchor(this.lines, top, rows, () => make("div", { class: "cv-row", role: "row" }));
    this.cells = this.rows.flatMap((row) => anchor(row, left, columns, newCell));
    // What a cell wears depends on these, too.
    const look = [grid.role, grid.shade, grid.display, grid.hidden].join();
    this.cells.forEach((cell, i) => {
      cell.place = i;
      if (look !== this.look) cell.kind = undefined;
      const kind = KINDS[grid.kinds?.[i] ?? 0];
      if (!grid.hidden) this.write(cell, grid.texts[i], grid.shades?.[i], kind);
      else if (cell.kind !== kind) Object.assign(cell, { kind, shown: undefined });
    });
    this.look = look;
    if (!this.cells.includes(this.roving)) this.rove(this.cells[0]);
  }

  /** Shows a text in a cell, shaded at a level: null where it is still to come. */
  write(cell, text, level, kind = cell.kind) {
    if (cell.shown === text && cell.level === level && cell.kind === kind) return;
    Object.assign(cell, { kind, shown: text, level: text === null ? undefined : level });
    const seen = text ?? (this.grid.display === "blank" ? "" : LATER);
    if (cell.firstChild.data !== seen) cell.firstChild.data = seen;
    if (this.grid.shade !== "none") cell.style.setProperty("--cv-level", Math.abs(cell.level ?? 0));
    this.dress(cell);
    this.nameSoon();
  }

  /** Names a cell for a screen reader. */
  name(cell) {
    const { place, kind, shown } = cell;
    const what = kind === "plain" ? "" : `, ${kind}`;
    const text = shown === null ? "to come" : shown || "empty";
    const said = `${placeText(this.grid, place)}${what}: ${text}`;
    if (cell.said !== said) cell.setAttribute("aria-label", cell.said = said);
  }

  /** Gives a cell the classes of its kind, its text, its shade and of how it is lit. */
  dress(cell) {
    const { kind, shown, level, lit } = cell;
    let classes = `cv-cell cv-${kind}`;
    if (shown === null) classes += " cv-later";
    else if (this.grid.hidden) classes += " cv-done";
    if (shown?.length > 3) classes += ` cv-wide-${Math.min(shown.length, 6)}`;
    const gray = level !== undefined && this.grid.shade === "gray";
    if (gray) classes += level > 45 ? " cv-gray cv-bright" : " cv-gray";
    else if (level) classes += level > 0 ? " cv-positive" : " cv-negative";
    if (lit.style || lit.badge) classes += ` cv-lit ${lit.style}${lit.badge ? " cv-badged" : ""}`;
    if (cell.classes !== classes) cell.className = cell.classes = classes;
  }

  /** Lights cells: `lit` maps a place to its class and small print. */
  light(lit, windows) {
    for (const cell of this.cells) {
      const { style, badge } = lit.get(cell.place) ?? UNLIT;
      if (cell.lit.badge !== badge) cell.dataset.badge = badge;
      if (cell.lit.style === style && cell.lit.badge === badge) continue;
      cell.lit = { style, badge };
      this.dress(cell);
    }
    frame(this.body, this.frames, windows);
  }

  hear(cell, what) {
    if (!cell) return;
    if (what === "edit") this.edit(cell);
    else this.events[what]([this.g, cell.place]);
  }

  key(event) {
    const cell = event.target.closest(".cv-cell");
    const typing = event.target.tagName === "INPUT";
    if (!cell || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const columns = this.grid.shape[1], i = cell.place;
    const moves = {
      ArrowLeft: i % columns ? i - 1 : i, ArrowRight: (i + 1) % columns ? i + 1 : i,
      ArrowUp: i - columns, ArrowDown: i + columns,
      Home: i - (i % columns), End: i - (i % columns) + columns - 1,
    };
    if (event.key in moves) this.cells[moves[event.key]]?.focus();
    else if (event.key === "Enter" && !this.canEdit(cell)) this.events.choose([this.g, i]);
    else if (event.key === "Enter") this.edit(cell);
    else if (/^[-\u2212\d.,]$/.test(event.key) && this.canEdit(cell)) this.edit(cell, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Makes a cell the one that the Tab key comes back to. */
  rove(next) {
    if (this.roving) this.roving.tabIndex = -1;
    this.roving = next;
    next.tabIndex = 0;
    this.name(next);
  }

  canEdit(cell) {
    return this.grid.editable && (cell.kind === "plain" || cell.kind === "unused");
  }

  /** Lets the reader type a new number; `key` is its first letter, where that was typed already. */
  edit(cell, key) {
    if (!this.canEdit(cell) || cell.querySelector("input")) return;
    openEntry(cell, {
      label: `new number for ${placeText(this.grid, cell.place)}`, key, refuse: this.events.refuse,
      done: (number) => this.events.edit(this.g, cell.place, number),
    });
  }
}

/**
 * Keeps a child of `node` for each of `count` indices from `first` on. Those that remain are not
 * touched: a ring of padding more leaves the image within as it was.
 */
function anchor(node, first, count, build) {
  for (; node.firstChild && node.first < first; node.first++) node.firstChild.remove();
  for (; node.firstChild && node.first > first; node.first--) node.prepend(build());
  while (node.childElementCount > count) node.lastChild.remove();
  while (node.childElementCount < count) node.append(build());
  node.first = first;
  return [...node.children];
}

/** Numbers the rows or the columns; texts that are right stay. */
function number(ruler, first, count) {
  anchor(ruler, first, count, () => make("span")).forEach((span, n) => {
    if (!span.firstChild) span.textContent = signed(first + n);
  });
}

/** A copy is made in a third of the time: a slider may ask for a thousand cells a frame. */
function newCell() {
  emptyCell ??= control("div", { role: "gridcell", tabindex: -1 }, " ");
  return Object.assign(emptyCell.cloneNode(true), { lit: UNLIT });
}
