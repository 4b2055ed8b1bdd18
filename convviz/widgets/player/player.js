// The player: paints scenes that Python has built. It knows grids, not convolution.
import { Controls } from "./controls.js";
import { button, hold, icon, make, writeWords } from "./dom.js";
import { writeCaption, writeFormula } from "./formula.js";
import { Kernel } from "./kernel.js";
import { CodePanel } from "./panel.js";
import { snapshot } from "./picture.js";
import { Quiz } from "./quiz.js";
import { inflate, placeText, prepare, samePlace, story, tell } from "./scene.js";
import { Stage } from "./stage.js";
import { Transport } from "./transport.js";

class Player {
  constructor(model, el) {
    this.model = model;
    this.scenes = new Map();
    this.pinned = null;
    this.queue = Promise.resolve();
    this.closers = [];
    this.kernel = new Kernel(model, (text) => this.complain(text || this.shown?.error || ""));
    this.stage = new Stage({
      over: (cell) => this.point(cell), leave: () => this.point(this.pinned),
      choose: (cell) => this.choose(cell), edit: (g, i, value) => this.edit(g, i, value),
      open: () => this.point(this.pinned = null), // what is typed is seen in the sum of the step
      refuse: (text) => this.complain(`${text} is not a number: type one such as \u22121.5`),
    });
    this.transport = new Transport({
      go: (k) => { this.pinned = null; this.paint(k); this.lay(); },
      settle: (k) => this.kernel.save("step", k),
      moving: (on) => {
        this.say.ariaLive = on ? "off" : "polite";
        this.root.classList.toggle("cv-playing", on);
      },
    });
    this.controls = new Controls(model.get("_sliders"), model.get("_presets"), {
      change: () => this.show(),
      settle: (setting) => {
        this.kernel.save("setting", setting);
        this.kernel.save("step", this.transport.k);
      },
    });
    this.quiz = new Quiz((question) => this.answer(question));
    this.panel = new CodePanel();
    this.formula = make("div", { class: "cv-formula" });
    this.say = make("div", { class: "cv-say", role: "status", "aria-live": "polite" });
    this.caption = make("div", { class: "cv-caption" });
    this.trouble = make("div", { class: "cv-trouble", role: "alert", hidden: true });
    this.root = this.build();
    el.append(this.root);
  }

  build() {
    const { title, subtitle, uploads } = this.model.get("_head");
    this.undoButton = button("undo the last edit", icon("undo"), () => this.undo());
    const head = make("div", { class: "cv-head" },
      make("div", { class: "cv-title" }, make("b", {}, title), " ", make("span", { class: "cv-quiet" }, subtitle)),
      this.controls.menu, uploads ? this.uploadButton(uploads) : null,
      this.undoButton, this.panel.button, button("save as SVG", icon("save"), () => this.download()),
      document.fullscreenEnabled ? button("full screen", icon("full"), () => this.fullScreen()) : null);
    this.told = make("div", { class: "cv-told" }, this.formula, this.say);
    const root = make("div", { class: "cv-player", role: "group", "aria-label": `${title} ${subtitle}` },
      head, this.stage.node, make("div", {}, this.told), this.quiz.node, this.trouble, this.transport.node, this.controls.node,
      make("div", {}, this.caption), this.panel.node);
    const watcher = new ResizeObserver((all) => all.forEach(hold));
    for (const words of [this.told, this.caption]) watcher.observe(words);
    this.closers.push(() => watcher.disconnect());
    root.addEventListener("keydown", (e) => this.key(e));
    const change = () => {
      root.classList.toggle("cv-full", document.fullscreenElement === root);
      this.stage.fit();
    };
    document.addEventListener("fullscreenchange", change);
    this.closers.push(() => document.removeEventListener("fullscreenchange", change));
    return root;
  }

  async start() {
    const { model, kernel, controls, transport } = this;
    const undoable = () => { this.undoButton.hidden = !model.get("_undoable"); };
    kernel.on("change:_bundle", () => this.enqueue(() => this.store(model.get("_bundle"))));
    kernel.told("setting", (setting) => { controls.set(setting); this.show(); });
    kernel.told("step", (k) => k !== transport.k && transport.jump(k));
    kernel.on("change:_undoable", undoable);
    kernel.on("msg:custom", (message, buffers) => this.enqueue(() => this.hear(message, buffers)));
    undoable();
    controls.set(model.get("setting"));
    transport.k = model.get("step");
    await this.enqueue(() => this.store(model.get("_bundle")));
  }

  /** Inflating takes a moment: what arrives is handled in the order it was sent. */
  enqueue(job) {
    this.queue = this.queue.then(job).catch((error) => this.complain(String(error)));
    return this.queue;
  }

  /** Adds scenes to those known; after an edit the old ones show old numbers, and go. */
  async store(bytes) {
    const { edition, scenes } = await inflate(bytes);
    if (edition < this.edition) return;
    if (edition !== this.edition) this.scenes.clear();
    this.edition = edition;
    // What is known stays: it may be on the stage, with a field open in it.
    for (const [key, scene] of scenes) if (!this.scenes.has(key)) this.scenes.set(key, scene);
    this.show();
  }

