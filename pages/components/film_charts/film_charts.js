// The timeline and the heatmap of a film. Figures come from the server for a part of the film and a width in pixels;
// Plotly draws them in place. Zoom, clicks, a new size and the playhead need no run of the page.

import { Calm } from "../calm.js";
import { announceDrawn } from "../first_chart.js";
import { LinkRequests } from "../link_requests.js";
import { onMoment, onRange, seek } from "../moment.js";
import { mounted } from "../mounted.js";
import { Axis } from "./axis.js";
import { FigureChoice } from "./choice.js";
import { Details } from "./details.js";
import { Drawing } from "./drawing.js";
import { KEYS, STEP, listen } from "./gestures.js";
import { loadFigureOf, loadOutline, loadTimes } from "./loading.js";
import { Marks } from "./marks.js";
import { Overlay } from "./overlay.js";
import { loadPlotly } from "../plotly_script.js";
import { Reading } from "./reading.js";
import { frameAtTime, lastAtMost } from "./scenes.js";
import { announceSpan, moved, onSpan, scaled, within } from "./span.js";

const SETTLED = 150; // milliseconds after the last change until a figure for the part shown is fetched

const calm = new Calm(window);

class Chart {
  constructor(parent, trigger) {
    this.trigger = trigger;
    this.links = new LinkRequests(calm, (now) => this.trigger("expired", now), (sentence) => this.say(sentence));
    this.root = parent.querySelector(".chart");
    this.stage = this.root.querySelector(".stage");
    this.drawing = new Drawing(this.root.querySelector(".plot"));
    this.overlay = new Overlay(this.root.querySelector(".over"));
    this.marks = new Marks(this.overlay);
    this.details = new Details(this.root);
    this.reading = new Reading(this.details, this.overlay);
    this.data = this.outline = this.figure = this.times = null;
    this.span = null; // seconds shown
    this.listening = new AbortController();
    listen(this.stage, () => this.overlay.root.getBoundingClientRect(), this.actions(), this.listening.signal);
    const on = (name, action) => this.root.querySelector(`[data-does="${name}"]`).addEventListener("click", action);
    on("in", () => this.zoom(null, 0.5));
    on("out", () => this.zoom(null, 2));
    on("all", () => this.show([0, this.outline.end]));
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(this.stage);
  }

  actions() {
    const ready = (action) => (...values) => this.figure !== null && action(...values);
    const sorted = (places) => places.toSorted((a, b) => a - b);
    return {
      hover: ready((place, y) => this.tell(place >= 0 && place <= 1 ? this.axis.timeAt(place) : null, y)),
      leave: ready(() => this.tell(null, 0)),
      click: ready((place, flag) => (flag === undefined ? this.goTo(this.axis.timeAt(place)) : seek(this.data.film, Number(flag)))),
      drag: ready((from, to) => this.overlay.band("drag", from === null ? null : sorted([from, to]))),
      zoomTo: ready((from, to) => this.show(sorted([from, to]).map((place) => this.axis.timeAt(place)))),
      zoom: ready((place, factor) => this.zoom(place, factor)),
      move: ready((share) => this.show(moved(this.span, share))),
      all: ready(() => this.show([0, this.outline.end])),
      step: ready((by) => this.step(by)),
      go: ready(() => this.reading.seconds !== null && this.goTo(this.reading.seconds)),
    };
  }

  /** Take new data from the page; load anew what changed. */
  update(data, trigger) {
    const before = this.data;
    this.data = data;
    this.trigger = trigger;
    this.root.dataset.kind = data.kind;
    this.choice ??= new FigureChoice(this.root, data.kind, () => this.loadFigure(), (error) => this.failed(error));
    this.choice.update(data);
    this.drawing.plot.setAttribute("aria-label", data.alt);
    this.stage.setAttribute("aria-label", `${data.name}. ${KEYS}`);
    if (this.links.refused && before?.link !== data.link) {
      this.links.renewed();
      this.drawn = null; // a figure may have been refused
      this.load();
    }
    if (before?.film === data.film && before.version === data.version && before.drawn === data.drawn) return;
    if (before?.film !== data.film) {
      this.following?.abort();
      this.following = new AbortController();
      this.span = this.outline = this.marks.moment = null;
      const { signal } = this.following;
      onMoment(data.film, (moment) => this.follow(moment), signal);
      onRange(data.film, (range) => this.ranged(range), signal);
      onSpan(data.film, (span) => this.moveTo([span.from, span.to]), signal);
    }
    this.load();
  }

