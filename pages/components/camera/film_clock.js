// Which second of the film was on screen when the camera took a picture.

const KEPT = 2000; // milliseconds of pictures of the film that are remembered
const LATE = 1000; // milliseconds after which a picture of the film says nothing about now

export class FilmClock {
  constructor() {
    this.shown = []; // [time on screen in milliseconds, media time in seconds], ascending by the first
  }

  /** A picture of the film, of the media time `seconds`, comes on screen at `time`. */
  show(time, seconds) {
    this.shown.push([time, seconds]);
    while (this.shown[0][0] < time - KEPT) this.shown.shift();
  }

  /** Forget all: the film stands still, or goes on elsewhere. */
  clear() {
    this.shown = [];
  }

  /** The media time on screen at `time`; null where none is known. */
  at(time) {
    for (let place = this.shown.length - 1; place >= 0; place -= 1) {
      const [since, seconds] = this.shown[place];
      if (since <= time) return time - since <= LATE ? seconds : null;
    }
    return null;
  }
}
