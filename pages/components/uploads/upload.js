// The state of one film on its way from this window.

import { placeOf } from "./purpose.js";

const SPEED_OVER = 5000; // milliseconds

export class Upload {
  /** `viewer` as in purpose.js. */
  constructor(file, viewer = null) {
    this.file = file;
    this.viewer = viewer;
    this.name = file.name;
    this.size = file.size;
    this.sent = 0; // bytes
    this.state = "queued"; // or sending, checking, paused, away, busy, renewing, failed, done
    this.message = "";
    this.url = null;
    this.film = null; // its id, once it is in the library
    this.existing = false; // the library had the film before
    this.final = false; // failed for good: the server stores nothing of it
    this.tries = 0;
    this.marks = []; // [milliseconds, bytes] of the last SPEED_OVER
    this.moved = 0; // when a byte was last sent, milliseconds
  }

  get id() {
    return this.url === null ? null : this.url.split("/").pop();
  }

  get running() {
    return ["sending", "checking", "away", "busy", "renewing"].includes(this.state);
  }

  /** Bytes a second, or null before there are two marks. */
  get speed() {
    const [first, last] = [this.marks[0], this.marks[this.marks.length - 1]];
    return first && last[0] - first[0] > 500 ? ((last[1] - first[1]) * 1000) / (last[0] - first[0]) : null;
  }

  get secondsLeft() {
    return this.speed ? (this.size - this.sent) / this.speed : null;
  }

  /** Note that `sent` bytes have been sent. */
  reached(sent) {
    const now = Date.now();
    if (sent > this.sent || !this.marks.length) {
      this.moved = now;
      this.marks.push([now, sent]);
    }
    if (sent > this.sent && this.marks.length > 1) this.tries = 0; // the connection works again
    this.sent = sent;
    this.marks = this.marks.filter(([time]) => now - time < SPEED_OVER);
  }

  /** Whether it is of the same file for the same place. */
  isOf(file, viewer = null) {
    const own = this.file;
    if (placeOf(viewer) !== placeOf(this.viewer)) return false;
    return own.name === file.name && own.size === file.size && own.lastModified === file.lastModified;
  }
}
