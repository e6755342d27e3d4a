// The small pictures of scenes: loaded as they come into view, and told where there is none.

import { element } from "../dom.js";

const WIDTHS = [80, 160, 240]; // pixels
const SPARED = 10; // pixels by which a picture may be narrower than it is shown
const LOADED_AFTER = 60; // milliseconds: what only flies by is not asked for

export class Pictures {
  /** `onRefused(text)` is called where the server refuses the link; `text` says why. */
  constructor(onRefused) {
    this.onRefused = onRefused;
    this.link = "";
    this.waiting = new Set();
    this.refused = new Set();
    this.timer = 0;
  }

  /** Take the page's link; what another one was refused for is asked for again. */
  update(link) {
    if (link === this.link) return;
    this.link = link;
    for (const image of this.refused) if (image.isConnected) this.ask(image);
    this.refused.clear();
  }

  /** The picture of a scene, or a word on why there is none. */
  of(scene) {
    const box = element("div", { class: "picture" });
    if (scene.picture === null) {
      box.append(none(scene.frames_sampled ? "no picture kept" : "not looked at"));
      return box;
    }
    const image = element("img", { alt: "", decoding: "async", draggable: false });
    image.dataset.frame = String(scene.picture);
    image.addEventListener("error", () => image.hasAttribute("src") && this.onError(image));
    box.append(image);
    this.waiting.add(image);
    this.timer ||= setTimeout(() => this.load(), LOADED_AFTER);
    return box;
  }

  load() {
    this.timer = 0;
    for (const image of this.waiting) if (image.isConnected) this.ask(image);
    this.waiting.clear();
  }

  /** Load a picture about as wide as it is shown: the stored one has twice and thrice the bytes. */
  ask(image) {
    const pixels = image.clientWidth * window.devicePixelRatio;
    const width = WIDTHS.find((each) => each >= pixels - SPARED);
    image.src = `${this.link}/picture/${image.dataset.frame}${width ? `?width=${width}` : ""}`;
  }

  /** Stop loading what left the view. */
  drop(item) {
    const image = item.querySelector(".picture img");
    if (image && !image.complete) image.removeAttribute("src");
  }

  async onError(image) {
    const answer = await fetch(image.src).catch(() => null);
    if (!image.isConnected) return;
    if (answer?.status === 403) {
      this.refused.add(image);
      this.onRefused(await answer.text());
      return;
    }
    image.replaceWith(none(answer?.status === 410 ? "picture damaged" : "no picture"));
  }
}

function none(text) {
  return element("span", { class: "none" }, text);
}
