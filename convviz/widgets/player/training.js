// A network that learns: paints what Python has seen of it. It knows paths and pixels, not networks.
import { button, control, draw, hold, icon, label, make } from "./dom.js";

class TrainingView {
  constructor(model, el) {
    this.model = model;
    this.palettes = bytes(model.get("_palettes"));
    const say = (kind) => () => model.send({ kind });
    this.play = button("train", icon("play"), () => model.send({ kind: this.look.running ? "pause" : "start" }),
      { class: "cv-button cv-play" });
    this.step = button("one step", icon("forward"), say("step"));
    this.again = button("begin again", icon("first"), say("restart"));
    this.told = make("div", { class: "cv-fixed" });
    this.curves = make("div", { class: "cv-curves" });
    this.strips = make("div", { class: "cv-strips" });
    this.count = make("div", { class: "cv-label" });
    this.wrong = make("div", { class: "cv-wrong" });
    this.sentence = make("div", { class: "cv-say", role: "status" });
    this.trouble = make("div", { class: "cv-trouble", role: "alert", hidden: true });
    this.rate = control("input", { type: "range", min: 0, step: 1, "aria-label": "learning rate",
      oninput: () => model.send({ kind: "rate", value: this.look.rates[this.rate.value] }) });
    this.rateText = make("b", { class: "cv-value" });
    const pick = (name, kind, value) => control("select", { "aria-label": name,
      onchange: (event) => model.send({ kind, value: value(event.target.value) }) });
    this.speed = pick("speed", "speed", String);
    this.sample = pick("picture", "sample", Number);
    this.root = this.build();
    el.append(this.root);
    this.heard = (content, buffers) => this.hear(content, buffers);
    model.on("msg:custom", this.heard);
    this.show(model.get("_look"), bytes(model.get("_levels")));
    model.send({ kind: "look" });
  }

  build() {
    const field = (input, ...name) =>
      make("label", { class: "cv-control" }, make("span", { class: "cv-name" }, ...name), input);
    this.watcher = new ResizeObserver((all) => all.forEach(hold));
    const moving = [this.curves, this.strips, this.sentence, this.count, this.wrong];
    for (const part of moving) this.watcher.observe(part);
    return make("div", { class: "cv-player cv-training", role: "group", "aria-label": "LiveTraining" },
      make("div", { class: "cv-head" }, make("b", {}, "LiveTraining"),
        make("span", { class: "cv-quiet" }, "a network learns")),
      make("div", { class: "cv-transport" }, this.again, this.play, this.step,
        make("div", { class: "cv-count" }, this.told)),
      make("div", { class: "cv-controls" }, field(this.rate, "learning rate ", this.rateText),
        field(this.speed, "speed"), field(this.sample, "picture")),
      this.trouble, ...moving.map((part) => make("div", {}, part)));
  }

  hear({ kind, look, words }, [levels] = []) {
    if (kind === "look") this.show(look, bytes(levels));
    else this.complain(words);
  }

  show(look, levels) {
    const before = this.look;
    Object.assign(this, { look, levels });
    const title = look.running ? "pause" : "train";
    if (this.play.title !== title) {
      this.play.replaceChildren(icon(look.running ? "pause" : "play"));
      Object.assign(this.play, { title, ariaLabel: title });
    }
    this.sentence.ariaLive = look.running ? "off" : "polite"; // not ten times a second
    this.step.disabled = look.ended;
    write(this.told, look.step);
    this.told.style.width = `${look.step.length + 1}ch`;
    write(this.sentence, look.sentence);
    this.complain(look.trouble);
    this.choose(look, before);
    match(this.curves, look.curves, newCurve, paintCurve);
    match(this.strips, look.strips, newStrip, (node, strip) => this.paint(node, strip));
    if (before?.count !== look.count) {
      label(this.count, look.count, look.wrong.length ? "of those held out, with what it takes them for" : "");
    }
    match(this.wrong, look.wrong, () => this.newWrong(), (node, strip) => this.paintWrong(node, strip));
  }

  complain(words) {
    this.trouble.hidden = !words;
    if (this.trouble.textContent !== words) this.trouble.textContent = words;
  }

