// A scene as it comes from Python, with look-ups. No arithmetic: only which cell goes with which.

const MINUS = "\u2212";
const MOST_USES = 12;

/** Packed scenes, gzipped or not, to their edition and [key, scene] pairs. */
export async function inflate(data) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const zipped = bytes[0] === 0x1f;
  const text = zipped ? new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text() : new TextDecoder().decode(bytes);
  const { edition, pixels, scenes } = JSON.parse(await text);
  for (const scene of Object.values(scenes)) {
    for (const grid of scene.grids ?? []) {
      if (grid.pixels !== undefined) grid.pixels = undiffer(pixels[grid.pixels], grid.shape[1]);
    }
  }
  return { edition, scenes: Object.entries(scenes) };
}

/** Pixels from the differences between neighbours in which they travel. */
export function undiffer(differences, columns) {
  let value = 0;
  return Int16Array.from(differences, (step, i) => (value = i % columns ? value + step : step));
}

/** Names the fields of the steps and indexes which step reads which cell. */
export function prepare(scene) {
  if (scene.uses || scene.error) return scene;
  scene.steps = scene.steps.map(([sentence, formula, result, writes, windows, marks, links = [], badges = []]) => ({
    sentence, formula, result, writes, windows, marks, links, badges,
  }));
  scene.written = new Set(scene.steps.flatMap((step) => step.writes.map(([g, i]) => `${g},${i}`)));
  scene.uses = new Map();
  scene.results = new Map();
  scene.steps.forEach((step, k) => {
    if (step.result) scene.results.set(step.result.join(), k);
    for (const cell of new Set([...litCells(step), ...step.writes.map(([g, i]) => `${g},${i}`)])) {
      if (!scene.uses.has(cell)) scene.uses.set(cell, []);
      scene.uses.get(cell).push(k);
    }
  });
  return scene;
}

/** The cells of a formula part, as [grid, place] pairs; none for text. */
export function cellsOf(part) {
  if (typeof part === "string") return [];
  const cells = [];
  for (let n = 0; n < part.length; n += 2) cells.push([part[n], part[n + 1]]);
  return cells;
}

/** Every cell a step lights except its result, as "grid,place" strings without repeats. */
export function litCells(step) {
  const result = step.result ? step.result.join() : "";
  const cells = step.formula.flatMap(cellsOf).map((cell) => cell.join());
  for (const [grid, place] of step.marks) cells.push(`${grid},${place}`);
  return [...new Set(cells)].filter((cell) => cell !== result);
}

/** The number in a cell, as text. */
export function textOf(scene, [g, i]) {
  const grid = scene.grids[g];
  if (grid.pixels) return String(grid.pixels[i]).replace("-", MINUS);
  return grid.texts[i];
}

/** Row and column of a cell, counted as the reader counts (padding is negative). */
export function indexOf(grid, i) {
  const [rows, columns] = grid.shape;
  return [Math.floor(i / columns) + grid.origin[0], (i % columns) + grid.origin[1]];
}

/** A number with the real minus sign. */
export function signed(n) {
  return String(n).replace("-", MINUS);
}

/** Where a cell is, in words. */
export function placeText(grid, i) {
  const [row, column] = indexOf(grid, i);
  if (grid.shape[0] === 1 && grid.shape[1] === 1) return grid.name;
  if (grid.shape[0] === 1) return `${grid.name} ${signed(column)}`;
  return `${grid.name} row ${signed(row)}, column ${signed(column)}`;
}

function shortPlace(grid, i) {
  const [row, column] = indexOf(grid, i);
  return grid.shape[0] === 1 ? signed(column) : `(${signed(row)}, ${signed(column)})`;
}

/** The step a stencil would make for one cell of its result. */
export function stencilStep(scene, place) {
  const { source, weights, result, rows, columns } = scene.stencil;
  const width = scene.grids[source].shape[1];
  const row = Math.floor(place / scene.grids[result].shape[1]);
  const column = place % scene.grids[result].shape[1];
  const down = rows[row], across = columns[column];
  const formula = [];
  down.forEach((i, a) => across.forEach((j, b) => {
    if (i < 0 || j < 0) return;
    formula.push(formula.length ? " + " : "", [source, i * width + j, weights, a * across.length + b]);
  }));
  formula.push(" \u2248 ", [result, place]);
  const sentence = `Pixel row ${row}, column ${column}: the kernel covers rows ${down[0]}\u2013${down.at(-1)}, ` +
    `columns ${across[0]}\u2013${across.at(-1)}${repeats(down) || repeats(across) ? "; beyond the edge its pixels are repeated." : "."}`;
  const windows = [[source, down[0], across[0], down.at(-1), across.at(-1)], [result, row, column, row, column]];
  return { sentence, formula, result: [result, place], writes: [], windows, marks: [] };
}

/**
 * What the scene has to tell of one cell: the step that computes it, or the steps that read it.
 * Returns a step to paint in place of the current one, with `fed` cells besides.
 */
export function story(scene, [g, i]) {
  const name = `${g},${i}`;
  const grid = scene.grids[g];
  if (scene.stencil) return g === scene.stencil.weights ? weightStory(scene, g, i) : stencilStep(scene, i);
  if (scene.results.has(name)) return scene.steps[scene.results.get(name)];
  const users = scene.uses.get(name) ?? [];
  const where = placeText(grid, i);
  const value = textOf(scene, [g, i]);
  const head = value === "" ? where : `${where} = ${value}`;
  if (!users.length) {
    return { sentence: capital(`${head} is used in no step.`), formula: [], result: [g, i], writes: [], windows: [], marks: [] };
  }
  const formula = users.slice(0, MOST_USES).flatMap((k, n) => useParts(scene, scene.steps[k], name, n));
  if (users.length > MOST_USES) formula.push(` \u2026 ${users.length - MOST_USES} more`);
  const fed = users.map((k) => scene.steps[k].result).filter(Boolean);
  const partners = users.flatMap((k) => termsWith(scene.steps[k], name)).flatMap(cellsOf);
  const marks = [[g, i], ...partners].map((cell) => [...cell, "tap"]);
  const sentence = capital(`${head} is used in ${users.length} of ${scene.steps.length} steps.`);
  return { sentence, formula, result: null, writes: [], windows: [], marks, fed };
}

function repeats(places) {
  return new Set(places).size < places.length;
}

function weightStory(scene, g, i) {
  const where = capital(placeText(scene.grids[g], i));
  const sentence = `${where} = ${textOf(scene, [g, i])} is used once for every pixel of the result.`;
  return { sentence, formula: [], result: null, writes: [], windows: [], marks: [[g, i, "tap"]] };
}

/** The terms of a step's formula in which a cell stands. */
function termsWith(step, name) {
  return step.formula.filter((part) => cellsOf(part).some((cell) => cell.join() === name));
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/** One use of a cell: the term it stands in and the result that term goes to. */
function useParts(scene, step, name, n) {
  const [term] = termsWith(step, name);
  const parts = n ? [",   "] : [];
  if (term) parts.push(term);
  if (step.result) parts.push(`${term ? " " : ""}\u2192 ${shortPlace(scene.grids[step.result[0]], step.result[1])}`);
  return parts;
}
