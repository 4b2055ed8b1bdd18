// A grid of numbers: a table that can be walked with the arrow keys.
import { control, frame, label, later, make, style } from "./dom.js";
import { openEntry } from "./entry.js";
import { PADDING, placeText, signed } from "./scene.js";

const KINDS = ["plain", "padding", "unused", "inserted"];
const MANY = 150; // cells that are worth a layer of their own while they move
const LATER = "\u00b7";
const UNLIT = { style: "", badge: "" };
let emptyCell;

/** Draws a grid; `events` hears of the cells pointed at, chosen and edited. */
export class GridView {
  constructor(g, events) {
    Object.assign(this, { g, events, frames: [], cells: [] });
    this.settleSoon = later(() => this.settle());
    this.label = make("div", { class: "cv-label" });
    this.ruler = make("div", { class: "cv-ruler", "aria-hidden": "true" });
    this.side = make("div", { class: "cv-side", "aria-hidden": "true" });
    this.sheet = make("div", { class: "cv-sheet", role: "presentation" });
    this.clip = make("div", { class: "cv-clip", role: "presentation" }, this.sheet);
    this.body = make("div", { class: "cv-cells", role: "grid" }, this.side, this.clip);
    this.node = make("div", {}, this.label, this.ruler, this.body);
    const heard = { pointerover: "over", click: "choose", dblclick: "edit", focusin: "over" };
    for (const [name, what] of Object.entries(heard)) {
      this.body.addEventListener(name, (e) => this.hear(e.target.closest(".cv-cell"), what));
    }
    this.body.addEventListener("focusin", (e) => this.rove(e.target.closest(".cv-cell")));
    this.body.addEventListener("pointerleave", () => events.leave());
    this.body.addEventListener("focusout", ({ relatedTarget: next }) => this.body.contains(next) || events.leave());
    this.body.addEventListener("keydown", (e) => this.key(e));
  }

