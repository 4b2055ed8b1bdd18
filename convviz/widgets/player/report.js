// A report that Python writes, and the controls that ask for another one.
import { Controls } from "./controls.js";
import { make } from "./dom.js";

const SILENCE = 5000; // milliseconds
const NO_ANSWER = "No kernel has answered: it is busy, and this will follow once it is done, or it " +
  "is gone. Without a kernel, run the cell again.";

class Report {
  constructor(model, el) {
    this.model = model;
    this.body = make("div", { class: "cv-report" });
    this.say = make("div", { class: "cv-say", role: "status", "aria-live": "polite" });
    this.trouble = make("div", { class: "cv-trouble", role: "alert", hidden: true });
    this.place = make("div");
    const title = model.get("_title");
    const head = make("div", { class: "cv-head" }, make("b", {}, title));
    this.root = make("div", { class: "cv-player", role: "group", "aria-label": title },
      head, this.place, this.trouble, this.say, this.body);
    el.append(this.root);
    this.act = () => this.show();
    model.on("change:_shown", this.act);
    this.show();
  }

  show() {
    clearTimeout(this.timer);
    const { sliders, setting, report, say, trouble } = this.model.get("_shown");
    // While a slider moves, the answer to where it was must not pull it back.
    const late = this.waiting && Object.entries(this.asked).some(([name, value]) => setting[name] !== value);
    if (!late) {
      this.waiting = false;
      this.control(sliders);
      this.controls.set(setting);
      this.asked = this.answered = setting;
    }
    this.complain(trouble);
    this.say.textContent = say;
    this.write(report);
  }

  /** Another network has other controls; the one that was moved keeps the focus. */
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

  /** The first control decides which others there are: once it moves, those shown say nothing. */
  ask(all) {
    const first = this.controls.specs[0].name;
    const setting = all[first] === this.answered[first] ? all : { [first]: all[first] };
    if (JSON.stringify(setting) === JSON.stringify(this.asked)) return;
    this.asked = setting;
    this.waiting = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.complain(NO_ANSWER), SILENCE);
    this.model.set("setting", setting);
    this.model.save_changes();
  }

  /** Where the reader has scrolled to in the layers, and whether the keys act there, stays. */
  write(report) {
    const rows = () => this.body.querySelector(".cv-rows");
    const { scrollTop = 0, scrollLeft = 0 } = rows() ?? {};
    const focused = rows() !== null && rows() === this.body.getRootNode().activeElement;
    this.body.innerHTML = report;
    Object.assign(rows(), { scrollTop, scrollLeft });
    if (focused) rows().focus({ preventScroll: true });
  }

  complain(words) {
    this.trouble.textContent = words;
    this.trouble.hidden = !words;
  }

  close() {
    clearTimeout(this.timer);
    this.model.off("change:_shown", this.act);
    this.root.remove();
  }
}

export default {
  render({ model, el }) {
    const report = new Report(model, el);
    return () => report.close();
  },
};
