// All grids of a scene, and what is lit on them.
import { draw, hold, later, make } from "./dom.js";
import { GridView } from "./grid.js";
import { ImageView } from "./image.js";
import { cellsOf, textOf, writtenCells } from "./scene.js";

const LARGEST_CELL = 44, SMALLEST_CELL = 18, TALLEST = 560, RULER = 20, JOIN = 44, LABEL = 60;
const NARROW = 520, NARROW_CELL = 24, READABLE_CELL = 20, READABLE_IN_HALL = 30, WIDE = 760;
const BADGED_CELL = 26; // in a smaller cell the small factor would lie on the number

/** Shows one scene at a time. */
export class Stage {
  constructor(events) {
    Object.assign(this, { events, views: [], links: [] });
    this.fitSoon = later(() => this.refit());
    this.arrows = draw("path", {});
    this.shelves = make("div", { class: "cv-shelves" });
    this.wings = make("div", { class: "cv-wings" }, this.shelves);
    this.node = make("div", { class: "cv-stage" }, this.wings);
    this.watcher = new ResizeObserver(([entry]) => {
      hold(entry);
      const { width } = entry.contentRect;
      this.height = entry.borderBoxSize[0].blockSize;
      if (width === this.width && !this.node.closest(".cv-full")) return;
      this.width = width;
      this.node.classList.toggle("cv-narrow", width <= NARROW);
      this.refit();
    });
    this.watcher.observe(this.wings);
  }

  close() {
    this.watcher.disconnect();
    this.scene = null;
    this.views = this.links = [];
  }

  refit() {
    this.fit();
    this.link(this.links);
  }

  /** Puts the grids of a scene on the stage; the focus stays where it was. */
  set(scene) {
    this.scene = scene;
    this.views = scene.grids.map((grid, g) => {
      const View = grid.display === "image" ? ImageView : GridView;
      const view = this.views[g] instanceof View ? this.views[g] : new View(g, this.events);
      view.show(grid);
      return view;
    });
    const plan = JSON.stringify([scene.stage, scene.grids.map((grid) => grid.display === "image")]);
    const sizes = scene.grids.map((grid) => grid.shape).join(";");
    // Before the grids stand in the page: they need to be laid out only once.
    if (plan !== this.plan || sizes !== this.sizes) this.fit(plan !== this.plan);
    this.sizes = sizes;
    this.measured = false; // a longer label may have moved the grids under the arrows
    if (plan === this.plan) return;
    this.plan = plan;
    const arrows = draw("svg", { class: "cv-links", "aria-hidden": "true" }, this.arrows);
    this.shelves.replaceChildren(...scene.stage.map((row) => this.shelf(row)), arrows);
  }

  /** A row of the stage. A sign goes with the grid behind it, so that no line ends in one. */
  shelf(row) {
    return make("div", { class: "cv-shelf" }, ...row.map(([join, heading, places], n) => {
      const role = this.scene.grids[places[0]].role;
      return make("div", { class: "cv-group" },
        n || join ? make("div", { class: "cv-join", "aria-hidden": "true" }, join) : null,
        make("div", { class: "cv-column" },
          heading ? make("div", { class: `cv-heading cv-is-${role}` }, heading) : null,
          ...places.map((g) => this.views[g].node)));
    }));
  }

  /** Chooses the cell size so that each row stands in one line, or wraps where that is too narrow. */
  fit(grow = true) {
    if (!this.width || !this.scene) return;
    this.measured = false;
    const { scene, width, node, wings } = this;
    const full = node.closest(".cv-full");
    const shelves = scene.stage.map((row) => row.map(([, , places]) => places.map((g) => scene.grids[g])));
    const sizes = shelves.map((columns) => fitRow(columns, width));
    const most = (count) => shelves.map((columns) => Math.max(...columns.map(count))).reduce((a, b) => a + b);
    const labels = most((column) => column.length), rows = most(rowsOf);
    const tallest = full ? node.clientHeight - LABEL * (labels + 1) : TALLEST;
    const widest = Math.min(...sizes.map((size) => size.cell));
    const cell = Math.min(full ? 90 : LARGEST_CELL, tallest / Math.max(rows, 1), widest);
    // While sliders move, cells only shrink, and what is below stays where it is: to lay out every
    // cell anew, and the notebook around, takes longer than a frame.
    if (!grow) this.fitSoon();
    wings.style.minHeight = grow ? "" : `${this.height}px`;
    const least = full ? this.least : SMALLEST_CELL;
    const shown = Math.min(Math.floor(Math.max(least, cell)), grow ? Infinity : this.cell);
    // In full screen small numbers grow no smaller than on the page: rather it is scrolled.
    if (!full) this.least = Math.min(shown, READABLE_IN_HALL);
    if (shown !== this.cell) {
      this.cell = shown;
      node.style.setProperty("--cv-cell", `${shown}px`);
      node.classList.toggle("cv-tiny", shown < BADGED_CELL);
    }
    const image = Math.min(...sizes.map((size) => size.image));
    if (image < Infinity) node.style.setProperty("--cv-image", `${Math.floor(image)}px`);
  }

