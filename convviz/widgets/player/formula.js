// Writes a formula, each number in the colour of the grid it comes from.
import { make } from "./dom.js";
import { cellsOf, textOf } from "./scene.js";

/** Fills `node` with a step's formula. */
export function writeFormula(node, scene, step) {
  const parts = step.formula.map((part, n, all) =>
    (typeof part === "string" ? part : product(scene, step, part, all[n - 1])));
  node.replaceChildren(...parts);
  node.classList.toggle("cv-long", step.formula.length > 40);
}

/** A product; what is negative behind a dot or a plus stands in parentheses. */
function product(scene, step, part, before) {
  const term = make("span", { class: "cv-term" });
  cellsOf(part).forEach(([g, i], n) => {
    const text = textOf(scene, [g, i], step);
    const total = step.result?.join() === `${g},${i}` ? " cv-total" : "";
    if (n) term.append("\u00b7");
    const behind = n || (typeof before === "string" && before.endsWith("+ "));
    const shown = behind && text[0] === "\u2212" ? `(${text})` : text;
    term.append(make("span", { class: `cv-is-${scene.grids[g].role}${total}` }, shown));
  });
  return term;
}

/** Fills `node` with the formula of the sizes. */
export function writeCaption(node, caption) {
  const parts = caption.map(([text, role]) => (role ? make("b", { class: `cv-is-${role}` }, text) : text));
  node.replaceChildren(...parts);
}
