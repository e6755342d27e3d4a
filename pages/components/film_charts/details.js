// The words of a chart: the readout beside it, which follows the pointer, and the table behind it.

import { columnAt, readoutText, rowAt, tableElement, tableRows } from "./readout.js";

const NAMES = ["Scene", "Time", "Leading expression", "Faces"];

export class Details {
  constructor(root) {
    this.readout = root.querySelector(".readout");
    this.spoken = root.querySelector(".spoken");
    this.table = root.querySelector(".table");
    this.button = root.querySelector('[data-does="table"]');
    this.button.addEventListener("click", () => this.toggle());
    this.figure = this.span = null;
    this.name = "";
  }

  /** Take what is drawn now: the server's document, the part of the film that is shown, and the chart's name. */
  take(figure, span, name) {
    Object.assign(this, { figure, span, name });
    this.button.hidden = !figure.readouts; // of another chart, whose page has a list
    this.say(null, 0);
    if (!this.table.hidden) this.fill();
  }

  /** Say what lies at `seconds` and at height `y`, pixels from the plot's top; null for what is true of the whole. */
  say(seconds, y) {
    if (seconds === null) {
      this.readout.textContent = this.figure?.note ?? "";
      return null;
    }
    const index = columnAt(this.figure.readouts, seconds);
    const parts = readoutText(this.figure, index, rowAt(this.figure.rows, y)).map((text, i) => {
      const part = document.createElement(i === 0 ? "strong" : "span");
      part.textContent = text;
      return part;
    });
    this.readout.replaceChildren(...parts);
    this.readout.title = "";
    return index;
  }

  /** Say aloud what is written now, to those who came there by keys. */
  speak() {
    this.spoken.textContent = [...this.readout.children].map((part) => part.textContent).join(", ");
  }

  toggle() {
    const open = this.table.hidden;
    this.table.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    this.button.textContent = open ? "Hide table" : "Show as table";
    if (open && this.figure) this.fill();
  }

  fill() {
    const rows = tableRows(this.figure, this.span);
    this.table.setAttribute("aria-label", `${this.name} as a table`);
    const caption = [this.name, this.figure.note].filter(Boolean).join(". ");
    this.table.replaceChildren(tableElement(caption, [...(this.figure.names ?? NAMES), ...this.figure.labels], rows));
  }
}
