// Step, play, pause, scrub: the bar under the stage.
import { control, icon, make } from "./dom.js";

const SPEEDS = [0.5, 1, 2, 4, 8];
const BEAT = 900;

/** Calls `go(k)` for every step to show and `settle(k)` once a movement has ended. */
export class Transport {
  constructor({ go, settle, moving }) {
    Object.assign(this, { go, settle, moving, count: 0, k: 0, timer: 0, speed: 1 });
    const button = (name, label, act) => control("button", { type: "button", class: "cv-button", title: label, "aria-label": label, onclick: act }, icon(name));
    this.playButton = button("play", "play", () => this.toggle());
    this.playButton.classList.add("cv-play");
    this.scrub = control("input", { type: "range", min: 0, max: 0, value: 0, class: "cv-scrub", "aria-label": "step" });
    this.scrub.addEventListener("input", () => { this.pause(); this.move(Number(this.scrub.value)); });
    this.scrub.addEventListener("change", () => this.settle(this.k));
    this.count_ = make("span", { class: "cv-count" });
    this.speedMenu = control("select", { class: "cv-speed", "aria-label": "speed", onchange: () => { this.speed = Number(this.speedMenu.value); } },
      ...SPEEDS.map((speed) => make("option", { value: speed, selected: speed === 1 }, `${speed}\u00d7`)));
    this.node = make("div", { class: "cv-transport" },
      button("first", "first step", () => this.jump(0)), button("back", "step back", () => this.jump(this.k - 1)),
      this.playButton, button("forward", "step forward", () => this.jump(this.k + 1)),
      button("last", "last step", () => this.jump(this.count - 1)), this.scrub, this.count_, this.speedMenu);
  }

  /** A new number of steps; the position is kept where it still exists, and the end stays the end. */
  resize(count, k) {
    if (this.count > 1 && k === this.count - 1) k = count - 1;
    this.count = count;
    this.scrub.max = Math.max(count - 1, 0);
    this.node.hidden = count === 0;
    if (count === 0) this.pause();
    this.k = Math.min(Math.max(k, 0), Math.max(count - 1, 0));
    this.scrub.value = this.k;
  }

  get playing() {
    return this.timer !== 0;
  }

  move(k) {
    this.k = Math.min(Math.max(k, 0), this.count - 1);
    this.scrub.value = this.k;
    this.go(this.k);
  }

  /** What stands beside the scrubber, also for a screen reader. */
  say(sentence) {
    this.count_.textContent = `step ${this.k + 1} of ${this.count}`;
    this.scrub.setAttribute("aria-valuetext", `step ${this.k + 1} of ${this.count}. ${sentence}`);
  }

  jump(k) {
    this.pause();
    this.move(k);
    this.settle(this.k);
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
        if (this.k >= this.count - 1) return this.pause();
        this.move(this.k + 1);
        beat();
      }, BEAT / this.speed);
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
    const label = playing ? "pause" : "play";
    this.playButton.replaceChildren(icon(label));
    this.playButton.setAttribute("aria-label", label);
    this.playButton.title = label;
    this.moving(playing);
  }
}
