// The player's own look-ups, without a browser. Run by tests/widgets/test_player_js.py.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { readNumber } from "../../convviz/widgets/player/entry.js";
import { cellsOf, inflate, litCells, placeText, prepare, stencilStep, story, textOf, undiffer } from "../../convviz/widgets/player/scene.js";

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

test("a typed number is read whole, whichever minus sign, comma or fraction", () => {
  const typed = { "-5": -5, "\u22125": -5, ".5": 0.5, "-.5": -0.5, "0,5": 0.5, " 7 ": 7, "1/4": 0.25, "1e\u22123": 0.001 };
  for (const [text, number] of Object.entries(typed)) assert.equal(readNumber(text), number, text);
});

test("what is no finite number is read as nothing", () => {
  for (const text of ["", " ", "-", "abc", "1/0", "1/2/3", "1/", "1e999", "NaN", "\u221e", "1 2"]) assert.equal(readNumber(text), null, text);
});
