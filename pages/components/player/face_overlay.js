// Faces over the playing picture: the boxes and labels of sampled frames, each at its own frame, fading towards the next.

import { drawMarks, faceMarks, pictureArea } from "../face_marks.js";
import { loadScenes } from "../film_data.js";
import { LinkRequests } from "../link_requests.js";
import { onMoment } from "../moment.js";
import { BLOCK, loadBlock, sampleAt } from "../samples.js";

const REMEMBERED = "film-faces"; // key of the browser's storage
const KEPT = 3; // blocks on each side of the current one
const SAME_SHAPE = 0.02; // relative difference of two aspects that comes from rounding

/**
 * How strongly a sampled frame is drawn on the picture at `frame`: 1 at its own, less towards the first and the last one
 * that it speaks for, 0 beyond.
 */
export function strength({ frame: own, shown: [from, to] }, frame) {
  if (frame < from || frame >= to) return 0;
  const reach = frame < own ? own - from + 1 : to - own; // the first frame that is not drawn is as far away
  return 1 - ((frame - own) / reach) ** 2;
}

/**
 * Where a sampled frame of `aspect` lies in a video element of `width` x `height` pixels that shows a video of
 * `videoAspect`: left, top, width and height. A copy of a film whose shape changes has bars beside frames of another one.
 */
export function sampleArea(width, height, videoAspect, aspect) {
  const [left, top, wide, high] = pictureArea(width, height, videoAspect);
  if (Math.abs(aspect / videoAspect - 1) < SAME_SHAPE) return [left, top, wide, high];
  const [inLeft, inTop, inWide, inHigh] = pictureArea(wide, high, aspect);
  return [left + inLeft, top + inTop, inWide, inHigh];
}

export class FaceOverlay {
  /** `root` holds the video, the layer `.faces` over it and the button; `ask(time)` asks the page for another link. */
  constructor(root, calm, ask) {
    this.video = root.querySelector("video");
    this.layer = root.querySelector(".faces");
    this.button = root.querySelector('[data-does="faces"]');
    this.links = new LinkRequests(calm, ask, () => {}); // the player tells that the server refuses its own
    this.data = null;
    this.film = null; // the document of scenes, for labels and colours
    this.blocks = new Map(); // sampled frames by the block's number
    this.frame = 0;
    this.drawn = null; // the sampled frame whose faces are in the layer
    this.resized = new ResizeObserver(() => this.redraw());
    this.resized.observe(this.video);
    this.video.addEventListener("resize", () => this.redraw()); // another size of the film's picture
    this.set(localStorage.getItem(REMEMBERED) === "on");
  }

  /** Take new data from the page: {film, link, version}. */
  update(data) {
    const before = this.data;
    this.data = data;
    if (before?.film !== data.film) {
      this.following?.abort();
      this.following = new AbortController();
      onMoment(data.film, ({ frame }) => this.follow(frame), this.following.signal);
    }
    if (before?.link !== data.link) this.links.renewed();
    if (before?.version === data.version && before.link === data.link) return;
    this.film = null;
    this.blocks.clear();
    this.redraw();
  }

  toggle() {
    this.set(!this.on);
    localStorage.setItem(REMEMBERED, this.on ? "on" : "off");
  }

  set(on) {
    this.on = on;
    this.layer.hidden = !on;
    this.button.setAttribute("aria-pressed", String(on));
    this.redraw();
  }

  follow(frame) {
    const back = frame < this.frame;
    this.frame = frame;
    this.draw();
    if (!this.on) return;
    const block = Math.floor(frame / BLOCK);
    for (const number of [block, back ? block - 1 : block + 1]) this.load(number);
    for (const number of this.blocks.keys()) if (Math.abs(number - block) > KEPT) this.blocks.delete(number);
  }

  async load(number) {
    if (number < 0 || this.blocks.has(number) || this.links.refused || this.data === null) return;
    const { data } = this;
    this.blocks.set(number, []); // on its way
    try {
      const [film, samples] = await Promise.all([loadScenes(data), loadBlock(data, number)]);
      if (data.version !== this.data.version || data.link !== this.data.link) return;
      this.film = film;
      if (this.blocks.has(number)) this.blocks.set(number, samples);
      this.draw();
    } catch (error) {
      if (data === this.data) this.blocks.delete(number);
      if (error.expired) this.links.request(error.message);
    }
  }

  /** Draw what speaks for the picture on screen. */
  draw() {
    const block = Math.floor(this.frame / BLOCK);
    const near = [block - 1, block, block + 1].flatMap((number) => this.blocks.get(number) ?? []);
    const sample = this.on && this.film !== null ? sampleAt(near, this.frame) : undefined;
    if (sample !== this.drawn) this.fill(sample);
    if (sample) this.layer.style.opacity = String(strength(sample, this.frame));
  }

  fill(sample) {
    this.drawn = sample;
    const { clientWidth, clientHeight, videoWidth, videoHeight } = this.video;
    if (sample === undefined || !videoWidth || !clientWidth) {
      this.layer.replaceChildren();
      return;
    }
    const [across, down] = sample.size;
    const area = sampleArea(clientWidth, clientHeight, videoWidth / videoHeight, across / down);
    const [left, top, width, height] = area.map((value) => `${value}px`);
    Object.assign(this.layer.style, { left, top, width, height });
    drawMarks(this.layer, faceMarks(sample, this.film.labels, this.film.colours), area[3], true);
  }

  /** Draw again, where the size or what is known changed. */
  redraw() {
    this.drawn = null;
    if (this.on && this.data !== null) this.follow(this.frame);
    else this.draw();
  }

  close() {
    this.following?.abort();
    this.resized.disconnect();
  }
}
