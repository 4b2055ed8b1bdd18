// The player's own look-ups, without a browser. Run by tests/widgets/test_player_js.py.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { readNumber } from "../../convviz/widgets/player/entry.js";
import { readShape } from "../../convviz/widgets/player/quiz.js";
import { Transport } from "../../convviz/widgets/player/transport.js";
import { cellsOf, inflate, litCells, literal, placeText, prepare, stencilStep, story, textOf, undiffer } from "../../convviz/widgets/player/scene.js";

const bundle = await readFile(process.env.CONVVIZ_BUNDLE);
const image = await readFile(process.env.CONVVIZ_IMAGE_BUNDLE);
const only = async (bytes) => prepare(structuredClone((await inflate(bytes)).scenes[0][1]));

test("a bundle unpacks to scenes by their keys", async () => {
  const { edition, scenes } = await inflate(bundle);
  assert.equal(edition, 0);
  const keys = scenes.map(([key]) => key);
  assert.deepEqual(keys, [...new Set(keys)]);
  assert.ok(keys.includes("5,3,0,1,1,0"));
});

test("a formula part names its cells", () => {
  assert.deepEqual(cellsOf([0, 7, 1, 2]), [[0, 7], [1, 2]]);
  assert.deepEqual(cellsOf(" + "), []);
});

test("a step lights its taps and weights but not its result", async () => {
  const scene = await only(bundle);
  const lit = litCells(scene.steps[0]);
  assert.equal(lit.length, 18);
  assert.ok(!lit.includes(scene.steps[0].result.join()));
});

test("the story of an output cell is the step that computes it", async () => {
  const scene = await only(bundle);
  scene.steps.forEach((step, k) => assert.equal(story(scene, step.result), scene.steps[k]));
});

test("the story of an input cell lists every product it goes into", async () => {
  const scene = await only(bundle);
  const middle = 12;
  const told = story(scene, [0, middle]);
  assert.equal(told.sentence, "Input row 2, column 2 = 1 is used in 9 of 9 steps.");
  assert.equal(told.formula.filter((part) => typeof part !== "string").length, 9);
  assert.equal(told.fed.length, 9);
});

test("the story of a weight lights every pixel it meets, however many", async () => {
  const scene = await only(bundle);
  const told = story(scene, [1, 0]);
  const inputs = new Set(told.marks.filter(([g]) => g === 0).map(([, i]) => i));
  assert.equal(inputs.size, 9);
});

test("a cell that nothing reads says so", async () => {
  const scene = await only(bundle);
  scene.uses.delete("0,0");
  assert.equal(story(scene, [0, 0]).sentence, "Input row 0, column 0 = 1 is used in no step.");
});

test("places are named as the reader counts, padding with a minus sign", () => {
  const grid = { name: "input", shape: [3, 3], origin: [-1, -1] };
  assert.equal(placeText(grid, 0), "input row \u22121, column \u22121");
  assert.equal(placeText({ name: "input", shape: [1, 9], origin: [0, 0] }, 4), "input 4");
});

test("pixels come back from their differences, each row from its own start", () => {
  assert.deepEqual([...undiffer([5, 1, -2, 7, 0, 3], 3)], [5, 6, 4, 7, 7, 10]);
});

test("under the pointer an image shows the products of its stencil", async () => {
  const scene = await only(image);
  const columns = scene.grids[0].shape[1];
  const step = stencilStep(scene, 3 * columns + 4);
  const terms = step.formula.filter((part) => typeof part !== "string");
  assert.equal(terms.length, 10);
  assert.deepEqual(step.windows[0], [0, 2, 3, 4, 5]);
  let sum = 0;
  for (const [g, i, w, j] of terms.slice(0, 9)) sum += scene.grids[g].pixels[i] * Number(scene.grids[w].texts[j].replace("\u2212", "-"));
  assert.equal(textOf(scene, terms[9]), String(Math.round(sum)).replace("-", "\u2212"));
});

const picture = (name, shape, pixels, origin = [0, 0]) =>
  ({ name, shape, pixels: Int16Array.from(pixels), digits: 0, display: "image", origin });
const pulled = { // a line of two numbers, pushed two apart through a filter of one
  grids: [picture("input", [1, 2], [3, 5]), { name: "filter", shape: [1, 1], texts: ["7"], origin: [0, 0] },
    picture("output", [1, 3], [21, 0, 35], [0, -1])],
  stencil: { source: 0, weights: 1, result: 2, bias: null, rows: [[0]], columns: [[0], [-1], [1]] },
  steps: [], uses: new Map(), results: new Map(),
};

