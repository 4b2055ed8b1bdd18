// Writes a formula, each number in the colour of the grid it comes from.
import { writeWords } from "./dom.js";
import { cellsOf, textOf } from "./scene.js";

/** Fills `node` with a step's formula. */
export function writeFormula(node, scene, step) {
  writeWords(node, step.formula.flatMap((part, n, all) =>
    (typeof part === "string" ? [[part]] : product(scene, step, part, all[n - 1]))));
  node.classList.toggle("cv-long", step.formula.length > 40);
}

/** The factors of a product; what is negative behind a dot or a plus stands in parentheses. */
function product(scene, step, part, before) {
  return cellsOf(part).flatMap(([g, i], n) => {
    const text = textOf(scene, [g, i], step);
    const total = step.result?.join() === `${g},${i}` ? " cv-total" : "";
    const behind = n || (typeof before === "string" && before.endsWith("+ "));
    const shown = behind && text[0] === "\u2212" ? `(${text})` : text;
    const factor = [shown, "span", `cv-term cv-is-${scene.grids[g].role}${total}`];
    return n ? [["\u00b7"], factor] : [factor];
  });
}

/** Fills `node` with the formula of the sizes. */
export function writeCaption(node, caption) {
  writeWords(node, caption.map(([text, role]) => (role ? [text, "b", `cv-is-${role}`] : [text])));
}