  async hear(message, buffers) {
    if (message.kind === "scenes") {
      if (message.wanted) this.kernel.asked = false;
      await this.store(buffers[0]);
    } else if (message.kind === "refused") {
      this.kernel.asked = false;
      this.kernel.answered();
      this.complain(message.reason);
    } else if (message.kind === "told") {
      this.complain(message.words);
    }
  }

  /** Shows the scene of the setting, or asks the kernel for it; the last good picture stays. */
  show() {
    const setting = this.controls.setting();
    const scene = this.scenes.get(this.controls.key(setting));
    if (!scene) return this.kernel.ask(setting);
    this.kernel.answered();
    if (scene === this.shown) return;
    this.shown = scene;
    this.root.classList.toggle("cv-stale", Boolean(scene.error));
    if (scene.error) return this.complain(scene.error);
    this.complain("");
    const asking = scene.question && !scene.solved;
    this.quiz.ask(asking ? scene.question : null);
    this.present(asking ? scene.asked : scene);
  }

  present(scene) {
    const asking = scene !== this.shown, last = this.scene;
    const same = (k) => (last?.steps[k] ? samePlace(last, k, scene) : k);
    this.root.classList.toggle("cv-asking", asking);
    this.scene = prepare(scene);
    this.pinned = null;
    this.stage.set(this.scene);
    this.panel.show(this.scene);
    writeCaption(this.caption, this.scene.caption);
    if (asking) this.transport.resize(0, 0);
    else this.transport.resize(scene.steps.length, this.transport.k || this.model.get("step"), same);
    this.paint(this.transport.k);
    this.lay();
  }

  /** The reader has answered, or has passed: nothing is hidden any more. */
  answer(question) {
    this.shown.solved = true;
    this.present(this.shown);
    if (question.kind !== "cell") return;
    const marks = question.answer.map((cell) => [...cell, "ring"]);
    this.tellStory(tell(question.reason, { marks }));
  }

  complain(text) {
    this.trouble.textContent = text;
    this.trouble.hidden = !text;
  }

  paint(k) {
    if (!this.scene) return;
    const step = this.scene.steps[k];
    this.stage.reveal(k);
    this.tellStory(step ?? tell(this.scene.summary));
    if (step) this.transport.say(step.sentence);
  }

  /** Lays the page out at once: a key comes at any moment between two frames, and waits for the next. */
  lay() {
    void this.root.offsetHeight;
  }

  tellStory(step) {
    this.stage.light(step);
    writeFormula(this.formula, this.scene, step);
    writeWords(this.say, [[step.sentence]]);
  }

  /** The pointer or the focus rests on a cell: tell of it instead of the current step. */
  point(cell) {
    if (!this.scene || this.transport.playing || this.quiz.question) return;
    if (cell) this.tellStory(story(this.scene, cell));
    else this.paint(this.transport.k);
  }

  /** A cell was clicked: a guess, a step to go to, or a cell whose story is to stay. */
  choose(cell) {
    if (this.quiz.click(cell, placeText(this.scene.grids[cell[0]], cell[1]))) return;
    const k = this.scene.results.get(cell.join());
    if (k !== undefined) return this.transport.jump(k);
    this.pinned = this.pinned?.join() === cell.join() ? null : cell;
    this.point(this.pinned);
  }

  edit(g, place, value) {
    const { name, shape: [, columns] } = this.scene.grids[g];
    const cell = { row: Math.floor(place / columns), column: place % columns };
    this.kernel.request({ kind: "edit", grid: name, ...cell, value, setting: this.controls.setting() });
  }

  undo() {
    if (!this.model.get("_undoable")) return;
    this.kernel.sync();
    this.kernel.request({ kind: "undo" });
  }

  uploadButton(accept) {
    const input = make("input", { type: "file", accept, hidden: true });
    input.addEventListener("change", async () => {
      const [file] = input.files;
      if (file) this.kernel.request({ kind: "upload", name: file.name }, [await file.arrayBuffer()]);
      input.value = "";
    });
    return make("span", {}, button("own picture\u2026", "own picture\u2026", () => input.click()), input);
  }

  download() {
    const { stage, told, caption, root, say } = this;
    const text = snapshot(root, [stage.shelves, told, caption], say.textContent);
    const href = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    make("a", { href, download: `${this.model.get("_head").title}.svg` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 5000);
  }

  key(event) {
    const { key, target: { tagName, type } } = event;
    const typing = tagName === "INPUT" && type === "text";
    if ((event.ctrlKey || event.metaKey) && key === "z" && !typing) this.undo();
    else if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
    else if (key === "Escape" && this.pinned) this.point(this.pinned = null);
    else if (key === " " && !["INPUT", "BUTTON", "SELECT"].includes(tagName)) this.transport.toggle();
    else if (["INPUT", "SELECT"].includes(tagName) && !/^\d$/.test(key)) return;
    else if (!this.transport.key(key)) return;
    event.preventDefault();
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen().catch((error) => this.complain(`no full screen: ${error.message}`));
  }

  close() {
    this.transport.pause();
    this.kernel.close();
    this.stage.close();
    for (const act of this.closers) act();
    // The notebook keeps an element for each time a cell has run: it must not keep all this with it.
    this.root.remove();
    this.scenes.clear();
    this.scene = this.shown = null;
  }
}

export default {
  async render({ model, el }) {
    const player = new Player(model, el);
    await player.start();
    return () => player.close();
  },
};
