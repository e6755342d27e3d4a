// The axis of a chart: where times lie in it, and which time lies where. Pure arithmetic.

import { fromSceneAxis, toSceneAxis } from "./scenes.js";

export class Axis {
  /** `figure` says which axis it is, `span` is the part of the film that is shown, seconds. */
  constructor({ axis, zero }, outline, span) {
    this.value = axis === "scenes" ? (seconds) => toSceneAxis(outline, seconds) : (seconds) => zero + 1000 * seconds;
    this.time = axis === "scenes" ? (value) => fromSceneAxis(outline, value) : (value) => (value - zero) / 1000;
    this.range = span.map(this.value); // the ends of the part shown, as Plotly has them
  }

  /** Where a time lies, from 0 to 1 of the width. */
  placeOf(seconds) {
    const [first, last] = this.range;
    return (this.value(seconds) - first) / (last - first);
  }

  /** The time at a place from 0 to 1. */
  timeAt(place) {
    const [first, last] = this.range;
    return this.time(first + place * (last - first));
  }

  /** The matrix that puts what was drawn for another range, on `width` pixels, where it lies now; "none" for the same. */
  matrixFrom([first, last], width) {
    const [from, to] = this.range;
    const [scale, shift] = [(last - first) / (to - from), ((first - from) / (to - from)) * width];
    return Math.abs(scale - 1) < 1e-9 && Math.abs(shift) < 0.01 ? "none" : `matrix(${scale}, 0, 0, 1, ${shift}, 0)`;
  }
}
