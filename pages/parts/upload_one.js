// One film on its way from this window: what is known of it.

const SPEED_OVER = 5000; // milliseconds

class Upload {
  // state: queued, sending, checking, paused, away, busy, renewing, failed, done
  constructor(file) {
    this.file = file;
    this.name = file.name;
    this.size = file.size;
    this.sent = 0; // bytes
    this.state = "queued";
    this.message = "";
    this.url = null;
    this.film = null; // id, once it is in the library
    this.known = false; // it was there before
    this.gone = false; // nothing of it is on the server
    this.tries = 0;
    this.marks = []; // [milliseconds, bytes], the last few seconds
    this.moved = 0; // when a byte last went
  }

  get id() {
    return this.url === null ? null : this.url.split("/").pop();
  }

  get running() {
    return ["sending", "checking", "away", "busy", "renewing"].includes(this.state);
  }

  get speed() {
    // Bytes a second, or null
    const [first, last] = [this.marks[0], this.marks[this.marks.length - 1]];
    return first && last[0] - first[0] > 500 ? ((last[1] - first[1]) * 1000) / (last[0] - first[0]) : null;
  }

  get secondsLeft() {
    return this.speed ? (this.size - this.sent) / this.speed : null;
  }

  reached(sent) {
    const now = Date.now();
    if (sent > this.sent || !this.marks.length) {
      this.moved = now;
      this.marks.push([now, sent]);
    }
    if (sent > this.sent && this.marks.length > 1) this.tries = 0; // the line works again
    this.sent = sent;
    this.marks = this.marks.filter(([when]) => now - when < SPEED_OVER);
  }

  same(file) {
    const mine = this.file;
    return mine.name === file.name && mine.size === file.size && mine.lastModified === file.lastModified;
  }
}
