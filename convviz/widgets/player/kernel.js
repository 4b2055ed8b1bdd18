// The way to the kernel and back: what is saved, what is asked, and the words while no answer comes.
import { later } from "./dom.js";

const PATIENCE = 500, SILENCE = 5000;
const WAITING = "Waiting for the kernel\u2026";
const NO_KERNEL = "No kernel has answered: it is busy, and this will follow once it is done, or it is " +
  "gone. What you see still plays; without a kernel, run the cell again.";

/** Calls `complain(text)` with what the reader should know, and with nothing to take that back. */
export class Kernel {
  constructor(model, complain) {
    Object.assign(this, { model, complain, ahead: new Set(), closers: [] });
    this.saveSoon = later(() => this.sync());
  }

  on(name, act) {
    this.model.on(name, act);
    this.closers.push(() => this.model.off(name, act));
  }

  /** Hears of a value that changes elsewhere: until Python knows ours, what it says is out of date. */
  told(name, act) {
    this.on(`change:${name}`, () => this.ahead.has(name) || act(this.model.get(name)));
  }

  /** Lets Python know, after the frame has been painted; without a kernel there is nobody to tell. */
  save(name, value) {
    this.ahead.add(name);
    this.model.set(name, value);
    this.saveSoon();
  }

  sync() {
    this.ahead.clear();
    try {
      this.model.save_changes();
    } catch { /* the player goes on alone */ }
  }

  /** One question at a time: a busy kernel finds the last setting waiting, and not all on the way to it. */
  ask(setting) {
    if (this.asked) return;
    this.asked = true;
    this.request({ kind: "want", setting });
  }

  request(message, buffers) {
    clearTimeout(this.waiting);
    try {
      this.model.send(message, undefined, buffers);
    } catch { // the kernel has been shut down
      this.asked = false;
      return this.wait(NO_KERNEL);
    }
    this.waiting = setTimeout(() => {
      this.wait(WAITING);
      this.waiting = setTimeout(() => this.wait(NO_KERNEL), SILENCE);
    }, PATIENCE);
  }

  wait(words) {
    this.complain(words);
    this.late = true;
  }

  /** Takes back the words of waiting, and no others: what was refused stays to be read. */
  answered() {
    clearTimeout(this.waiting);
    if (this.late) this.complain("");
    this.late = false;
  }

  close() {
    clearTimeout(this.waiting);
    for (const act of this.closers) act();
  }
}
