// The field in which the reader types a new number into a cell.
import { control } from "./dom.js";
import { signed } from "./scene.js";

/** The number in a text as people type it (either minus sign, a decimal comma, 1/9), or null. */
export function readNumber(text) {
  const plain = text.trim().replace(/[\u2212\u2013]/g, "-").replace(",", ".");
  const parts = plain.split("/");
  if (parts.length > 2 || parts.some((part) => part.trim() === "")) return null;
  const [top, bottom = 1] = parts.map(Number);
  return Number.isFinite(top / bottom) ? top / bottom : null;
}

const STEPS = { ArrowUp: 1, ArrowDown: -1 };

/**
 * Opens a field in a cell. The arrow keys up and down change the number by one, and call
 * `done(number)` at once: everything follows while the field stays open. Enter or leaving it does
 * so too, but only where the reader has typed: the cell shows its number rounded, and that must not
 * take the number's place.
 * What is no number calls `refuse(text)`; Escape forgets it all.
 */
export function openEntry(cell, { label, key, done, refuse }) {
  const look = { type: "text", autocomplete: "off", class: "cv-entry", "aria-label": label };
  const entry = control("input", look);
  entry.value = key ?? cell.shown;
  let open = true, typed = key !== undefined;
  const close = (keep) => {
    if (!open) return;
    open = false;
    const hadFocus = entry === entry.getRootNode().activeElement;
    const text = entry.value, number = readNumber(text);
    // Told first: the kernel works while the field is taken away.
    if (keep && typed && text.trim() !== "") {
      if (number === null) refuse(text);
      else done(number);
    }
    // Handed on before the field goes: the focus never leaves the cell.
    if (hadFocus) cell.focus({ preventScroll: true });
    entry.remove();
    cell.classList.remove("cv-open");
  };
  entry.addEventListener("input", () => { typed = true; });
  entry.addEventListener("keydown", (e) => {
    if (e.key === "Enter" || e.key === "Escape") close(e.key === "Enter");
    const number = e.key in STEPS ? readNumber(entry.value) : null;
    if (number !== null) {
      // Without the digits that binary fractions add: 0.7 − 1 is −0.3.
      const next = Number((number + STEPS[e.key]).toPrecision(12));
      entry.value = signed(next);
      typed = false;
      done(next);
      e.preventDefault();
    }
    e.stopPropagation();
  });
  entry.addEventListener("blur", () => close(true));
  cell.classList.add("cv-open");
  cell.append(entry);
  entry.focus();
  if (!typed) entry.select();
}
