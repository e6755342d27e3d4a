// The strip on which targets are drawn, by the pointer or by keys.

import { Calm } from "../calm.js";
import { loadScenes } from "../film_data.js";
import { announceSpan, moved, onSpan, within } from "../film_charts/span.js";
import { LinkRequests } from "../link_requests.js";
import { onMoment } from "../moment.js";
import { mounted } from "../mounted.js";
import { showBrushes } from "./brushes.js";
import { asked, levelOf } from "./keys.js";
import { RIBBON, TARGET, draw } from "./picture.js";
import { sceneAt } from "./stroke.js";
import { Strokes } from "./strokes.js";

const RESTED = 700; // milliseconds after the last key until what was drawn by keys is sent

const calm = new Calm(window);

class TargetStrip {
  constructor(root, trigger) {
    this.root = root;
    this.trigger = trigger;
    this.links = new LinkRequests(calm, (now) => this.trigger("expired", now), (sentence) => this.say(sentence));
    this.canvas = root.querySelector("canvas");
    this.brush = "intensity";
    this.data = this.film = this.seconds = null;
    this.strokes = new Strokes((stroke) => this.trigger("stroke", stroke));
    this.index = null; // the scene that the keys are at, while the strip has the focus
    this.closing = new AbortController();
    const { signal } = this.closing;
    const on = (name, action) => this.canvas.addEventListener(name, action, { signal });
    on("mousedown", (event) => event.preventDefault()); // a click does not take the keys from the player
    on("pointerdown", (event) => this.begin(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", () => this.end());
    on("pointercancel", () => this.cancel());
    on("focus", () => this.goTo(this.index ?? this.sceneOnScreen));
    on("blur", () => this.left());
    on("keydown", (event) => this.onKey(event));
    window.addEventListener("keydown", (event) => event.key === "Escape" && this.cancel(), { signal });
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.canvas);
  }

  update(data, trigger) {
    this.trigger = trigger;
    const before = this.data;
    this.data = data;
    if (before?.film !== data.film) {
      this.listening?.abort();
      this.listening = new AbortController();
      this.span = this.index = null;
      this.strokes.forget();
      onMoment(data.film, ({ seconds }) => this.follow(seconds), this.listening.signal);
      onSpan(data.film, ({ from, to }) => this.zoom([from, to]), this.listening.signal);
    }
    if (this.links.refused && before?.link !== data.link) this.links.renewed();
    else if (before?.version === data.version) return this.settle();
    return this.load();
  }

  async load() {
    const { data } = this;
    try {
      const film = await loadScenes(data);
      if (data.version !== this.data.version) return;
      this.say("");
      if (film.scenes.length !== this.film?.scenes.length) {
        this.index = null; // of scenes that are others now
        this.strokes.forget();
      }
      this.film = film;
      this.showBrushes();
      this.settle();
    } catch (error) {
      if (error.expired) this.links.request(error.message);
      else this.say(error.message);
    }
  }

  settle() {
    this.strokes.settled();
    if (this.index !== null) this.tell(this.index);
    this.draw();
  }

  showBrushes() {
    const { labels, colours } = this.film;
    const brushes = [["intensity", "Intensity", TARGET], ...labels.map((label, i) => [label, label, colours[i]]), ["erase", "Erase", null]];
    showBrushes(this.root.querySelector(".brushes"), brushes, this.brush, (brush) => (this.brush = brush));
  }

  // By the pointer

  point(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const [from, to] = this.shown;
    const share = Math.min(Math.max((event.clientX - left) / width, 0), 1);
    return { seconds: from + share * (to - from), level: 1 - (event.clientY - top - RIBBON) / (height - RIBBON) };
  }

  begin(event) {
    if (!this.film || event.button !== 0) return;
    this.end(); // what keys have drawn
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.with(this.brush, this.film.scenes);
    this.move(event);
  }

  move(event) {
    if (!this.film) return;
    const point = this.point(event);
    const isDrawing = this.canvas.hasPointerCapture(event.pointerId) && this.strokes.drawn !== null;
    if (isDrawing) this.strokes.drawn.stroke.to(point);
    this.tell(sceneAt(this.film.scenes, point.seconds));
    if (isDrawing) this.draw();
  }

  /** What is being drawn is done. */
  end() {
    clearTimeout(this.resting);
    this.strokes.end();
  }

  cancel() {
    if (!this.strokes.drawn) return;
    clearTimeout(this.resting);
    this.strokes.drawn = null;
    if (this.index !== null) this.tell(this.index);
    this.draw();
  }

  // By keys

  get sceneOnScreen() {
    return this.film && sceneAt(this.film.scenes, this.seconds ?? 0);
  }

  onKey(event) {
    const wish = this.index === null ? null : asked(event, this.index, this.film.scenes.length);
    if (wish === null) return;
    event.preventDefault();
    event.stopPropagation();
    const level = levelOf(this.target(this.index), this.film.scenes[this.index]);
    if (wish.cancels) this.cancel();
    else if (wish.erases) this.put("erase", 0);
    else if (wish.by !== undefined) this.put("intensity", Math.min(Math.max(level + wish.by, 0), 100));
    else {
      if (wish.draws) this.put(this.brush, level);
      if (wish.to !== undefined) this.goTo(wish.to);
      if (wish.draws && wish.to !== undefined) this.put(this.brush, level);
    }
  }

  /** Draw in the scene that the keys are at. */
  put(brush, percent) {
    this.strokes.with(brush, this.film.scenes).at(this.index, percent);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.end(), RESTED);
    this.tell(this.index);
    this.draw();
  }

