// What was drawn and is not stored yet: the stroke being drawn, those that wait, and the one on its way to the library.

import { Stroke } from "./stroke.js";

export class Strokes {
  /** `send(stroke)` is called with what is sent of each, one after the other: see `settled`. */
  constructor(send) {
    this.send = send;
    this.forget();
    this.sent = null;
  }

  /** Forget what is not on its way. */
  forget() {
    this.drawn = null; // {stroke, brush}
    this.waiting = [];
  }

  /** The stroke being drawn with a brush; one with another brush is done. */
  with(brush, scenes) {
    if (this.drawn?.brush !== brush) this.end();
    this.drawn ??= { stroke: new Stroke(scenes), brush };
    return this.drawn.stroke;
  }

  /** What is being drawn is done. */
  end() {
    if (this.drawn) this.waiting.push(this.drawn);
    this.drawn = null;
    this.sendNext();
  }

  /** What was sent is stored now, or refused: either way what is stored counts. */
  settled() {
    this.sent = null;
    this.sendNext();
  }

  sendNext() {
    if (this.sent || !this.waiting.length) return;
    this.sent = this.waiting.shift();
    this.send(this.sent.stroke.sent(this.sent.brush));
  }

  /** A scene's target, {expression, intensity}, with all that is drawn over it. */
  over(target, index) {
    const layers = [this.sent, ...this.waiting, this.drawn].filter(Boolean);
    return layers.reduce((below, { stroke, brush }) => stroke.over(below, index, brush), target);
  }
}
