// Bars of the expressions, and the box around the viewer's face.

import { percent } from "./wording.js";

export class ReadingView {
  constructor(root) {
    this.root = root;
    this.list = root.querySelector(".bars");
    this.box = root.querySelector(".box");
    this.rows = [];
  }

  /** `labels` and their `colours`, in the order of the probabilities. */
  setLabels(labels, colours) {
    this.rows = labels.map((label, place) => {
      const [row, name, track, fill, share] = ["li", "span", "span", "span", "span"].map((tag) =>
        document.createElement(tag),
      );
      name.textContent = label;
      [track.className, fill.className, share.className] = ["track", "fill", "share"];
      fill.style.background = colours[place];
      track.append(fill);
      row.append(name, track, share);
      return { row, fill, share };
    });
    this.list.replaceChildren(...this.rows.map(({ row }) => row));
  }

  /** Draw an answer; null for nothing. */
  draw(answer) {
    const shares = answer?.probabilities ?? null;
    this.root.classList.toggle("unread", shares === null);
    this.rows.forEach(({ fill, share }, place) => {
      fill.style.width = shares === null ? "0" : percent(shares[place]).replace(" ", "");
      share.textContent = shares === null ? "–" : percent(shares[place]);
    });
    const face = answer?.faces?.[answer.viewer ?? 0];
    this.box.hidden = !face;
    if (!face) return;
    const [left, top, width, height] = face.box.map((share) => `${100 * share}%`);
    Object.assign(this.box.style, { left, top, width, height, borderStyle: face.why ? "dashed" : "solid" });
  }
}