test("a single row is told without its row, and counted from its origin", () => {
  const { sentence, formula, windows } = story(pulled, [2, 2]);
  assert.equal(sentence, "Output 1: the kernel covers input 1.");
  assert.deepEqual(formula, [[0, 1, 1, 0], " \u2248 ", [2, 2]]);
  assert.deepEqual(windows, [[0, 0, 1, 0, 1], [2, 0, 2, 0, 2]]);
});

test("what no input reaches says so", () => {
  const { sentence, formula, windows } = story(pulled, [2, 1]);
  assert.equal(sentence, "Output 0: no input reaches it.");
  assert.deepEqual([formula[0], windows.length], ["0", 1]);
});

test("a picture of another size than the result tells its own numbers", () => {
  assert.equal(story(pulled, [0, 1]).sentence, "Input 1 = 5.");
  assert.equal(story(pulled, [1, 0]).sentence, "Filter = 7 is used once for every pixel of the result.");
});

test("a typed number is read whole, whichever minus sign, comma or fraction", () => {
  const typed = { "-5": -5, "\u22125": -5, ".5": 0.5, "-.5": -0.5, "0,5": 0.5, " 7 ": 7, "1/4": 0.25, "1e\u22123": 0.001 };
  for (const [text, number] of Object.entries(typed)) assert.equal(readNumber(text), number, text);
});

test("what is no finite number is read as nothing", () => {
  for (const text of ["", " ", "-", "abc", "1/0", "1/2/3", "1/", "1e999", "NaN", "\u221e", "1 2"]) assert.equal(readNumber(text), null, text);
});

test("a shape is read as people type it", () => {
  const typed = { "4x4": [4, 4], "(4, 4)": [4, 4], " 28 \u00d7 28 \u00d7 6": [28, 28, 6], "5": [5], "none": [] };
  for (const [text, shape] of Object.entries(typed)) assert.deepEqual(readShape(text), shape, text);
});

test("a grid is copied as a NumPy literal without its padding", () => {
  const grid = { name: "after ReLU", shape: [3, 3], kinds: [1, 1, 1, 1, 0, 0, 1, 0, 2], texts: ["0", "0", "0", "0", "\u22121", "NaN", "0", "\u2212\u221e", "0.33"] };
  assert.equal(literal(grid), "after_ReLU = np.array([[-1, np.nan], [-np.inf, 0.33]], float)");
  assert.equal(literal({ ...grid, values: [0, 0, 0, 0, -1, null, 0, null, 1 / 3] }), "after_ReLU = np.array([[-1, np.nan], [-np.inf, 0.3333333333333333]], float)");
  assert.equal(literal({ name: "x", shape: [1, 2], texts: ["1", "2"] }), "x = np.array([1, 2], float)");
  assert.equal(literal({ name: "bias", shape: [1, 1], texts: ["\u22123"] }), "bias = -3");
});

test("pixels are read in their own unit, and what is no number is named", () => {
  const texts = (pixels, digits) => pixels.map((_, i) => textOf({ grids: [{ pixels, digits }] }, [0, i]));
  assert.deepEqual(texts([-32768, 32767, -32767, -5], 0), ["NaN", "\u221e", "\u2212\u221e", "\u22125"]);
  assert.deepEqual(texts([-12345, 500], 4), ["\u22121.23", "0.05"]);
});

test("digits, arrows, Home and End move the steps, and no other key does", () => {
  const jumps = [];
  const bar = Object.assign(Object.create(Transport.prototype), { k: 4, count: 19, jump: (k) => jumps.push(k) });
  const moved = ["0", "5", "9", "ArrowLeft", "ArrowRight", "Home", "End", "a", "10", "Enter"].map((key) => bar.key(key));
  assert.deepEqual(jumps, [0, 10, 18, 3, 5, 0, 18]);
  assert.deepEqual(moved.lastIndexOf(true), 6);
});

test("marks that travel together come apart, and written cells are found", () => {
  const scene = prepare({ grids: [], steps: [["s", [], null, [[1, 0, "7"]], [], [[0, "tap", 3, 4], [2, "ring", 0]]]] });
  assert.deepEqual(scene.steps[0].marks, [[0, 3, "tap"], [0, 4, "tap"], [2, 0, "ring"]]);
  assert.deepEqual([...scene.uses.keys()], ["0,3", "0,4", "2,0", "1,0"]);
  assert.deepEqual(scene.steps[0].links, []);
});

test("a pixel in colour is told and copied as red, green and blue", () => {
  const pixels = Int16Array.from([1, 2, 3, 4, -5, 6]);
  const grid = { name: "image", shape: [2, 1], coloured: true, digits: 0, pixels };
  assert.equal(textOf({ grids: [grid] }, [0, 0]), "(1, 3, \u22125)");
  assert.equal(literal(grid), "image = np.array([[[1], [2]], [[3], [4]], [[-5], [6]]], float)");
});
