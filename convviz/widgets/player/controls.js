// Sliders, menus and switches: one control for each parameter of the scene.
import { control, make, writeWords } from "./dom.js";

/** Calls `change(setting)` while a control moves and `settle(setting)` when it comes to rest. */
export class Controls {
  constructor(specs, presets, { change, settle }) {
    this.specs = specs;
    this.entries = specs.map((spec) => this.entry(spec, change, settle));
    const nodes = this.entries.map(({ node }) => node);
    this.node = make("div", { class: "cv-controls", hidden: !specs.length }, ...nodes);
    this.menu = presets.length ? this.presetMenu(presets, change, settle) : null;
  }

  entry(spec, change, settle) {
    const shown = make("b", { class: "cv-value" });
    const input = makers[spec.kind](spec);
    const name = make("span", { class: "cv-name" }, spec.label, " ", shown);
    if (spec.kind === "range") {
      shown.style.width = `${Math.max(...[spec.low, spec.high].map((end) => String(end).length))}ch`;
    }
    // What several others need leads their row.
    const leads = this.specs.filter(({ needs }) => needs === spec.name).length > 1 ? " cv-leads" : "";
    const node = make("label", { class: `cv-control cv-control-${spec.kind}${leads}` }, name, input);
    const entry = { spec, input, shown, node };
    const moved = (then) => () => {
      if (this.menu) this.menu.value = "";
      this.name(entry);
      then(this.setting());
    };
    input.addEventListener("input", moved(change));
    input.addEventListener("change", moved(settle));
    return entry;
  }

  presetMenu(presets, change, settle) {
    const menu = control("select", { class: "cv-presets", "aria-label": "preset" },
      make("option", { value: "" }, "preset\u2026"), ...options(presets.map(([name]) => name)));
    menu.addEventListener("change", () => {
      const found = presets.find(([name]) => name === menu.value);
      if (!found) return;
      this.set(found[1]);
      change(this.setting());
      settle(this.setting());
    });
    return menu;
  }

  setting() {
    return Object.fromEntries(this.entries.map(({ spec: { name, kind }, input }) =>
      [name, kind === "switch" ? input.checked : kind === "range" ? Number(input.value) : input.value]));
  }

  set(setting) {
    for (const entry of this.entries) {
      entry.input[entry.spec.kind === "switch" ? "checked" : "value"] = setting[entry.spec.name];
      this.name(entry);
    }
  }

  name({ spec, input, shown }) {
    if (spec.kind === "range") writeWords(shown, [[input.value]]);
    for (const other of this.entries ?? []) {
      if (other.spec.needs === spec.name) other.node.hidden = !input.checked;
    }
  }

  /** The text under which a setting's scene is stored; a control out of use stands at its lowest there. */
  key(setting) {
    return this.specs.map(({ kind, name, options, needs, low }) => {
      if (needs && !setting[needs]) return low;
      return kind === "choice" ? options.indexOf(setting[name]) : Number(setting[name]);
    }).join();
  }
}

const options = (names) => names.map((name) => make("option", { value: name }, name));

const makers = {
  range: ({ low, high, label }) =>
    control("input", { type: "range", min: low, max: high, step: 1, "aria-label": label }),
  choice: ({ options: names, label }) => control("select", { "aria-label": label }, ...options(names)),
  switch: ({ label }) => control("input", { type: "checkbox", "aria-label": label }),
};
