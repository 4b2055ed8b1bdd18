// Writes a formula, each number in the colour of the grid it comes from.
import { make } from "./dom.js";
import { cellsOf, textOf } from "./scene.js";

/** Fills `node` with a step's formula. */
export function writeFormula(node, scene, step) {
  const parts = step.formula.map((part) => (typeof part === "string" ? part : product(scene, step, part)));
  node.replaceChildren(...parts);
  node.classList.toggle("cv-long", step.formula.length > 40);
}

function product(scene, step, part) {
  const cells = cellsOf(part);
  const term = make("span", { class: "cv-term" });
  cells.forEach(([g, i], n) => {
    const text = textOf(scene, [g, i]);
    if (n) term.append("\u00b7");
    const shown = n && text.startsWith("\u2212") ? `(${text})` : text;
    const isResult = step.result && step.result[0] === g && step.result[1] === i;
    term.append(make("span", { class: `cv-is-${scene.grids[g].role}${isResult ? " cv-total" : ""}` }, shown));
  });
  return term;
}

/** Fills `node` with the formula of the sizes. */
export function writeCaption(node, caption) {
  node.replaceChildren(...caption.map(([text, role]) => (role ? make("b", { class: `cv-is-${role}` }, text) : text)));
}