  goTo(index) {
    if (index === null) return;
    this.index = index;
    this.tell(index);
    const { start, end } = this.film.scenes[index];
    const [from, to] = this.shown;
    if (start < from || end > to) {
      const part = within(moved([from, to], ((start + end) / 2 - (from + to) / 2) / (to - from)), this.length);
      announceSpan({ film: this.data.film, from: part[0], to: part[1] });
    }
    this.draw();
  }

  left() {
    this.end();
    this.index = null;
    this.draw();
  }

  // What is shown

  /** A scene's target and reading in words. */
  tell(index) {
    const scene = this.film.scenes[index];
    const { expression, intensity } = this.target(index);
    const parts = [expression, intensity === null ? null : `intensity ${Math.round(intensity * 100)} %`];
    const target = parts.filter(Boolean).join(", ") || "none";
    const words = `Scene ${scene.number}${scene.name ? ` · ${scene.name}` : ""} · target: ${target} · read: ${scene.leading}`;
    this.root.querySelector(".readout").textContent = words;
    if (index !== this.index) return;
    this.canvas.setAttribute("aria-valuetext", words);
    this.canvas.setAttribute("aria-valuenow", String(Math.round((intensity ?? 0) * 100)));
  }

  /** What a scene is to show, with what was drawn and is not stored yet. */
  target(index) {
    const { target_expression: expression, target_intensity: intensity } = this.film.scenes[index];
    return this.strokes.over({ expression, intensity }, index);
  }

  /** The film's end, seconds. */
  get length() {
    return this.film.scenes[this.film.scenes.length - 1].end;
  }

  /** The part of the film that the charts show, seconds. */
  get shown() {
    return this.span ?? [0, this.length];
  }

  zoom(span) {
    this.span = span;
    this.follow(this.seconds);
  }

  follow(seconds) {
    this.seconds = seconds;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    const { canvas, film, seconds, index } = this;
    if (!film) return;
    const [from, to] = this.shown;
    draw(canvas, film, { from, to, target: (scene) => this.target(scene), seconds, chosen: index });
  }

  say(sentence) {
    const notice = this.root.querySelector(".notice");
    notice.textContent = sentence;
    notice.hidden = sentence === "";
  }

  close() {
    clearTimeout(this.resting);
    this.closing.abort();
    this.listening?.abort();
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

export default mounted(".strip", (root, trigger) => new TargetStrip(root, trigger));
