// All grids of a scene side by side, and what is lit on them.
import { make } from "./dom.js";
import { GridView } from "./grid.js";
import { ImageView } from "./image.js";
import { cellsOf, textOf } from "./scene.js";

const LARGEST_CELL = 44, SMALLEST_CELL = 18, TALLEST = 560, RULER = 20, JOIN = 44;
const BADGED_CELL = 26; // in a smaller cell the small factor would lie on the number

/** Shows one scene at a time. */
export class Stage {
  constructor(events) {
    this.events = events;
    this.node = make("div", { class: "cv-stage" });
    this.watcher = new ResizeObserver(() => {
      this.width = this.node.clientWidth;
      this.fit();
    });
    this.watcher.observe(this.node);
  }

  close() {
    this.watcher.disconnect();
    this.scene = this.views = null;
  }

  /** Puts the grids of a scene on the stage; the focus stays where it was. */
  set(scene) {
    const held = this.views?.findIndex((view) => view.node.contains(view.node.getRootNode().activeElement)) ?? -1;
    const heldCell = held >= 0 ? this.views[held].cells.findIndex((cell) => cell.tabIndex === 0) : -1;
    this.scene = scene;
    this.views = scene.grids.map((grid, g) =>
      (grid.display === "image" ? new ImageView(g, grid, this.events) : new GridView(g, grid, this.events)));
    // Before the grids stand in the page: they need to be laid out only once.
    this.fit();
    // A sign goes with the grid behind it, so that no line ends in one.
    this.node.replaceChildren(...this.views.map((view, n) => make("div", { class: "cv-group" },
      n ? make("div", { class: "cv-join", "aria-hidden": "true" }, scene.joins[n - 1]) : null, view.node)));
    if (heldCell >= 0) this.views[held]?.cells[heldCell]?.focus({ preventScroll: true });
  }

  /** Chooses the cell size so that the grids stand in one line, or wrap where that is too narrow. */
  fit() {
    const { width } = this;
    if (!width || !this.scene) return;
    const { grids, joins } = this.scene;
    const numbers = grids.filter((grid) => grid.display !== "image");
    const images = grids.length - numbers.length;
    const columns = numbers.reduce((sum, grid) => sum + grid.shape[1], 0);
    const rows = Math.max(1, ...numbers.map((grid) => grid.shape[0]));
    const free = width - joins.length * 62 - numbers.length * RULER - 30;
    let image = images ? Math.min(300, (free - columns * 40) / images) : 0;
    if (images && image < 200) image = Math.min(300, width - JOIN - 24);
    let cell = (free - images * image) / Math.max(columns, 1);
    if (cell < 28) cell = Math.min(36, (width - 80 - RULER) / Math.max(1, ...numbers.map((grid) => grid.shape[1])));
    const tallest = this.node.closest(".cv-full") ? this.node.clientHeight - 60 : TALLEST;
    const largest = this.node.closest(".cv-full") ? 90 : LARGEST_CELL;
    cell = Math.floor(Math.min(largest, Math.max(SMALLEST_CELL, Math.min(cell, tallest / rows))));
    this.node.style.setProperty("--cv-cell", `${cell}px`);
    this.node.classList.toggle("cv-tiny", cell < BADGED_CELL);
    this.node.style.setProperty("--cv-image", `${Math.floor(image)}px`);
  }

  /** Shows everything written up to step k (null: everything, for scenes that write nothing yet). */
  reveal(k) {
    const shown = new Map();
    for (const step of this.scene.steps.slice(0, k + 1)) {
      for (const [g, i, ...written] of step.writes) shown.set(`${g},${i}`, written);
    }
    const written = this.written();
    for (const view of this.views) {
      if (!view.grid.hidden) continue;
      for (const cell of view.cells) {
        const name = `${view.g},${cell.place}`;
        if (written.has(name)) view.write(cell, ...(shown.get(name) ?? [null]));
      }
    }
  }

  /** The cells that some step writes. */
  written() {
    this.scene.written ??= new Set(this.scene.steps.flatMap((step) => step.writes.map(([g, i]) => `${g},${i}`)));
    return this.scene.written;
  }

  /** Lights what a step (or the story of a cell) speaks of. */
  light(step) {
    const lit = this.views.map(() => new Map());
    const add = ([g, i], style, badge) => {
      const old = lit[g].get(i);
      lit[g].set(i, { style: old ? `${old.style} ${style}` : style, badge: badge ?? old?.badge });
    };
    for (const part of step.formula) {
      const cells = cellsOf(part);
      const partner = cells.length > 1 ? `\u00d7${textOf(this.scene, cells[1])}` : undefined;
      cells.forEach((cell, n) => add(cell, "cv-tap", n ? undefined : partner));
    }
    for (const [g, i, kind] of step.marks) add([g, i], `cv-${kind}`);
    for (const cell of step.fed ?? []) add(cell, "cv-fed");
    const written = new Set(step.writes.map(([g, i]) => `${g},${i}`));
    for (const cell of step.formula.flatMap(cellsOf)) {
      if (written.has(cell.join())) lit[cell[0]].set(cell[1], { style: "cv-now" });
    }
    if (step.result) lit[step.result[0]].set(step.result[1], { style: "cv-now" });
    this.views.forEach((view, g) =>
      view.light(lit[g], step.windows.filter((frame) => frame[0] === g).map((frame) => frame.slice(1))));
  }
}
