// A person's strip: their scenes over running time, or a column a scene. The pointer and the arrow keys choose one.

import { element } from "../scene_browser/dom.js";
import { cellAt, fillsOf, placesOf } from "./geometry.js";

const HEIGHT = 30; // pixels

export class Strip {
  /** `said(cell)` is called with the chosen cell or null, `go(cell)` where one is opened. */
  constructor(label, cells, said, go) {
    Object.assign(this, { cells, said, go, chosen: null, drawn: null });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    const keys = "Arrow keys choose a scene, Enter opens it on the film's page.";
    this.button = element("button", { type: "button", class: "lane", "aria-label": `Scenes of ${label}. ${keys}` }, this.canvas);
    this.button.addEventListener("pointermove", (event) => this.choose(this.cellUnder(event)));
    this.button.addEventListener("pointerleave", () => this.choose(null));
    this.button.addEventListener("blur", () => this.choose(null));
    this.button.addEventListener("keydown", (event) => this.key(event));
    this.button.addEventListener("click", (event) => {
      const cell = event.detail === 0 ? this.chosen : this.cellUnder(event);
      if (cell) this.go(cell);
    });
  }

  /** Draw for a film's document, the chosen label (-1 for the leading ones) and axis. */
  draw(film, choice, axis) {
    this.drawn = { film, choice, axis };
    const { canvas } = this;
    const width = Math.max(1, this.button.clientWidth);
    const scale = window.devicePixelRatio || 1;
    canvas.width = Math.min(16_000, Math.round(width * scale));
    canvas.height = Math.round(HEIGHT * scale);
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    const gap = axis === "scenes" && canvas.width / film.scenes.length > 5 * scale ? scale : 0;
    for (const cell of this.cells) {
      for (const [from, to] of placesOf(cell, axis, film)) {
        const [x, w] = [from * canvas.width, Math.max(1, (to - from) * canvas.width - gap)];
        const fills = fillsOf(cell, choice, film.colours);
        if (!fills.length) hatch(context, x, w, canvas.height, film.missing, scale);
        for (const { colour, opacity, top, height } of fills) {
          context.globalAlpha = opacity;
          context.fillStyle = colour;
          context.fillRect(x, top * canvas.height, w, height * canvas.height);
        }
        context.globalAlpha = 1;
        if (cell === this.chosen) {
          context.strokeStyle = getComputedStyle(this.button).color;
          context.lineWidth = 2 * scale;
          context.strokeRect(x + scale, scale, Math.max(2, w - 2 * scale), canvas.height - 2 * scale);
        }
      }
    }
  }

  choose(cell) {
    if ((cell ?? null) === this.chosen) return;
    this.chosen = cell ?? null;
    if (this.drawn) this.draw(this.drawn.film, this.drawn.choice, this.drawn.axis);
    this.button.classList.toggle("on", this.chosen !== null);
    this.said(this.chosen);
  }

  cellUnder(event) {
    const box = this.canvas.getBoundingClientRect();
    if (!this.drawn || !box.width) return undefined;
    return cellAt(this.cells, this.drawn.axis, this.drawn.film, (event.clientX - box.left) / box.width, 4 / box.width);
  }

  key(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const now = this.cells.indexOf(this.chosen);
    const next = now < 0 ? 0 : Math.min(Math.max(now + steps[event.key], 0), this.cells.length - 1);
    this.choose(this.cells[next]);
  }
}

/** On screen, with too few faces to tell: hatched. */
function hatch(context, x, width, height, colour, scale) {
  context.save();
  context.beginPath();
  context.rect(x, 0, width, height);
  context.clip();
  context.globalAlpha = 0.16;
  context.fillStyle = colour;
  context.fillRect(x, 0, width, height);
  context.globalAlpha = 0.8;
  context.strokeStyle = colour;
  context.lineWidth = scale;
  context.beginPath();
  const step = 6 * scale;
  for (let at = Math.floor((x - height) / step) * step; at < x + width; at += step) {
    context.moveTo(at, height);
    context.lineTo(at + height, 0);
  }
  context.stroke();
  context.restore();
}
