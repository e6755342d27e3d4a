// The sampled frames of a scene as small pictures with their faces. Frames and pictures are loaded as they come into view.

import { drawMarks, faceMarks, trackDot } from "../face_marks.js";
import { blocksOf, BLOCK, loadBlock, nearestSample } from "../samples.js";

const NEAR = "150px"; // of the strip's visible part: what is loaded ahead
const WIDTHS = [160, 320]; // pixels of the pictures asked for
const AHEAD = 6; // pictures of the next scene
const MARKS_FROM = 100; // pixels of a tile's picture in height, about: plates then have room

export const NO_PICTURE = "no picture kept";
export const DAMAGED = "picture damaged";

let [usualWidth] = WIDTHS; // of the strip's pictures

export class Strip {
  /** `actions`: go(sample), details(sample), face(sample, face), failed(error). */
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    this.tiles = new Map(); // by frame: {tile, sample}
    this.shown = null; // what is shown, an object of its own for each scene
    this.now = null; // frame of the lit tile
    this.observer = new IntersectionObserver((entries) => this.onVisible(entries), { root, rootMargin: NEAR });
  }

  /** Show the sampled frames from `from` to before `to`; `count` is about how many there are. */
  show(data, film, from, to, count) {
    this.shown = { data, film, from, to };
    this.now = null;
    this.tiles.clear();
    this.observer.disconnect();
    const blocks = blocksOf(from, to).map((number) => {
      const block = document.createElement("div");
      block.className = "block";
      const frames = Math.min(to, (number + 1) * BLOCK) - Math.max(from, number * BLOCK);
      block.style.setProperty("--tiles", String(Math.ceil((count * frames) / (to - from))));
      block.dataset.block = String(number);
      return block;
    });
    this.root.replaceChildren(...blocks);
    this.root.scrollTop = 0;
    for (const block of blocks) this.observer.observe(block);
  }

  onVisible(entries) {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      this.observer.unobserve(target);
      if (target.dataset.block === undefined) loadPicture(target, true);
      else this.fill(target);
    }
  }

  async fill(block) {
    const { shown } = this;
    try {
      const samples = await loadBlock(shown.data, Number(block.dataset.block));
      if (shown !== this.shown) return;
      const inScene = samples.filter(({ frame }) => shown.from <= frame && frame < shown.to);
      block.replaceChildren(...inScene.map((sample) => this.tile(sample)));
      block.classList.add("filled");
      for (const each of block.querySelectorAll(".picture")) this.observer.observe(each);
      this.light(this.frame);
    } catch (error) {
      if (shown === this.shown) this.actions.failed(error);
    }
  }

  tile(sample) {
    const { data, film } = this.shown;
    const marks = faceMarks(sample, film.labels, film.colours);
    const tile = document.createElement("div");
    tile.className = "tile";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "picture-button";
    button.append(picture(data, sample, marks));
    button.setAttribute("aria-label", `Go to ${sample.timecode}. ${inWords(sample, marks)}`);
    button.title = `Frame ${sample.frame}`;
    button.addEventListener("click", () => this.actions.go(sample));
    const line = document.createElement("div");
    line.className = "line";
    const timecode = document.createElement("span");
    timecode.textContent = sample.timecode;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "more";
    more.textContent = "Details";
    more.setAttribute("aria-label", `Details of ${sample.timecode}`);
    more.addEventListener("click", () => this.actions.details(sample));
    line.append(timecode, more);
    const faces = document.createElement("p");
    faces.className = "faces";
    faces.append(...chips(sample, marks, (face) => this.actions.face(sample, face)));
    tile.append(button, line, faces);
    this.tiles.set(sample.frame, { tile, sample });
    return tile;
  }

  /** Light the tile nearest to `frame`; it is scrolled into the strip's visible part, and loaded for that. */
  light(frame) {
    this.frame = frame;
    const block = this.root.querySelector(`[data-block="${Math.floor(frame / BLOCK)}"]:not(.filled)`);
    if (block) {
      this.root.scrollTop += block.getBoundingClientRect().top - this.root.getBoundingClientRect().top;
      return;
    }
    const nearest = nearestSample([...this.tiles.values()].map(({ sample }) => sample), frame)?.frame ?? null;
    if (nearest === this.now) return;
    const tileOf = (number) => this.tiles.get(number)?.tile;
    tileOf(this.now)?.classList.remove("now");
    this.now = nearest;
    const tile = tileOf(nearest);
    if (!tile) return;
    tile.classList.add("now");
    const [inner, outer] = [tile.getBoundingClientRect(), this.root.getBoundingClientRect()];
    if (inner.top < outer.top) this.root.scrollTop += inner.top - outer.top - 4;
    else if (inner.bottom > outer.bottom) this.root.scrollTop += inner.bottom - outer.bottom + 4;
  }

  close() {
    this.observer.disconnect();
    this.shown = null;
  }
}

/** The faces of a sampled frame in words: “A sad 70 %, B not counted: …, 2 faces too small to be read”. */
export function inWords(sample, marks) {
  return [...marks.map(({ who, text }) => `${who} ${text}`), ...rest(sample)].join(", ");
}

/** What is said of a sampled frame beside its faces. */
function rest({ faces, too_small: small }) {
  if (small) return [`${small} ${small === 1 ? "face" : "faces"} too small to be read`];
  return faces.length ? [] : ["no face"];
}

/** The same words, each face a button that calls `open(face)`. */
function chips(sample, marks, open) {
  const buttons = marks.map(({ who, dot, text }, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.append(trackDot(dot), `${who} ${text}`);
    button.setAttribute("aria-label", `${who} ${text}: correct this face`);
    button.title = "Correct this face: name it, leave it out, split or merge its track";
    button.addEventListener("click", () => open(sample.faces[i]));
    return button;
  });
  return [...buttons, ...rest(sample)];
}

/** A sampled frame's stored picture, which `loadPicture` loads, with its marks. */
export function picture(data, sample, marks, full = false) {
  const frame = document.createElement("div");
  frame.className = "picture";
  frame.style.aspectRatio = sample.size.join(" / ");
  if (sample.picture) frame.dataset.address = `${data.link}/picture/${sample.frame}`;
  else frame.dataset.says = NO_PICTURE;
  const layer = document.createElement("div");
  layer.className = "marks";
  layer.setAttribute("aria-hidden", "true");
  drawMarks(layer, marks, MARKS_FROM, full);
  frame.append(layer);
  return frame;
}

/** Load the stored pictures of the first sampled frames of a scene that may come next. */
export function loadAhead(data, samples) {
  for (const { frame, picture: kept } of samples.slice(0, AHEAD)) {
    if (kept) new Image().src = `${data.link}/picture/${frame}?width=${usualWidth}`;
  }
}

/** Load the stored picture of an element made by `picture`, as wide as it is shown. */
export function loadPicture(frame, usual = false) {
  const { address } = frame.dataset;
  if (address === undefined || frame.querySelector("img")) return;
  const pixels = frame.clientWidth * window.devicePixelRatio;
  const width = WIDTHS.find((each) => each >= pixels - 10) ?? WIDTHS.at(-1);
  if (usual) usualWidth = width;
  const image = document.createElement("img");
  image.alt = "";
  image.src = `${address}?width=${width}`;
  image.addEventListener("error", () => {
    image.remove();
    frame.dataset.says = DAMAGED;
    frame.title = "Run python -m emotion_core library check";
  });
  frame.prepend(image);
}
