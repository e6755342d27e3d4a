// Which frame of the film is on screen, and how another one gets there. The frame is derived from the media time that
// the browser reports with each picture, never counted.

import { frameAt, seekTime } from "./timecode.js";

const CALLBACK_PATIENCE = 250; // milliseconds until the callback of a picture is due

export class Screen {
  /** `changed()` is called when a picture has come on screen, and when another one is sought. */
  constructor(video, changed) {
    this.video = video;
    this.changed = changed;
    this.clear();
    video.addEventListener("seeked", () => this.onSeeked());
    video.addEventListener("error", () => this.skipPicture());
    this.followPictures();
  }

  /** Forget the film. */
  clear() {
    this.times = null; // seconds of each frame
    this.rate = 1; // frames a second
    this.frame = 0; // on screen
    this.target = null; // the frame being sought, null when it is on screen
    this.targetSeconds = null; // sought before the frames' times are known
    this.assumedTime = null; // media time of a picture that was taken as shown without its callback
  }

  /** Take the film's frames' times, and go to what was sought before they were known. */
  setTimes(times, rate) {
    this.times = times;
    this.rate = rate;
    if (this.targetSeconds !== null && times.length > 0) this.target = frameAt(times, this.targetSeconds);
    this.targetSeconds = null;
    if (this.target !== null) this.seek(this.target);
    else this.changed();
  }

  /** Whether the film's frames are known, and there are any. */
  get ready() {
    return this.times !== null && this.times.length > 0;
  }

  /** The frame to act on: the one being sought, or the one on screen. */
  get place() {
    return this.target ?? this.frame;
  }

  get last() {
    return this.ready ? this.times.length - 1 : 0;
  }

  /** Go to a frame; before the frames' times are known, remember it. */
  seek(frame) {
    this.targetSeconds = null;
    this.target = frame;
    if (!this.ready) return;
    this.target = Math.min(Math.max(frame, 0), this.last);
    this.video.currentTime = seekTime(this.times, this.target, this.rate);
    if (this.video.error) this.skipPicture();
    else this.changed();
  }

  /** No picture can come: the place in the film is the frame sought, so that the page's other views can be used. */
  skipPicture() {
    if (this.target === null || !this.ready) return;
    this.frame = this.target;
    this.target = null;
    this.changed();
  }

  /** Go to the frame at a time of the film's clock. */
  seekSeconds(seconds) {
    if (this.ready) this.seek(frameAt(this.times, seconds));
    else this.targetSeconds = seconds;
  }

  /** The video was loaded again: return to the frame. */
  restore() {
    if (this.targetSeconds === null) this.seek(this.place);
  }

  followPictures() {
    if (!this.video.requestVideoFrameCallback) {
      this.video.addEventListener("timeupdate", () => this.onPicture(this.video.currentTime, false));
      return;
    }
    const next = (_now, picture) => {
      // A callback that comes after `onSeeked` stopped waiting for it may be of a picture no longer on screen.
      if (this.assumedTime !== this.video.currentTime) this.onPicture(picture.mediaTime, true);
      this.video.requestVideoFrameCallback(next);
    };
    this.video.requestVideoFrameCallback(next);
  }

  /** A picture is on screen at `seconds`; `exact`: that is the picture's own time, not the playback position. */
  onPicture(seconds, exact) {
    if (!this.ready) return;
    // At a playback position, the frame on screen is the last one that began.
    this.frame = frameAt(this.times, exact ? seconds : seconds - 0.5 / this.rate);
    if (this.target === this.frame) this.target = null;
    this.changed();
  }

  onSeeked() {
    if (!this.video.requestVideoFrameCallback) {
      this.onPicture(this.video.currentTime, false);
      return;
    }
    // On a busy machine the picture can come on screen before the previous callback has run: then it has no callback.
    setTimeout(() => {
      if (this.target === null || this.video.seeking) return;
      if (this.video.paused) this.assumedTime = this.video.currentTime;
      this.onPicture(this.video.currentTime, true);
    }, CALLBACK_PATIENCE);
  }
}
