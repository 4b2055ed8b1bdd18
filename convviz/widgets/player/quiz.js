// The question before the answer: a guess is typed or clicked, and judged.
import { control, make } from "./dom.js";
import { readNumber } from "./entry.js";
import { signed } from "./scene.js";

const HINTS = { number: "a number, then Enter", shape: "such as 4\u00d74, then Enter" };
const CLICK = "Click the cell, or choose it with the arrow keys and Enter.";

/** Asks the question of a scene; calls `open(question)` once the answer may be seen. */
export class Quiz {
  constructor(open) {
    this.open = open;
    const push = (words, attributes) => control("button", { class: "cv-button", ...attributes }, words);
    const look = { type: "text", autocomplete: "off", class: "cv-guess", "aria-label": "your guess" };
    this.entry = control("input", look);
    this.typed = make("span", {}, this.entry, push("check", {}));
    const pass = push("show me", { type: "button", onclick: () => this.reveal("The answer:") });
    this.form = make("form", { class: "cv-ask" }, this.typed, pass);
    const check = (event) => { event.preventDefault(); this.type(this.entry.value.trim()); };
    this.form.addEventListener("submit", check);
    // In JupyterLab the Enter key submits no form.
    this.entry.addEventListener("keydown", (event) => { if (event.key === "Enter") check(event); });
    this.verdict = make("div", { class: "cv-verdict", role: "status" });
    this.node = make("div", { class: "cv-quiz", hidden: true }, this.form, this.verdict);
  }

  /** Puts a question; null takes the last one away. */
  ask(question) {
    this.question = question;
    this.node.hidden = !question;
    this.form.hidden = false;
    if (!question) return;
    this.entry.value = "";
    this.entry.placeholder = HINTS[question.answer.length > 1 ? question.kind : "number"];
    this.typed.hidden = question.kind === "cell";
    this.verdict.textContent = this.typed.hidden ? CLICK : "";
  }

  type(text) {
    if (!text || !this.question) return;
    const { kind, answer, tolerance } = this.question;
    if (kind === "number") {
      const guess = readNumber(text);
      this.judge(text, guess !== null && Math.abs(guess - answer) <= tolerance);
    } else {
      this.judge(text, readShape(text).join() === answer.join());
    }
  }

  /** A cell that was clicked, and its name; whether it was taken as a guess. */
  click(cell, name) {
    if (!this.question) return false;
    const { kind, answer } = this.question;
    if (kind === "cell") this.judge(name, answer.some((one) => one.join() === cell.join()));
    return true;
  }

  judge(guess, right) {
    if (right) this.reveal("\u2713 Right:", this.question.kind === "cell" ? guess : undefined);
    else this.verdict.textContent = `\u2717 Not ${signed(guess)}. Try once more, or let it be shown.`;
  }

  reveal(head, answer = this.question.shown) {
    const { question } = this;
    this.question = null;
    this.form.hidden = true;
    this.verdict.textContent = `${head} ${answer}. ${question.reason}`;
    this.open(question);
  }
}

/** The whole numbers in a shape as people type it: 4x4, (4, 4), 4 × 4 × 3. */
export function readShape(text) {
  return (text.match(/\d+/g) ?? []).map(Number);
}
