// The small pictures of scenes: loaded as they come into view, and told where there is none.

import { element } from "./dom.js";

const LOADED_AFTER = 60; // milliseconds: what only flies by is not asked for

export class Pictures {
  /** `onRefused(text)` is called once a link that the server refuses. */
  constructor(onRefused) {
    this.onRefused = onRefused;
    this.link = ""; // kept while it works, so that the browser has each picture once
    this.newest = "";
    this.waiting = new Set();
    this.timer = 0;
  }

  /** Take the page's newest link. */
  update(link, isNewFilm) {
    this.newest = link;
    if (isNewFilm || !this.link) this.link = link;
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
    image.addEventListener("error", () => image.src && this.onError(image));
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

  ask(image) {
    image.dataset.link = this.link;
    image.src = `${this.link}/picture/${image.dataset.frame}`;
  }

  /** Stop loading what left the view. */
  drop(box) {
    const image = box.querySelector(".picture img");
    if (image && !image.complete) image.removeAttribute("src");
  }

  async onError(image) {
    const { link } = image.dataset;
    const answer = await fetch(image.src).catch(() => null);
    if (!image.isConnected) return;
    if (answer?.status === 403 && link === this.newest) this.onRefused(await answer.text());
    if (answer?.status === 403 && link !== this.newest) {
      this.link = this.newest;
      this.ask(image);
      return;
    }
    image.replaceWith(none(answer?.status === 410 ? "picture damaged" : "no picture"));
  }
}

function none(text) {
  return element("span", { class: "none" }, text);
}
