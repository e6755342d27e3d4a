// In the player's place where a film cannot be played, or not yet: the page's views still move to a frame together.

import { announce, onRest, onSeek } from "../moment.js";
import { writeMoment } from "../player/address.js";
import { wanted } from "../player/keys.js";
import { sceneNumber, sceneStart } from "../player/timecode.js";

export class StandIn {
  /** `still` has the film's `frames`, its `rate` in frames a second, and `starts`, the scenes' first frames. */
  constructor(film, still, frame) {
    this.film = film;
    this.still = still;
    this.listening = new AbortController();
    const { signal } = this.listening;
    onSeek(film, (sought) => this.seek(sought), signal);
    if (still.even) onRest(film, (moment) => writeMoment(moment), signal);
    window.addEventListener("keydown", (event) => this.onKey(event), { capture: true, signal });
    this.seek(frame);
  }

  seek(frame) {
    const { frames, rate, starts } = this.still;
    this.frame = Math.min(Math.max(frame, 0), frames - 1);
    const scene = sceneNumber(starts, this.frame);
    announce({ film: this.film, frame: this.frame, scene, seconds: this.frame / rate, playing: false });
  }

  onKey(event) {
    const { frame } = this;
    const { frames, starts } = this.still;
    const to = {
      back: frame - 1,
      forward: frame + 1,
      "scene-back": sceneStart(starts, frame, -1),
      "scene-forward": sceneStart(starts, frame, 1),
      start: 0,
      end: frames - 1,
    }[wanted(event)];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.seek(to);
  }

  close() {
    this.listening.abort();
  }
}
