// Looks into a network: groups of small pictures that Python has made, some of them to be pressed.
import { Controls } from "./controls.js";
import { control, label, make } from "./dom.js";
import { Pad } from "./pad.js";

const SILENCE = 8000; // milliseconds
const NO_ANSWER = "No kernel has answered: it is busy, and this will follow once it is done, or it " +
  "is gone. Without a kernel, run the cell again.";

class Inside {
  constructor(model, el) {
    this.model = model;
    this.palettes = bytes(model.get("_palettes"));
    this.place = make("div");
    this.groups = make("div", { class: "cv-groups" });
    this.say = make("div", { class: "cv-say", role: "status", "aria-live": "polite" });
    this.trouble = make("div", { class: "cv-trouble", role: "alert", hidden: true });
    const [title, subtitle] = model.get("_title");
    const head = make("div", { class: "cv-head" }, make("b", {}, title),
      make("span", { class: "cv-quiet" }, subtitle));
    const side = model.get("_side");
    if (side) this.pad = new Pad(side, { change: (pixels) => this.draw(pixels) });
    this.root = make("div", { class: "cv-player cv-inside", role: "group", "aria-label": title },
      head, this.place, this.trouble, this.pad?.node, this.say, this.groups);
    el.append(this.root);
    this.act = () => this.show();
    this.drawn = () => this.pad?.show(bytes(model.get("_drawing")));
    model.on("change:_shown", this.act);
    model.on("change:_drawing", this.drawn);
    this.drawn();
    this.show();
  }

  show() {
    clearTimeout(this.timer);
    const { sliders, setting, say, trouble, groups, levels } = this.model.get("_shown");
    // While a slider moves, the answer to where it was must not pull it back.
    const late = this.waiting && Object.entries(this.asked).some(([name, value]) => setting[name] !== value);
    if (!late) {
      this.waiting = false;
      this.control(sliders);
      this.controls.set(setting);
      this.asked = setting;
    }
    this.complain(trouble);
    if (this.say.textContent !== say) this.say.textContent = say;
    this.levels = bytes(levels);
    align(this.groups, groups, newGroup, (node, group) => this.paintGroup(node, group));
  }

  /** Another layer has other units: controls are made anew, and the one that was moved keeps the focus. */
  control(sliders) {
    const text = JSON.stringify(sliders);
    if (text === this.text) return;
    const focused = this.controls?.entries.find(({ input }) => input === input.getRootNode().activeElement);
    this.controls = new Controls(sliders, [], {
      change: (setting) => this.ask(setting), settle: (setting) => this.ask(setting),
    });
    this.text = text;
    this.place.replaceChildren(this.controls.node);
    this.controls.entries.find(({ spec }) => spec.name === focused?.spec.name)?.input.focus();
  }

  ask(setting) {
    if (JSON.stringify(setting) === JSON.stringify(this.asked)) return;
    this.asked = setting;
    this.waiting = true;
    this.send("setting", setting);
  }

  draw(pixels) {
    this.send("_drawing", new DataView(pixels.slice().buffer));
  }

  send(name, value) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.complain(NO_ANSWER), SILENCE);
    this.model.set(name, value);
    this.model.save_changes();
  }

  pick(change) {
    const setting = { ...this.asked, ...change };
    this.controls.set(setting);
    this.ask(setting);
  }

  complain(words) {
    this.trouble.textContent = words;
    this.trouble.hidden = !words;
  }

  paintGroup(node, group) {
    const [title, tiles] = node.children;
    label(title, group.name, group.note);
    tiles.className = group.columns ? "cv-tiles cv-matrix" : "cv-tiles";
    tiles.style.setProperty("--cv-columns", group.columns);
    // A group of tiles to press has buttons; where that changes, its nodes are of another kind.
    const kind = group.tiles.map(({ pick }) => Number(Boolean(pick))).join("");
    if (node.kind !== kind) tiles.replaceChildren();
    node.kind = kind;
    const pick = (change) => this.pick(change);
    align(tiles, group.tiles, (tile) => newTile(tile, pick), (one, tile) => this.paintTile(one, tile, group));
  }

  paintTile(node, tile, group) {
    const [picture, caption] = node.children;
    const canvas = picture.firstChild;
    Object.assign(node, { tile });
    write(caption, tile.caption);
    caption.hidden = !tile.caption;
    canvas.setAttribute("aria-label", tile.label);
    if (tile.pick) {
      Object.assign(node, { title: tile.label, ariaLabel: tile.label });
      node.setAttribute("aria-pressed", String(tile.chosen));
    }
    node.classList.toggle("cv-chosen", tile.chosen);
    node.classList.toggle("cv-spotted", tile.spots.length > 0);
    picture.hidden = !tile.rows;
    if (!tile.rows) return;
    canvas.style.setProperty("--cv-wide", `${tile.columns * group.dot}px`);
    this.paint(canvas, tile, group.signed ? 768 : 0);
    align(canvas.nextSibling, tile.frames, () => make("div", { class: "cv-box" }), (frame, box) => {
      const [top, left, bottom, right] = box;
      const share = (count, all) => `${(100 * count) / all}%`;
      Object.assign(frame.style, {
        top: share(top, tile.rows), left: share(left, tile.columns),
        height: share(bottom - top + 1, tile.rows), width: share(right - left + 1, tile.columns),
      });
    });
  }

  paint(canvas, { at, rows, columns }, first) {
    if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
    const context = canvas.getContext("2d");
    const picture = context.createImageData(columns, rows);
    for (let i = 0; i < rows * columns; i += 1) {
      const from = first + 3 * this.levels[at + i];
      for (let part = 0; part < 3; part += 1) picture.data[4 * i + part] = this.palettes[from + part];
      picture.data[4 * i + 3] = 255;
    }
    context.putImageData(picture, 0, 0);
  }

  close() {
    clearTimeout(this.timer);
    this.model.off("change:_shown", this.act);
    this.model.off("change:_drawing", this.drawn);
    this.root.remove();
  }
}

const bytes = (data) => new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** As many children as there are items, each painted by its own: what has the focus stays. */
function align(parent, items, create, paint) {
  while (parent.children.length > items.length) parent.lastChild.remove();
  items.forEach((item, n) => {
    if (n >= parent.children.length) parent.append(create(item));
    paint(parent.children[n], item);
  });
}

const newGroup = () =>
  make("div", { class: "cv-tile-group" }, make("div", { class: "cv-label" }), make("div", { class: "cv-tiles" }));

function newTile({ pick, spots }, act) {
  const parts = [
    make("span", { class: "cv-frame-of" }, make("canvas", { role: "img" }), make("span", {})),
    make("span", { class: "cv-tile-caption" }),
  ];
  if (!pick) {
    const node = make("div", { class: "cv-tile", onclick: (event) => spots.length && act(spotAt(node, event)) }, ...parts);
    return node;
  }
  const node = control("button", { type: "button", class: "cv-tile", onclick: () => act(node.tile.pick) }, ...parts);
  return node;
}

/** What the part of a picture sets that was clicked; nothing between the parts. */
function spotAt({ tile, firstChild }, event) {
  const box = firstChild.getBoundingClientRect();
  const row = Math.floor(((event.clientY - box.top) / box.height) * tile.rows);
  const column = Math.floor(((event.clientX - box.left) / box.width) * tile.columns);
  const found = tile.spots.find(([top, left, bottom, right]) =>
    top <= row && row <= bottom && left <= column && column <= right);
  return found?.[4] ?? {};
}

export default {
  render({ model, el }) {
    const view = new Inside(model, el);
    return () => view.close();
  },
};