  /** Shows a grid. Cells that are there are used again: nothing is made anew that only changes. */
  show(grid) {
    this.grid = grid;
    this.padded ||= grid.kinds?.includes(PADDING);
    this.wear();
    label(this.label, grid.name, grid.note);
    const title = `${grid.name}, ${grid.note}`;
    if (this.body.getAttribute("aria-label") !== title) this.body.setAttribute("aria-label", title);
    this.lay();
    // What a cell wears depends on these, too; and what is now a secret does not stay out of sight.
    const look = [grid.role, grid.shade, grid.display, grid.hidden].join();
    if (look !== this.look) this.trim();
    this.settleSoon();
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

  /** Gives the whole grid its classes; the hatched ground of a padding stays while sliders move. */
  wear() {
    const { role, display, blocks } = this.grid;
    const classes = `cv-grid cv-role-${role} cv-of-${display}` +
      (blocks ? " cv-blocks" : "") + (this.padded ? " cv-padded" : "");
    if (this.node.className !== classes) this.node.className = classes;
  }

  /**
   * Finds a cell for each place, and puts the grid where it belongs. What is shown no more stays on
   * the sheet, cut off from sight: a slider that moves to and fro makes no cell twice.
   */
  lay() {
    const { shape: [rows, columns], origin: [top, left], blocks, numbered } = this.grid;
    this.left = Math.min(this.left ?? left, left);
    this.right = Math.max(this.right ?? left, left + columns);
    this.rows = cover(this.sheet, top, rows, newRow);
    for (const row of this.sheet.kids) cover(row, this.left, this.right - this.left, newCell);
    this.cells = this.rows.flatMap((row) => cover(row, left, columns, newCell));
    // A single cell needs no numbers beside it, numbered cells none, and a single row none in front.
    number(this.ruler, left, rows * columns > 1 && !numbered ? columns : 0);
    number(this.side, top, rows > 1 ? rows : 0);
    const place = [rows, columns, top, left].join();
    if (this.place && this.place !== place) this.move(rows * columns > MANY ? "cv-moving cv-layer" : "cv-moving");
    this.place = place;
    // Said for the whole grid: to find it out, the browser would measure the text of every cell.
    const { first, kids: { length: high } } = this.sheet, wide = this.right - this.left;
    style(this.body, { height: inCells(rows), width: inCells(columns) });
    // A cell keeps its place on the sheet, and the sheet is moved: what is the same is not painted.
    const translate = `${inCells(this.left - left)} ${inCells(first - top)}`;
    style(this.sheet, { translate, height: inCells(high), width: inCells(wide) });
    if (blocks) style(this.body, { "--cv-block": `${inCells(blocks[1])} ${inCells(blocks[0])}` });
  }

  /** How the sheet is painted while it moves, and once it rests. */
  move(classes) {
    if (this.moving !== classes) this.clip.className = `cv-clip ${this.moving = classes}`;
  }

  /** Lets go of what is out of sight. */
  trim() {
    const { shape: [rows, columns], origin: [top, left] } = this.grid;
    cut(this.sheet, top, rows);
    for (const row of this.rows) cut(row, left, columns);
    Object.assign(this, { left, right: left + columns });
    this.lay();
  }

  /** Once nothing moves: what could wait, a thousand names perhaps. */
  settle() {
    this.trim();
    this.move("");
    this.padded = this.grid.kinds?.includes(PADDING);
    this.wear();
    for (const cell of this.cells) this.name(cell);
  }

  /** Shows a text in a cell, shaded at a level: null where it is still to come. */
  write(cell, text, level, kind = cell.kind) {
    if (cell.shown === text && cell.level === level && cell.kind === kind) return;
    Object.assign(cell, { kind, shown: text, level: text === null ? undefined : level });
    const seen = text ?? (this.grid.display === "blank" ? "" : LATER);
    if (cell.firstChild.data !== seen) cell.firstChild.data = seen;
    if (this.grid.shade !== "none") cell.style.setProperty("--cv-level", Math.abs(cell.level ?? 0));
    this.dress(cell);
    this.settleSoon();
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
    if (lit.style) classes += ` ${lit.style}`;
    if (lit.badge) classes += " cv-badged";
    if (cell.lastChild !== cell.firstChild) classes += " cv-open"; // a field is open in it
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
    // With a field open in it, a cell has no story: the step is told in which its number will change.
    if (!cell || cell.classList.contains("cv-open")) return;
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
    this.events.open();
    openEntry(cell, {
      label: `new number for ${placeText(this.grid, cell.place)}`, key, refuse: this.events.refuse,
      done: (number) => this.events.edit(this.g, cell.place, number),
    });
  }
}

/** Children of `node` for `count` indices from `first` on, made where there is none. */
function cover(node, first, count, build) {
  const kids = (node.kids ??= []);
  if (!kids.length) node.first = first;
  while (node.first > first) {
    kids.unshift(build());
    node.prepend(kids[0]);
    node.first -= 1;
  }
  const from = first - node.first;
  while (kids.length < from + count) {
    kids.push(build());
    node.append(kids.at(-1));
  }
  return kids.slice(from, from + count);
}

/** Takes away the children that are not among those. */
function cut(node, first, count) {
  const { kids = [] } = node;
  for (; kids.length && node.first < first; node.first++) kids.shift().remove();
  while (kids.length > count) kids.pop().remove();
}

/** Numbers the rows or the columns; texts that are right stay. */
function number(ruler, first, count) {
  cut(ruler, first, count);
  cover(ruler, first, count, () => make("span")).forEach((span, n) => {
    if (!span.firstChild) span.textContent = signed(first + n);
  });
}

const inCells = (count) => `calc(${count} * var(--cv-cell))`;
const newRow = () => make("div", { class: "cv-row", role: "row" });

/** A copy is made in a third of the time: a slider may ask for a thousand cells a frame. */
function newCell() {
  emptyCell ??= control("div", { role: "gridcell", tabindex: -1 }, " ");
  return Object.assign(emptyCell.cloneNode(true), { lit: UNLIT });
}
