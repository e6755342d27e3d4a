// The marked range in the player: on its slider, and with its own numbers below the picture.

import { getJson } from "../film_data.js";
import { announceRange } from "../moment.js";
import { NONE, isWhole, partOf, withFirst, withLast } from "./range.js";

const SHOWN = 3; // expressions, of the largest shares
const percent = (share) => `${Math.round(share * 100)} %`;

export class MarkedRange {
  /** `links` is a LinkRequests for the film's data; `notify(sentence)` shows a message. */
  constructor(root, links, notify) {
    this.band = root.querySelector(".band");
    this.numbers = root.querySelector(".marked");
    this.links = links;
    this.notify = notify;
    this.range = NONE;
    this.looping = false;
    this.data = null;
    this.asked = null; // the address whose numbers are shown, or on their way
  }

  /** Take new data from the page: after a correction, numbers may be others. `isNew`: it is another film. */
  update(data, isNew) {
    this.data = data;
    this.links.renewed();
    if (isNew) {
      const before = window.filmRange;
      this.set(before?.film === data.film ? before : NONE, false);
    } else if (isWhole(this.range)) this.load();
  }

  begin(frame) {
    this.set(withFirst(this.range, frame));
  }

  end(frame) {
    this.set(withLast(this.range, frame));
  }

  set({ first, last }, looping = this.looping) {
    this.range = { first, last };
    this.looping = looping && isWhole(this.range);
    announceRange({ film: this.data.film, first, last });
    if (isWhole(this.range)) this.load();
    else this.asked = null;
    this.draw();
  }

  clear() {
    this.set(NONE, false);
  }

  get marked() {
    return this.range.first !== null || this.range.last !== null;
  }

  /** The frame to go on with after `frame`, while the range is looped; null for the next one. */
  backTo(frame) {
    return this.looping && frame >= this.range.last ? this.range.first : null;
  }

  async load() {
    const { first, last } = this.range;
    const address = `${this.data.link}/range?from=${first}&to=${last + 1}`;
    const key = `${this.data.version} ${first} ${last}`;
    if (this.asked === key) return;
    this.asked = key;
    try {
      const numbers = await getJson(address);
      if (this.asked === key) this.write(numbers);
    } catch (error) {
      if (this.asked !== key) return;
      this.asked = null;
      if (error.expired) this.links.request(error.message);
      else this.notify(error.message);
    }
  }

  write({ labels, colours, shares, intervals, leading, certainty, evidence, tc_in, tc_out, length }) {
    const put = (name, text) => (this.numbers.querySelector(name).textContent = text);
    put(".times", `${tc_in} – ${tc_out} · ${length}`);
    put(".leading", leading);
    put(".evidence", evidence);
    this.numbers.classList.toggle("weak", certainty !== "clear");
    const order = (shares ?? []).map((_, label) => label).sort((a, b) => shares[b] - shares[a]);
    const rows = order.slice(0, SHOWN).map((label) => {
      const [row, swatch] = [document.createElement("li"), document.createElement("span")];
      swatch.className = "swatch";
      swatch.style.background = colours[label];
      const spread = intervals === null ? "" : ` (${intervals[label].map(percent).join("–").replace(" %–", "–")})`;
      row.append(swatch, `${labels[label]} ${percent(shares[label])}${spread}`);
      return row;
    });
    this.numbers.querySelector("ul").replaceChildren(...rows);
  }

  draw(frames = this.frames) {
    this.frames = frames;
    const part = frames ? partOf(this.range, frames) : null;
    this.band.hidden = part === null;
    if (part !== null) {
      this.band.style.left = `${100 * part.left}%`;
      this.band.style.width = `${100 * part.width}%`;
    }
    this.numbers.hidden = !isWhole(this.range);
    const loop = this.numbers.querySelector('[data-does="loop"]');
    loop.setAttribute("aria-pressed", String(this.looping));
  }
}
