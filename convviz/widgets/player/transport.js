// Step, play, pause, scrub: the bar under the stage.
import { button, control, icon, make, style, writeWords } from "./dom.js";

const SPEEDS = [0.5, 1, 2, 4, 8];
const BEAT = 900;

/** Calls `go(k)` for every step to show and `settle(k)` once a movement has ended. */
export class Transport {
  constructor({ go, settle, moving }) {
    Object.assign(this, { go, settle, moving, count: 0, k: 0, timer: 0, digits: 1 });
    const move = (name, title, to) => button(title, icon(name), () => this.jump(to()));
    this.playButton = button("play", icon("play"), () => this.toggle(), { class: "cv-button cv-play" });
    const looped = "loop: begin again at the end";
    this.loopButton = button(looped, icon("loop"), () => this.loop(), { "aria-pressed": "false" });
    this.scrub = control("input", {
      type: "range", min: 0, max: 0, value: 0, class: "cv-scrub", "aria-label": "step",
      title: "keys 0 to 9: from the first step to the last",
      oninput: () => { this.pause(); this.move(Number(this.scrub.value)); },
      onchange: () => this.settle(this.k),
    });
    this.told = make("div", { class: "cv-fixed" });
    this.speed = control("select", { class: "cv-speed", "aria-label": "speed" },
      ...SPEEDS.map((speed) => make("option", { value: speed, selected: speed === 1 }, `${speed}\u00d7`)));
    this.node = make("div", { class: "cv-transport" },
      move("first", "first step", () => 0), move("back", "step back", () => this.k - 1), this.playButton,
      move("forward", "step forward", () => this.k + 1), move("last", "last step", () => this.count - 1),
      make("div", { class: "cv-track" }, this.scrub), make("div", { class: "cv-count" }, this.told), this.loopButton, this.speed);
  }

  /** A new number of steps: the end stays the end, and another position goes to its `same`. */
  resize(count, k, same) {
    if (this.count > 1 && k === this.count - 1) k = count - 1;
    else if (count !== this.count && count) k = same(k);
    this.count = count;
    this.scrub.max = Math.max(count - 1, 0);
    this.node.hidden = count === 0;
    // Never narrower again: the whole bar would be laid out anew.
    this.digits = Math.max(this.digits, String(count).length);
    style(this.told, { width: `${9 + 2 * this.digits}ch` });
    if (count === 0) this.pause();
    this.k = Math.min(Math.max(k, 0), Math.max(count - 1, 0));
    this.scrub.value = this.k;
  }

  get playing() {
    return this.timer !== 0;
  }

  move(k) {
    if (!this.count) return;
    this.k = Math.min(Math.max(k, 0), this.count - 1);
    this.scrub.value = this.k;
    this.go(this.k);
  }

  /** What stands beside the scrubber, also for a screen reader. */
  say(sentence) {
    writeWords(this.told, [[`step ${this.k + 1} of ${this.count}`]]);
    this.scrub.setAttribute("aria-valuetext", `step ${this.k + 1} of ${this.count}. ${sentence}`);
  }

  jump(k) {
    this.pause();
    this.move(k);
    this.settle(this.k);
  }

  /** A key that moves the steps; whether it was one. The digits lead from the first step to the last. */
  key(key) {
    const last = this.count - 1;
    const moves = { ArrowLeft: this.k - 1, ArrowRight: this.k + 1, Home: 0, End: last };
    const k = /^\d$/.test(key) ? Math.round((Number(key) * last) / 9) : moves[key];
    if (k !== undefined) this.jump(k);
    return k !== undefined;
  }

  loop() {
    this.loopButton.setAttribute("aria-pressed", String(!this.looping));
  }

  get looping() {
    return this.loopButton.getAttribute("aria-pressed") === "true";
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.count === 0) return;
    if (this.k >= this.count - 1) this.move(0);
    this.mark(true);
    const beat = () => {
      this.timer = setTimeout(() => {
        const end = this.k >= this.count - 1;
        if (end && !this.looping) return this.pause();
        this.move(end ? 0 : this.k + 1);
        beat();
      }, BEAT / Number(this.speed.value));
    };
    beat();
  }

  pause() {
    if (!this.playing) return;
    clearTimeout(this.timer);
    this.timer = 0;
    this.mark(false);
    this.settle(this.k);
  }

  mark(playing) {
    const title = playing ? "pause" : "play";
    this.playButton.replaceChildren(icon(title));
    this.playButton.setAttribute("aria-label", title);
    this.playButton.title = title;
    this.moving(playing);
  }
}
