// The column of a chart that the pointer or the keys are at: shaded, and read out beside the chart.

import { columnBeside } from "./readout.js";

const INSIDE = 0.001; // seconds into a column, where rounding leads into no other one

export class Reading {
  constructor(details, overlay) {
    this.details = details;
    this.overlay = overlay;
    this.chosen = null; // the second at which the column begins that keys have chosen
  }

  /** A time in the column that keys have chosen, seconds; null for none. */
  get seconds() {
    return this.chosen === null ? null : this.chosen + INSIDE;
  }

  /** Say what lies at `seconds` and at height `y`, pixels; null for nothing. */
  tell(readouts, axis, seconds, y) {
    if (!readouts) return;
    this.chosen = null;
    const i = this.details.say(seconds, y);
    const ends = i === null ? null : [readouts.starts[i], readouts.ends[i]];
    this.overlay.band("column", ends && ends.map((time) => axis.placeOf(time)));
  }

  /** Go `by` columns on, at first to the one at `seconds`; whether it is in the part shown. */
  step(readouts, axis, seconds, by) {
    const next = columnBeside(readouts, this.seconds ?? seconds, this.chosen === null ? 0 : by);
    if (next === null) return false;
    this.tell(readouts, axis, next + INSIDE, -1);
    this.chosen = next;
    this.details.speak();
    const place = axis.placeOf(this.seconds);
    return place >= 0 && place <= 1;
  }
}
