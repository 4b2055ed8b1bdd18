// A scene as it comes from Python, with look-ups. No arithmetic: only which cell goes with which.

const MINUS = "\u2212";
const MOST_USES = 12;
export const PADDING = 1;
const NO_NUMBER = { "-32768": "NaN", 32767: "\u221e", "-32767": "\u2212\u221e" };

/** Packed scenes, gzipped or not, to their edition and [key, scene] pairs. */
export async function inflate(data) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const zipped = () => new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const text = bytes[0] === 0x1f ? await new Response(zipped()).text() : new TextDecoder().decode(bytes);
  const { edition, pixels, scenes } = JSON.parse(text);
  const shown = Object.values(scenes).flatMap((scene) => [scene, scene.asked ?? []].flat());
  for (const grid of shown.flatMap((scene) => scene.grids ?? [])) {
    if (grid.pixels !== undefined) grid.pixels = undiffer(pixels[grid.pixels], grid.shape[1]);
  }
  return { edition, scenes: Object.entries(scenes) };
}

/** Pixels from the differences between neighbours in which they travel. */
export function undiffer(differences, columns) {
  let value = 0;
  return Int16Array.from(differences, (step, i) => (value = i % columns ? value + step : step));
}

/** Names the fields of the steps and indexes which step reads or writes which cell. */
export function prepare(scene) {
  if (scene.uses || scene.error) return scene;
  const named = ([sentence, formula, result, writes, windows, groups, links = [], badges = []]) => {
    const marks = groups.flatMap(([g, kind, ...places]) => places.map((i) => [g, i, kind]));
    return { sentence, formula, result, writes, windows, marks, links, badges };
  };
  scene.steps = scene.steps.map(named);
  scene.written = new Set(scene.steps.flatMap(writtenCells));
  scene.uses = new Map();
  scene.results = new Map();
  scene.steps.forEach((step, k) => {
    if (step.result) scene.results.set(step.result.join(), k);
    for (const cell of new Set([...litCells(step), ...writtenCells(step)])) {
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

/** The cells a step writes, as "grid,place" strings. */
export const writtenCells = (step) => step.writes.map(([g, i]) => `${g},${i}`);

/** Every cell a step lights except its result, as "grid,place" strings without repeats. */
export function litCells(step) {
  const result = step.result ? step.result.join() : "";
  const cells = step.formula.flatMap(cellsOf).map((cell) => cell.join());
  for (const [grid, place] of step.marks) cells.push(`${grid},${place}`);
  return [...new Set(cells)].filter((cell) => cell !== result);
}

/** The step of another scene that computes the cell step `k` does, or the first cell of its grid. */
export function samePlace(last, k, scene) {
  const [g, i] = last.steps[k].result ?? [];
  if (g === undefined || last.grids[g].name !== scene.grids[g]?.name) return k;
  const where = indexOf(last.grids[g], i).join();
  const inGrid = [...scene.results.keys()].map((name) => name.split(",").map(Number))
    .filter((cell) => cell[0] === g);
  const found = inGrid.find((cell) => indexOf(scene.grids[g], cell[1]).join() === where) ?? inGrid[0];
  return scene.results.get(found?.join()) ?? k;
}

/** The number in a cell, as text: the one a step writes there, or that stands there by now. */
export function textOf(scene, [g, i], step) {
  const { pixels, digits, texts, coloured } = scene.grids[g];
  const own = step?.writes.find((cell) => cell[0] === g && cell[1] === i);
  if (own) return own[2];
  if (!pixels) return scene.running?.get(`${g},${i}`)?.[0] ?? texts[i];
  if (coloured) {
    const planes = [0, 1, 2].map((k) => plane(scene.grids[g], k));
    return `(${planes.map((grid) => textOf({ grids: [grid] }, [0, i])).join(", ")})`;
  }
  const value = digits ? Number((pixels[i] / 10 ** digits).toPrecision(3)) : pixels[i];
  return NO_NUMBER[pixels[i]] ?? signed(value);
}

/** The k-th of red, green and blue of a picture as a picture of its own. */
function plane(grid, k) {
  const size = grid.shape[0] * grid.shape[1];
  return { ...grid, coloured: false, pixels: grid.pixels.subarray(k * size, (k + 1) * size) };
}

/** A grid as a NumPy literal, without its padding: one row as a line of numbers, one cell as a number. */
export function literal(grid) {
  const [rows, columns] = grid.shape;
  if (grid.coloured) {
    const planes = [0, 1, 2].map((k) => literal(plane(grid, k)).match(/\[.*\]/)[0]);
    return `${grid.name} = np.array([${planes.join(", ")}], float)`;
  }
  const plain = { NaN: "np.nan", "\u221e": "np.inf", "-\u221e": "-np.inf" };
  const shown = (i) => String(grid.values?.[i] ?? textOf({ grids: [grid] }, [0, i])).replace(MINUS, "-");
  const row = (r) => Array.from({ length: columns }, (_, c) => r * columns + c)
    .filter((i) => grid.kinds?.[i] !== PADDING).map((i) => plain[shown(i)] ?? shown(i));
  const lines = Array.from({ length: rows }, (_, r) => row(r))
    .filter((line) => line.length).map((line) => `[${line.join(", ")}]`);
  const name = grid.name.replace(/\W+/g, "_");
  if (rows * columns === 1) return `${name} = ${lines[0].slice(1, -1)}`;
  return `${name} = np.array(${lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`}, float)`;
}

/** Row and column of a cell, counted as the reader counts (padding is negative). */
export function indexOf(grid, i) {
  const [, columns] = grid.shape;
  return [Math.floor(i / columns) + grid.origin[0], (i % columns) + grid.origin[1]];
}

/** A number with the real minus sign. */
export const signed = (n) => String(n).replace("-", MINUS);

/** Where a cell is, in words. */
export function placeText(grid, i) {
  const [row, column] = indexOf(grid, i).map(signed);
  if (grid.shape[0] === 1 && grid.shape[1] === 1) return grid.name;
  return grid.shape[0] === 1 ? `${grid.name} ${column}` : `${grid.name} row ${row}, column ${column}`;
}

function shortPlace(grid, i) {
  const [row, column] = indexOf(grid, i).map(signed);
  return grid.shape[0] === 1 ? column : `(${row}, ${column})`;
}

/** A step that only says something, with what is lit by it. */
export const tell = (sentence, lit = {}) =>
  ({ sentence, formula: [], result: null, writes: [], windows: [], marks: [], ...lit });

/** The step a stencil would make for one cell of its result. */
export function stencilStep(scene, place) {
  const { source, weights, result, bias, rows, columns } = scene.stencil;
  const [from, to] = [scene.grids[source], scene.grids[result]];
  const row = Math.floor(place / to.shape[1]), column = place % to.shape[1];
  const down = rows[row], across = columns[column];
  const terms = down.flatMap((i, a) => across.map((j, b) => [i, j, weights, a * across.length + b]))
    .filter(([i, j]) => i >= 0 && j >= 0).map(([i, j, ...weight]) => [source, i * from.shape[1] + j, ...weight]);
  const frames = [[result, row, column, row, column]];
  let covers = "no input reaches it.";
  if (terms.length) {
    const [top, bottom, left, right] = [...ends(down), ...ends(across)];
    frames.unshift([source, top, left, bottom, right]);
    const repeats = [down, across].some((places) => places.some((n, k) => n >= 0 && places.indexOf(n) < k));
    const tail = repeats ? "; beyond the edge its pixels are repeated." : ".";
    const span = (places, axis) =>
      [...new Set(places)].map((place) => signed(place + from.origin[axis])).join("\u2013");
    const lines = from.shape[0] > 1 ? `rows ${span([top, bottom], 0)}, columns ` : `${from.name} `;
    covers = `the kernel covers ${lines}${span([left, right], 1)}${tail}`;
  }
  if (bias !== null) terms.push([bias, 0]);
  const sum = terms.flatMap((term, n) => (n ? [" + ", term] : [term]));
  const [r, c] = indexOf(to, place).map(signed);
  const where = to.shape[0] > 1 ? `Pixel row ${r}, column ${c}` : capital(placeText(to, place));
  const formula = [...(sum.length ? sum : ["0"]), " \u2248 ", [result, place]];
  return tell(`${where}: ${covers}`, { formula, result: [result, place], windows: frames });
}

/** The first and the last of the places that are there. */
function ends(places) {
  const there = places.filter((place) => place >= 0);
  return [Math.min(...there), Math.max(...there)];
}

/**
 * What the scene has to tell of one cell: the step that computes it, or the steps that read it.
 * Returns a step to paint in place of the current one, with `fed` cells besides.
 */
export function story(scene, [g, i]) {
  const name = `${g},${i}`;
  const grid = scene.grids[g];
  const where = placeText(grid, i);
  const value = textOf(scene, [g, i]);
  const head = capital(value === "" ? where : `${where} = ${value}`);
  const { stencil } = scene, pixels = grid.display === "image";
  // A picture of the result's size is read through the window that makes the same pixel of it.
  if (stencil && pixels && grid.shape.join() === scene.grids[stencil.result].shape.join()) return stencilStep(scene, i);
  const once = `${head} is used once for every pixel of the result.`;
  if (stencil && [stencil.weights, stencil.bias].includes(g)) return tell(once, { marks: [[g, i, "tap"]] });
  if (scene.results.has(name)) return scene.steps[scene.results.get(name)];
  const users = scene.uses.get(name) ?? [];
  // Of pictures the steps tell single pixels.
  const unused = scene.steps.length && !pixels ? `${head} is used in no step.` : `${head}.`;
  if (!users.length || pixels) return tell(unused, { result: [g, i] });
  const formula = users.slice(0, MOST_USES).flatMap((k, n) => useParts(scene, scene.steps[k], name, n));
  if (users.length > MOST_USES) formula.push(` \u2026 ${users.length - MOST_USES} more`);
  const fed = users.map((k) => scene.steps[k].result).filter(Boolean);
  const partners = users.flatMap((k) => termsWith(scene.steps[k], name)).flatMap(cellsOf);
  const marks = [[g, i], ...partners].map((cell) => [...cell, "tap"]);
  return tell(`${head} is used in ${users.length} of ${scene.steps.length} steps.`, { formula, marks, fed });
}

/** The terms of a step's formula in which a cell stands. */
const termsWith = (step, name) =>
  step.formula.filter((part) => cellsOf(part).some((cell) => cell.join() === name));

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** One use of a cell: the term it stands in and the result that term goes to. */
function useParts(scene, step, name, n) {
  const [term] = termsWith(step, name);
  const parts = n ? [",   "] : [];
  if (term) parts.push(term);
  if (!step.result) return parts;
  const [g, i] = step.result;
  return [...parts, `${term ? " " : ""}\u2192 ${shortPlace(scene.grids[g], i)}`];
}