  choose(look, before) {
    const changed = (name) => String(before?.[name]) !== String(look[name]);
    if (changed("rates")) this.rate.max = look.rates.length - 1;
    if (changed("rates") || changed("rate")) this.rate.value = look.rate;
    write(this.rateText, look.rates[look.rate]);
    this.rate.setAttribute("aria-valuetext", look.rates[look.rate]);
    if (changed("speeds")) fill(this.speed, look.speeds.map((text) => [text, text]));
    if (changed("speeds") || changed("pace")) this.speed.selectedIndex = look.pace;
    if (changed("samples")) {
      fill(this.sample, [...look.samples.map(([name, n]) => [`a ${name}`, n]), ["one of the wrong", ""]]);
    }
    if (changed("samples") || changed("sample")) {
      const place = look.samples.findIndex(([, n]) => n === look.sample);
      this.sample.selectedIndex = place < 0 ? look.samples.length : place;
    }
  }

  paint(node, strip) {
    const [title, canvas] = node.children;
    const { at, rows, columns, signed, dot } = strip;
    name(title, strip.name, strip.note, canvas);
    const levels = this.levels.subarray(at, at + rows * columns);
    if (same(node.levels, levels)) return; // to paint takes time from the training
    node.levels = levels;
    if (canvas.width !== columns || canvas.height !== rows) {
      Object.assign(canvas, { width: columns, height: rows });
      canvas.style.setProperty("--cv-wide", `${columns * dot}px`);
    }
    const context = canvas.getContext("2d");
    const picture = context.createImageData(columns, rows);
    const first = signed ? 256 : 0;
    for (let i = 0; i < rows * columns; i += 1) {
      const level = levels[i], from = 3 * (first + level);
      for (let part = 0; part < 3; part += 1) picture.data[4 * i + part] = this.palettes[from + part];
      picture.data[4 * i + 3] = level ? 255 : 0;
    }
    context.putImageData(picture, 0, 0);
  }

  newWrong() {
    const node = button("", newStrip(), () => this.model.send({ kind: "sample", value: node.sample }));
    return node;
  }

  paintWrong(node, strip) {
    node.sample = strip.sample;
    if (node.title !== strip.label) Object.assign(node, { title: strip.label, ariaLabel: strip.label });
    this.paint(node.firstChild, strip);
  }

  close() {
    this.model.off("msg:custom", this.heard);
    this.watcher.disconnect();
    try {
      this.model.send({ kind: "gone" });
    } catch { /* the kernel is gone first */ }
    this.root.remove();
  }
}

const bytes = (data) => new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A title, also as the name of the picture below it. */
function name(title, text, note, picture) {
  if (title.textContent === `${text} ${note}`) return;
  label(title, text, note);
  picture.setAttribute("aria-label", `${text}, ${note}`);
}

const same = (one, other) => one?.length === other.length && one.every((level, i) => level === other[i]);

const fill = (menu, pairs) =>
  menu.replaceChildren(...pairs.map(([text, value]) => make("option", { value }, text)));

/** As many children as there are items, each painted by its own: what has the focus stays. */
function match(parent, items, create, paint) {
  while (parent.children.length < items.length) parent.append(create());
  while (parent.children.length > items.length) parent.lastChild.remove();
  items.forEach((item, n) => paint(parent.children[n], item));
}

const newStrip = () =>
  make("div", { class: "cv-strip" }, make("div", { class: "cv-label" }), make("canvas", { role: "img" }));

function newCurve() {
  const line = (name) => draw("path", { class: name, "vector-effect": "non-scaling-stroke" });
  const picture = draw("svg", { viewBox: "0 0 300 100", preserveAspectRatio: "none", role: "img" },
    line("cv-steps"), line("cv-marks"));
  return make("div", { class: "cv-curve" }, make("div", { class: "cv-label" }), picture);
}

function paintCurve(node, curve) {
  const [title, picture] = node.children;
  name(title, curve.name, `${curve.note}; top edge ${curve.top}`, picture);
  if (picture.drawn === curve.line) return;
  picture.drawn = curve.line;
  picture.children[0].setAttribute("d", curve.line);
  picture.children[1].setAttribute("d", curve.marks);
}

export default {
  render({ model, el }) {
    const view = new TrainingView(model, el);
    return () => view.close();
  },
};
