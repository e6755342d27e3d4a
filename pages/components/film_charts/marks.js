// What is marked over a chart: the picture on screen and its scene, the range between in and out, and the notes.

import { sceneSpan, timeOfFrame } from "./scenes.js";

export class Marks {
  constructor(overlay) {
    this.overlay = overlay;
    this.moment = this.range = null;
  }

  /** The second of the playhead; null before the player showed a picture. */
  get seconds() {
    return this.moment?.seconds ?? null;
  }

  /** Put playhead and scene where they lie on an axis. */
  placeMoment(axis, outline) {
    const { moment, overlay } = this;
    const known = moment?.scene > 0 && moment.scene <= outline.starts.length;
    overlay.line("head", known ? axis.placeOf(moment.seconds) : null);
    const ends = known ? sceneSpan(outline, moment.scene - 1) : null;
    overlay.band("scene", ends && ends.map((seconds) => axis.placeOf(seconds)));
  }

  /** Put range and notes there; `times` has the second of each frame where the outline has no rate. */
  placeRange(axis, outline, times) {
    const { range, overlay } = this;
    const isWhole = range !== null && range.first !== null && range.last !== null;
    const ends = isWhole ? [range.first, range.last + 1].map((frame) => timeOfFrame(frame, outline, times)) : null;
    overlay.band("range", ends && ends.map((seconds) => axis.placeOf(seconds)));
    overlay.moveFlags(outline.notes.map((note) => axis.placeOf(note.seconds)));
  }

  /** Put all where it lies now. */
  place(axis, outline, times) {
    this.placeMoment(axis, outline);
    this.placeRange(axis, outline, times);
  }
}
