// Between the browser's moment and Python: tells on which frame the film rests, asks the player for what Python wishes,
// and passes on Ctrl+Z and Ctrl+Shift+Z. It shows nothing.

import { onRest, seek } from "../moment.js";
import { mounted } from "../mounted.js";
import { StandIn } from "./stand_in.js";
import { undoWanted } from "./undo_keys.js";

class Channel {
  constructor() {
    this.wish = null;
    this.film = null;
    this.still = null; // stands in for the player
    this.stillKey = null;
    this.told = null; // the frame that Python knows
    this.listening = new AbortController();
    window.addEventListener("keydown", (event) => this.onKey(event), { signal: this.listening.signal });
  }

  update(data, trigger) {
    this.trigger = trigger;
    this.data = data;
    this.told = data.frame;
    if (this.film !== data.film) this.follow(data.film);
    this.standIn(data);
    this.wish ??= data.wish; // one from before the page was opened is not carried out again
    if (data.wish !== this.wish) seek(data.film, data.wished);
    this.wish = data.wish;
  }

  follow(film) {
    this.film = film;
    this.following?.abort();
    this.following = new AbortController();
    onRest(film, ({ frame }) => this.onRest(frame), this.following.signal);
  }

  /** While the page has no player, announce the moment in its place. */
  standIn({ film, frame, still }) {
    const key = still && JSON.stringify([film, still]);
    if (key === this.stillKey) return;
    this.stillKey = key;
    this.still?.close();
    this.still = still ? new StandIn(film, still, frame) : null;
  }

  onRest(frame) {
    if (frame === this.told) return;
    this.told = frame;
    this.trigger("rest", frame);
  }

  onKey(event) {
    const step = undoWanted(event);
    if (step === null) return;
    event.preventDefault();
    this.trigger("step", { step, revision: this.data.revision });
  }

  close() {
    this.still?.close();
    this.following?.abort();
    this.listening.abort();
  }
}

export default mounted("span", () => new Channel());
