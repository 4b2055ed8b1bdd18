// The panel with the code that computes what is shown, and its arrays, to be copied.
import { button, control, icon, make } from "./dom.js";
import { literal } from "./scene.js";

export class CodePanel {
  constructor() {
    this.node = make("div", { class: "cv-code", hidden: true });
    const title = "as code, and the numbers to copy";
    this.button = button(title, icon("code"), () => this.toggle(), { "aria-expanded": "false" });
  }

  toggle() {
    this.node.hidden = !this.node.hidden;
    this.button.setAttribute("aria-expanded", String(!this.node.hidden));
    this.fill();
  }

  show(scene) {
    this.scene = scene;
    this.fill();
  }

  fill() {
    if (this.node.hidden) return;
    const arrays = this.scene.grids.filter((grid) => grid.display !== "blank");
    const lines = [...this.scene.code, ...arrays.map((grid) => [`${grid.name} in NumPy`, literal(grid)])];
    this.node.replaceChildren(...lines.map(([name, text]) => this.line(name, text)));
  }

  line(name, text) {
    const code = control("code", { tabindex: 0, "aria-label": name }, text);
    const copier = control("button", {
      type: "button", class: "cv-button", "aria-label": `copy ${name}`,
      onclick: async () => { copier.textContent = await copy(code); },
    }, "copy");
    return make("div", { class: "cv-line" }, make("span", { class: "cv-quiet" }, name), code, copier);
  }
}

/** Copies a text; where the page may not, it is left selected for the reader to copy. */
async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return "copied";
  } catch {
    getSelection().selectAllChildren(code);
    return "selected";
  }
}
