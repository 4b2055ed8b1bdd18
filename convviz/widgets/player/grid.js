// A grid of numbers: a table that can be walked with the arrow keys.
import { control, make } from "./dom.js";
import { openEntry } from "./entry.js";
import { indexOf, placeText, signed } from "./scene.js";

const KINDS = ["plain", "padding", "unused", "inserted"];
const LATER = "\u00b7";
let emptyCell;

/** Draws one grid; `events` hears of the cells pointed at, chosen and edited. */
export class GridView {
  constructor(g, grid, events) {
    Object.assign(this, { g, grid, events, frames: [] });
    this.body = make("div", {
      class: "cv-cells", role: "grid", "aria-label": `${grid.name}, ${grid.note}`,
      "aria-rowcount": grid.shape[0], "aria-colcount": grid.shape[1],
    });
    this.cells = [];
    for (let r = 0; r < grid.shape[0]; r++) this.body.append(this.row(r));
    this.cells[0].tabIndex = 0;
    const label = make("div", { class: "cv-label" }, make("b", {}, grid.name), " ", make("span", {}, grid.note));
    this.node = make("div", { class: `cv-grid cv-role-${grid.role} cv-of-${grid.display}` }, label, this.ruler(), this.body);
    this.body.addEventListener("pointerover", (e) => this.heard(e, "over"));
    this.body.addEventListener("pointerleave", () => events.leave());
    this.body.addEventListener("click", (e) => this.heard(e, "choose"));
    this.body.addEventListener("dblclick", (e) => this.heard(e, "edit"));
    this.body.addEventListener("focusin", (e) => { this.rove(e.target.closest(".cv-cell")); this.heard(e, "over"); });
    this.body.addEventListener("focusout", () => events.leave());
    this.body.addEventListener("keydown", (e) => this.key(e));
  }

  /** The column numbers; a single cell needs none. */
  ruler() {
    const [rows, columns] = this.grid.shape;
    if (rows * columns === 1) return null;
    const numbers = Array.from({ length: columns }, (_, c) => make("span", {}, signed(indexOf(this.grid, c)[1])));
    return make("div", { class: "cv-ruler", "aria-hidden": "true" }, ...numbers);
  }

  row(r) {
    const row = make("div", { class: "cv-row", role: "row" });
    const first = r * this.grid.shape[1];
    if (this.grid.shape[0] > 1) row.dataset.index = signed(indexOf(this.grid, first)[0]);
    for (let c = 0; c < this.grid.shape[1]; c++) row.append(this.cell(r * this.grid.shape[1] + c));
    return row;
  }

  cell(i) {
    const { grid } = this;
    const kind = KINDS[grid.kinds ? grid.kinds[i] : 0];
    // A copy is made in a third of the time: a slider may ask for a thousand cells a frame.
    emptyCell ??= control("div", { role: "gridcell", tabindex: -1 }, make("span", { class: "cv-number" }));
    const cell = emptyCell.cloneNode(true);
    cell.className = `cv-cell cv-${kind}`;
    Object.assign(cell, { place: i, kind, number: cell.firstChild });
    this.cells.push(cell);
    this.write(cell, grid.texts[i]);
    return cell;
  }

  /** Shows a text in a cell: null where it is still to come. */
  write(cell, text, level = this.grid.shades?.[cell.place]) {
    if (cell.shown === text && cell.level === level) return;
    Object.assign(cell, { shown: text, level });
    const later = text === null;
    const blank = this.grid.display === "blank";
    cell.number.textContent = later && !blank ? LATER : text ?? "";
    cell.number.dataset.length = Math.min(cell.number.textContent.length, 8);
    cell.classList.toggle("cv-later", later);
    cell.classList.toggle("cv-done", !later && this.grid.hidden);
    this.shade(cell, later ? undefined : level);
    const what = cell.kind === "plain" ? "" : `, ${cell.kind}`;
    cell.setAttribute("aria-label", `${placeText(this.grid, cell.place)}${what}: ${later ? "to come" : text || "empty"}`);
  }

  shade(cell, level) {
    const { grid } = this;
    if (grid.shade === "none") return;
    const on = level !== undefined;
    if (grid.shade === "gray") {
      cell.classList.toggle("cv-gray", on);
      cell.classList.toggle("cv-bright", on && level > 45);
    } else {
      cell.classList.toggle("cv-positive", on && level > 0);
      cell.classList.toggle("cv-negative", on && level < 0);
    }
    cell.style.setProperty("--cv-level", Math.abs(level ?? 0));
  }

  /** Lights cells: `lit` maps a place to its class and small print. */
  light(lit, windows) {
    for (const cell of this.cells) {
      const { style = "", badge = "" } = lit.get(cell.place) ?? {};
      if (cell.lit !== style) {
        if (cell.lit) cell.classList.remove(...cell.lit.split(" "));
        if (style) cell.classList.add(...style.split(" "));
        cell.lit = style;
      }
      if ((cell.badge?.textContent ?? "") !== badge) this.badge(cell, badge);
    }
    while (this.frames.length < windows.length) {
      this.frames.push(make("div", { class: "cv-frame" }));
      this.body.append(this.frames.at(-1));
    }
    this.frames.forEach((frame, n) => {
      frame.hidden = n >= windows.length;
      if (frame.hidden) return;
      const [top, left, bottom, right] = windows[n];
      const edges = { top, left, high: bottom - top + 1, wide: right - left + 1 };
      for (const [name, value] of Object.entries(edges)) frame.style.setProperty(`--cv-${name}`, value);
    });
  }

  badge(cell, text) {
    cell.badge ??= cell.appendChild(make("span", { class: "cv-badge", "aria-hidden": "true" }));
    cell.badge.textContent = text;
    cell.classList.toggle("cv-badged", text !== "");
  }

  heard(event, what) {
    const cell = event.target.closest(".cv-cell");
    if (!cell) return;
    if (what === "edit") this.edit(cell);
    else this.events[what]([this.g, cell.place]);
  }

  key(event) {
    const cell = event.target.closest(".cv-cell");
    if (!cell || event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey || event.altKey) return;
    const columns = this.grid.shape[1], i = cell.place;
    const moves = {
      ArrowLeft: i % columns ? i - 1 : i, ArrowRight: (i + 1) % columns ? i + 1 : i,
      ArrowUp: i - columns, ArrowDown: i + columns,
      Home: i - (i % columns), End: i - (i % columns) + columns - 1,
    };
    if (event.key in moves) this.focus(moves[event.key]);
    else if (event.key === "Enter" && !this.canEdit(cell)) this.events.choose([this.g, i]);
    else if (event.key === "Enter") this.edit(cell);
    else if (/^[-\u2212\d.,]$/.test(event.key) && this.canEdit(cell)) this.edit(cell, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  focus(i) {
    this.cells[i]?.focus();
  }

  /** Makes a cell the one that the Tab key comes back to. */
  rove(next) {
    for (const cell of this.cells) cell.tabIndex = cell === next ? 0 : -1;
  }

  canEdit(cell) {
    return this.grid.editable && (cell.kind === "plain" || cell.kind === "unused");
  }

  /** Lets the reader type a new number; `key` is the first letter of it, where that was typed already. */
  edit(cell, key) {
    if (!this.canEdit(cell) || cell.querySelector("input")) return;
    const label = `new number for ${placeText(this.grid, cell.place)}`;
    const done = (number) => this.events.edit(this.g, cell.place, number);
    openEntry(cell, { label, key, done, refuse: this.events.refuse });
  }
}
