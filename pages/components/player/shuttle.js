// Playing forwards and backwards, at several speeds.

import { shuttled } from "./keys.js";
import { frameAt } from "./timecode.js";

const BACKWARDS_EVERY = 40; // milliseconds between two looks for the next picture while the film plays backwards

export class Shuttle {
  constructor(video, screen) {
    this.video = video;
    this.screen = screen;
    this.backwards = null; // speed and timer while the film plays backwards
  }

  /** The playing speed: 0 while paused, negative backwards. */
  get speed() {
    if (this.backwards) return -this.backwards.speed;
    return this.video.paused ? 0 : this.video.playbackRate;
  }

  get playing() {
    return this.backwards !== null || (!this.video.paused && !this.video.ended);
  }

  playOrPause() {
    if (this.speed === 0) this.play();
    else this.stop();
  }

  play() {
    this.video.play().catch(() => {});
  }

  /** J (`by` -1) or L (1). */
  press(by) {
    const speed = shuttled(this.speed, by);
    this.stop();
    if (speed > 0) {
      this.video.playbackRate = speed;
      this.play();
    } else this.playBackwards(-speed);
  }

  /** Browsers play forwards only: the pictures are sought, each as soon as the one before is on screen. */
  playBackwards(speed) {
    const { screen } = this;
    if (!screen.ready) return;
    const [from, since] = [screen.times[screen.place], performance.now()];
    const timer = setInterval(() => {
      if (screen.target !== null) return;
      const seconds = from - (speed * (performance.now() - since)) / 1000;
      if (seconds <= 0) this.stop();
      screen.seek(frameAt(screen.times, Math.max(0, seconds)));
    }, BACKWARDS_EVERY);
    this.backwards = { speed, timer };
  }

  /** Pause, and leave the speed that J or L set. */
  stop() {
    clearInterval(this.backwards?.timer);
    this.backwards = null;
    this.video.pause();
    this.video.playbackRate = 1;
  }
}
