// The strip on which targets are drawn: expressions in a ribbon, intensities as steps over what is read.

import { Calm } from "../calm.js";
import { loadScenes } from "../film_data.js";
import { LinkRequests } from "../link_requests.js";
import { onSpan } from "../film_charts/span.js";
import { onMoment } from "../moment.js";
import { mounted } from "../mounted.js";
import { Stroke, sceneAt } from "./stroke.js";

const RIBBON = 22; // pixels
const TARGET = "#EE7733"; // emotion_core/charts/target_arc.py
const READ = "#8A8F98";

const calm = new Calm(window);

class TargetStrip {
  constructor(root, trigger) {
    this.root = root;
    this.trigger = trigger;
    this.links = new LinkRequests(calm, (now) => this.trigger("expired", now), (sentence) => this.say(sentence));
    this.canvas = root.querySelector("canvas");
    this.readout = root.querySelector(".readout");
    this.brush = "intensity";
    this.data = this.film = this.stroke = this.sent = null;
    this.seconds = null;
    this.closing = new AbortController();
    const { signal } = this.closing;
    const on = (name, action) => this.canvas.addEventListener(name, action, { signal });
    on("pointerdown", (event) => this.begin(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", () => this.end());
    on("pointercancel", () => this.cancel());
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
      this.span = null;
      onMoment(data.film, ({ seconds }) => this.follow(seconds), this.listening.signal);
      onSpan(data.film, ({ from, to }) => this.zoom([from, to]), this.listening.signal);
    }
    if (this.links.refused && before?.link !== data.link) this.links.renewed();
    else if (before?.version === data.version) return this.forget();
    return this.load();
  }

  async load() {
    const { data } = this;
    try {
      const film = await loadScenes(data);
      if (data.version !== this.data.version) return;
      this.say("");
      this.film = film;
      this.showBrushes();
      this.forget();
    } catch (error) {
      if (error.expired) this.links.request(error.message);
      else this.say(error.message);
    }
  }

  /** What was sent is stored now, or refused: either way the strip shows what is stored. */
  forget() {
    this.sent = null;
    this.draw();
  }

  showBrushes() {
    const { labels, colours } = this.film;
    const brushes = [["intensity", "Intensity", TARGET], ...labels.map((label, i) => [label, label, colours[i]]), ["erase", "Erase", null]];
    this.root.querySelector(".brushes").replaceChildren(
      ...brushes.map(([name, title, colour]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.setAttribute("role", "radio");
        button.setAttribute("aria-checked", String(name === this.brush));
        if (colour) {
          const swatch = document.createElement("span");
          swatch.className = "swatch";
          swatch.style.background = colour;
          button.append(swatch);
        }
        button.append(title);
        button.addEventListener("click", () => {
          this.brush = name;
          for (const each of button.parentElement.children) each.setAttribute("aria-checked", String(each === button));
        });
        return button;
      }),
    );
  }

  point(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const [from, to] = this.shown;
    const share = Math.min(Math.max((event.clientX - left) / width, 0), 1);
    return { seconds: from + share * (to - from), level: 1 - (event.clientY - top - RIBBON) / (height - RIBBON) };
  }

  begin(event) {
    if (!this.film || event.button !== 0 || this.sent) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.stroke = new Stroke(this.film.scenes);
    this.move(event);
  }

  move(event) {
    if (!this.film) return;
    const point = this.point(event);
    this.stroke?.to(point);
    this.tell(sceneAt(this.film.scenes, point.seconds));
    if (this.stroke) this.draw();
  }

  end() {
    if (!this.stroke) return;
    this.sent = { stroke: this.stroke, brush: this.brush };
    this.trigger("stroke", this.stroke.sent(this.brush));
    this.stroke = null;
  }

  cancel() {
    if (!this.stroke) return;
    this.stroke = null;
    this.draw();
  }

  /** A scene's target and reading in words. */
  tell(index) {
    const scene = this.film.scenes[index];
    const { expression, intensity } = this.target(index);
    const parts = [expression, intensity === null ? null : `intensity ${Math.round(intensity * 100)} %`];
    const target = parts.filter(Boolean).join(", ") || "none";
    this.readout.textContent = `Scene ${scene.number}${scene.name ? ` · ${scene.name}` : ""} · target: ${target} · read: ${scene.leading}`;
  }

  target(index) {
    if (this.stroke) return this.stroke.target(index, this.brush);
    if (this.sent) return this.sent.stroke.target(index, this.sent.brush);
    const scene = this.film.scenes[index];
    return { expression: scene.target_expression, intensity: scene.target_intensity };
  }

  /** The part of the film that the charts show, seconds. */
  get shown() {
    return this.span ?? [0, this.film.scenes[this.film.scenes.length - 1].end];
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
    const { canvas, film } = this;
    const [width, height, dots] = [canvas.clientWidth, canvas.clientHeight, window.devicePixelRatio || 1];
    if (!film || width === 0) return;
    canvas.width = width * dots;
    canvas.height = height * dots;
    const ink = canvas.getContext("2d");
    ink.scale(dots, dots);
    const { scenes, labels, colours } = film;
    const [from, to] = this.shown;
    const x = (seconds) => ((seconds - from) / (to - from)) * width;
    const y = (level) => RIBBON + 4 + (1 - level) * (height - RIBBON - 8);
    const step = (scene, level, colour, thick) => {
      ink.fillStyle = colour;
      ink.fillRect(x(scene.start), y(level) - thick / 2, Math.max(x(scene.end) - x(scene.start), 1), thick);
    };
    for (const [index, scene] of scenes.entries()) {
      if (scene.end < from || scene.start > to) continue;
      const { expression, intensity } = this.target(index);
      if (expression !== null) {
        ink.fillStyle = colours[labels.indexOf(expression)] ?? READ;
        ink.fillRect(x(scene.start), 0, Math.max(x(scene.end) - x(scene.start) - 0.5, 0.5), RIBBON - 2);
      }
      if (scene.dominant !== null && scene.intensity !== null) step(scene, scene.intensity, READ, 2);
      if (intensity !== null) step(scene, intensity, TARGET, 4);
    }
    if (this.seconds !== null) {
      ink.fillStyle = getComputedStyle(canvas).color;
      ink.fillRect(x(this.seconds) - 0.5, 0, 1, height);
    }
  }

  say(sentence) {
    const notice = this.root.querySelector(".notice");
    notice.textContent = sentence;
    notice.hidden = sentence === "";
  }

  close() {
    this.closing.abort();
    this.listening?.abort();
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

export default mounted(".strip", (root, trigger) => new TargetStrip(root, trigger));