  async load() {
    const { data } = this;
    const isDrawn = this.drawn === data.drawn; // only notes changed
    const request = isDrawn ? null : this.ask(); // on its way while the rest is loaded
    try {
      const [outline] = await Promise.all([loadOutline(data), request?.figure, loadPlotly(data.script)]);
      if (data.version !== this.data.version || data.drawn !== this.data.drawn) return;
      this.times = outline.rate === null ? await loadTimes(data) : null;
      this.outline = outline;
      this.overlay.makeFlags(outline.notes);
      if (isDrawn) return void this.mark();
      const shown = this.span;
      this.span = within(shown ?? [0, outline.end], outline.end);
      if (request !== null && String(request.span) === String(shown && this.span)) await this.take(request);
      else await this.loadFigure();
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error) {
    if (error.expired) this.links.request(error.message);
    else this.say(error.message);
  }

  /** Ask for the figure of the part shown, of the whole film where none is known; null while the chart has no width. */
  ask() {
    const { span } = this;
    const width = Math.round(this.stage.clientWidth);
    this.request = width === 0 ? null : { span, width, figure: loadFigureOf(this.data, span, width, this.choice.asked) };
    return this.request;
  }

  /** Fetch and draw the figure of the part shown. */
  async loadFigure() {
    if (!this.outline) return;
    const request = this.ask();
    if (request !== null) await this.take(request);
  }

  /** Draw the figure that was asked for; of several requests only the latest one is drawn. */
  async take(request) {
    try {
      const figure = await request.figure;
      if (request !== this.request) return;
      this.say("");
      this.figure = { labels: this.outline.labels, ...figure };
      this.figureWidth = request.width;
      this.draw();
    } catch (error) {
      if (request === this.request) this.failed(error);
    }
  }

  draw() {
    this.overlay.place(this.drawing.draw(this.figure.figure, this.figureWidth, this.axis.range));
    this.drawing.preview(this.axis);
    announceDrawn();
    this.drawn = this.data.drawn;
    this.root.dataset.drawn = `${this.span[0]} ${this.span[1]}`;
    this.details.take(this.figure, this.span, this.data.name);
    this.mark();
  }

  get axis() {
    return new Axis(this.figure, this.outline, this.span);
  }

  /** Show a part of the film, here and in the other chart; false where it is the part shown already. */
  show(span) {
    const [from, to] = within(span, this.outline.end);
    if (Math.abs(from - this.span[0]) < 1e-6 && Math.abs(to - this.span[1]) < 1e-6) return false;
    announceSpan({ film: this.data.film, from, to });
    return true;
  }

  zoom(place, factor) {
    const { seconds } = this.marks;
    const head = seconds === null ? null : this.axis.placeOf(seconds);
    const at = place ?? (head !== null && head >= 0 && head <= 1 ? head : 0.5);
    return this.show(scaled(this.span, this.axis.timeAt(at), factor));
  }

  /** Show what another chart shows: move what is drawn at once, and fetch a figure made for it. */
  moveTo(span) {
    this.span = span;
    if (!this.figure) return;
    window.cancelAnimationFrame(this.frame);
    this.frame = window.requestAnimationFrame(() => {
      this.drawing.preview(this.axis);
      this.overlay.band("column", null);
      this.mark();
    });
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.loadFigure(), SETTLED);
  }

  resized() {
    if (this.stage.clientWidth === this.drawing.width) return;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.loadFigure(), this.figure ? SETTLED : 0);
  }

  /** Say what lies at `seconds`, null for nothing, and at height `y`. */
  tell(seconds, y) {
    this.reading.tell(this.figure.readouts, this.axis, seconds, y);
  }

  /** Go through the columns by keys. */
  step(by) {
    const { readouts } = this.figure;
    const from = this.marks.seconds ?? this.span[0];
    if (readouts && !this.reading.step(readouts, this.axis, from, by)) this.show(moved(this.span, by * STEP));
  }

  goTo(seconds) {
    const { starts, frames, rate } = this.outline;
    const frame = this.data.kind === "heatmap" ? frames[lastAtMost(starts, seconds)] : frameAtTime(seconds, rate, this.times);
    seek(this.data.film, frame);
  }

  follow(moment) {
    this.marks.moment = moment;
    if (this.figure) this.marks.placeMoment(this.axis, this.outline);
  }

  ranged(range) {
    this.marks.range = range;
    if (this.figure) this.mark();
  }

  /** Put all that lies over the chart where it belongs. */
  mark() {
    this.marks.place(this.axis, this.outline, this.times);
  }

  say(sentence) {
    const notice = this.root.querySelector(".notice");
    notice.textContent = sentence;
    notice.hidden = sentence === "";
  }

  close() {
    this.listening.abort();
    this.following?.abort();
    this.sizes.disconnect();
    clearTimeout(this.settling);
    window.cancelAnimationFrame(this.frame);
    this.drawing.close();
  }
}

export default mounted(".chart", (_, trigger, parent) => new Chart(parent, trigger));