  /** Shows everything written up to step k in the grids that start empty. */
  reveal(k) {
    const shown = new Map();
    for (const step of this.scene.steps.slice(0, k + 1)) {
      for (const [g, i, ...written] of step.writes) shown.set(`${g},${i}`, written);
    }
    this.scene.running = shown;
    const { written } = this.scene;
    for (const view of this.views.filter(({ grid }) => grid.hidden)) {
      for (const cell of view.cells) {
        const name = `${view.g},${cell.place}`;
        const { texts, shades } = view.grid;
        const known = () => (written.has(name) ? [null] : [texts[cell.place], shades?.[cell.place]]);
        view.write(cell, ...(shown.get(name) ?? known()));
      }
    }
  }

  /** Lights what a step (or the story of a cell) speaks of. */
  light(step) {
    const lit = this.views.map(() => new Map());
    const add = ([g, i], style, badge) => {
      const old = lit[g].get(i);
      lit[g].set(i, { style: old ? `${old.style} ${style}` : style, badge: badge ?? old?.badge ?? "" });
    };
    for (const part of step.formula) {
      const cells = cellsOf(part);
      const partner = cells.length > 1 ? `\u00d7${textOf(this.scene, cells[1])}` : undefined;
      cells.forEach((cell, n) => add(cell, "cv-tap", n ? undefined : partner));
    }
    for (const [g, i, kind] of step.marks) add([g, i], `cv-${kind}`);
    for (const cell of step.fed ?? []) add(cell, "cv-fed");
    for (const [g, i, text] of step.badges ?? []) add([g, i], "", text);
    const written = new Set(writtenCells(step));
    const now = step.formula.flatMap(cellsOf).filter((cell) => written.has(cell.join()));
    for (const [g, i] of step.result ? [...now, step.result] : now) {
      lit[g].set(i, { style: "cv-now", badge: lit[g].get(i)?.badge ?? "" });
    }
    this.views.forEach((view, g) =>
      view.light(lit[g], step.windows.filter((frame) => frame[0] === g).map((frame) => frame.slice(1))));
    this.link(step.links ?? []);
  }

  /** Draws arrows from cell to cell over the grids. */
  link(links) {
    if (!links.length && !this.links.length) return;
    this.links = links;
    this.shelves.classList.toggle("cv-linked", links.length > 0);
    if (!this.measured) {
      const { left, top } = this.shelves.getBoundingClientRect();
      for (const view of this.views) {
        const box = view.body.getBoundingClientRect();
        view.box = [box.left - left, box.top - top, box.width / view.grid.shape[1]];
      }
      this.measured = true;
    }
    const middle = (g, i) => {
      const [left, top, unit] = this.views[g].box;
      const columns = this.views[g].grid.shape[1];
      return [left + ((i % columns) + 0.5) * unit, top + (Math.floor(i / columns) + 0.5) * unit, unit / 2];
    };
    this.arrows.setAttribute("d", links.map(([g, i, h, j]) => arrow(middle(g, i), middle(h, j))).join(""));
  }
}

/** The cell and the image size at which the columns of a row fill the width. */
function fitRow(columns, width) {
  const images = columns.filter(isImage).length;
  const widths = columns.filter((column) => !isImage(column))
    .map((column) => Math.max(...column.map((grid) => grid.shape[1])));
  const total = widths.reduce((a, b) => a + b, 0);
  const free = width - (columns.length - 1) * 62 - widths.length * RULER - 6;
  let image = images ? Math.min(300, (free - total * 40) / images) : Infinity;
  if (image < 200) image = Math.min(300, width - JOIN);
  let cell = (free - (images ? images * image : 0)) / Math.max(total, 1);
  // In a narrow window rows wrap: several small grids beside each other, a single one at ease.
  const ease = columns.some((column) => column.length > 1) ? NARROW_CELL : 36;
  // On a wide stage a row stands as long as its cells can be read.
  if (cell < (width > WIDE ? READABLE_CELL : 28)) cell = Math.min(ease, (width - JOIN - RULER) / Math.max(1, ...widths));
  return { cell, image };
}

const isImage = (column) => column[0].display === "image";
const rowsOf = (column) => (isImage(column) ? 0 : column.reduce((sum, grid) => sum + grid.shape[0], 0));

/** An arrow as path data, from the rim of one cell (its middle and half its side) to another's. */
function arrow([x, y, rim], [toX, toY, toRim]) {
  const far = Math.max(Math.abs(toX - x), Math.abs(toY - y), rim + toRim + 1);
  const [wide, high] = [(toX - x) / far, (toY - y) / far];
  const [endX, endY] = [toX - toRim * wide, toY - toRim * high];
  const length = Math.hypot(wide, high) || 1;
  const [a, b] = [(9 * wide) / length, (9 * high) / length];
  return `M${x + rim * wide} ${y + rim * high}L${endX} ${endY}` +
    `l${-a - 0.45 * b} ${-b + 0.45 * a}l${0.9 * b} ${-0.9 * a}L${endX} ${endY}`;
}
