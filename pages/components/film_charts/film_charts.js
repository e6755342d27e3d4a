// The timeline and the heatmap of a film. Figures come from the server for a part of the film and a width in pixels;
// Plotly draws them in place. Zoom, clicks, a new size and the playhead need no run of the page.

import { Calm } from "../calm.js";
import { get, getJson, kept } from "../film_data.js";
import { LinkRequests } from "../link_requests.js";
import { onMoment, seek } from "../moment.js";
import { listen } from "./gestures.js";
import { Overlay } from "./overlay.js";
import { loadPlotly } from "./plotly_script.js";
import { frameAtTime, fromSceneAxis, lastAtMost, sceneSpan, toSceneAxis } from "./scenes.js";
import { announceSpan, moved, onSpan, scaled, within } from "./span.js";

const SETTLED = 150; // milliseconds after the last change until a figure for the part shown is fetched
const CONFIG = { staticPlot: true, responsive: false };

const calm = new Calm(window);

class Chart {
  constructor(parent, trigger) {
    this.trigger = trigger;
    this.links = new LinkRequests(calm, (now) => this.trigger("expired", now), (sentence) => this.say(sentence));
    this.root = parent.querySelector(".chart");
    this.stage = this.root.querySelector(".stage");
    this.plot = this.root.querySelector(".plot");
    this.overlay = new Overlay(this.root.querySelector(".over"));
    this.data = null;
    this.outline = null;
    this.figure = null;
    this.span = null; // seconds shown
    this.moment = null;
    this.listening = new AbortController();
    const { signal } = this.listening;
    listen(this.stage, () => this.plotRectangle(), this.actions(), signal);
    const on = (name, action) => this.root.querySelector(`[data-does="${name}"]`).addEventListener("click", action);
    on("in", () => this.zoom(null, 0.5));
    on("out", () => this.zoom(null, 2));
    on("all", () => this.show([0, this.outline.end]));
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(this.stage);
  }

  actions() {
    const ready = (action) => (...values) => this.outline !== null && this.figure !== null && action(...values);
    return {
      hover: () => {},
      leave: () => {},
      click: ready((place) => this.clicked(place)),
      drag: ready((from, to) => this.overlay.band(this.overlay.drag, from === null ? null : [from, to].sort((a, b) => a - b))),
      zoomTo: ready((from, to) => this.show([from, to].sort((a, b) => a - b).map((place) => this.timeAt(place)))),
      zoom: ready((place, factor) => this.zoom(place, factor)),
      move: ready((share) => this.show(moved(this.span, share))),
      all: ready(() => this.show([0, this.outline.end])),
    };
  }

  /** Take new data from the page; load anew what changed. */
  update(data, trigger) {
    const before = this.data;
    this.data = data;
    this.trigger = trigger;
    this.root.dataset.kind = data.kind;
    this.plot.setAttribute("aria-label", data.alt);
    this.stage.setAttribute("aria-label", `${data.name}. Zoom: + and −, 0 for the whole film; move: left and right arrow.`);
    if (this.links.refused && before?.link !== data.link) {
      this.links.renewed();
      this.load();
    }
    if (before?.film === data.film && before.version === data.version) return;
    if (before?.film !== data.film) {
      this.following?.abort();
      this.following = new AbortController();
      this.moment = this.span = this.outline = null;
      const { signal } = this.following;
      onMoment(data.film, (moment) => this.follow(moment), signal);
      onSpan(data.film, (span) => this.take([span.from, span.to]), signal);
    }
    this.load();
  }

  async load() {
    const { data } = this;
    try {
      const outlineOf = () => getJson(`${data.link}/figure/outline`);
      const [outline] = await Promise.all([kept(data, "outline", outlineOf), loadPlotly(data.script)]);
      if (data !== this.data && data.version !== this.data.version) return;
      this.outline = outline;
      this.span = within(this.span ?? [0, outline.end], outline.end);
      await this.loadFigure();
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error) {
    if (error.expired) this.links.request(error.message);
    else this.say(error.message);
  }

  /** Fetch and draw the figure of the part shown; of several requests only the latest one is drawn. */
  async loadFigure() {
    const width = Math.round(this.stage.clientWidth);
    if (!this.outline || width === 0) return;
    const [from, to] = this.span;
    const request = (this.request = {});
    try {
      const query = new URLSearchParams({ from, to, width });
      const figure = await getJson(`${this.data.link}/figure/${this.data.kind}?${query}`);
      if (request !== this.request) return;
      this.say("");
      this.figure = figure;
      this.drawnWidth = width;
      this.draw();
    } catch (error) {
      if (request === this.request) this.failed(error);
    }
  }

  draw() {
    const { data, layout } = this.figure.figure;
    layout.width = this.drawnWidth;
    layout.font = { ...layout.font, family: getComputedStyle(this.root).fontFamily };
    layout.xaxis.range = this.axisRange();
    this.plot.style.height = `${layout.height}px`;
    window.Plotly.react(this.plot, data, layout, CONFIG);
    const { l, r, t, b } = layout.margin;
    this.overlay.place({ left: l, top: t, width: this.drawnWidth - l - r, height: layout.height - t - b });
    this.root.dataset.drawn = `${this.span[0]} ${this.span[1]}`;
    this.mark();
  }

  get onScenes() {
    return this.figure?.axis === "scenes";
  }

  /** A time as a value of the chart's own axis. */
  toAxis(seconds) {
    return this.onScenes ? toSceneAxis(this.outline, seconds) : this.figure.zero + 1000 * seconds;
  }

  axisRange() {
    return this.span.map((seconds) => this.toAxis(seconds));
  }

  /** Where a time lies, from 0 to 1 of the plot's width, and the inverse. */
  placeOf(seconds) {
    const [first, last] = this.axisRange();
    return (this.toAxis(seconds) - first) / (last - first);
  }

  timeAt(place) {
    const [first, last] = this.axisRange();
    const value = first + place * (last - first);
    return this.onScenes ? fromSceneAxis(this.outline, value) : (value - this.figure.zero) / 1000;
  }

  plotRectangle() {
    return this.overlay.root.getBoundingClientRect();
  }

  /** Show a part of the film, here and in the other chart; false where it is the part shown already. */
  show(span) {
    const [from, to] = within(span, this.outline.end);
    if (Math.abs(from - this.span[0]) < 1e-6 && Math.abs(to - this.span[1]) < 1e-6) return false;
    announceSpan({ film: this.data.film, from, to });
    return true;
  }

  zoom(place, factor) {
    const head = this.moment && this.placeOf(this.moment.seconds);
    const at = place ?? (head !== null && head >= 0 && head <= 1 ? head : 0.5);
    return this.show(scaled(this.span, this.timeAt(at), factor));
  }

  /** Show what another chart shows: move what is drawn at once, and fetch a figure made for it. */
  take(span) {
    this.span = span;
    if (!this.figure) return;
    window.cancelAnimationFrame(this.frame);
    this.frame = window.requestAnimationFrame(() => {
      window.Plotly.relayout(this.plot, { "xaxis.range": this.axisRange() });
      this.mark();
    });
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.loadFigure(), SETTLED);
  }

  resized() {
    if (this.stage.clientWidth === this.drawnWidth) return;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.loadFigure(), this.figure ? SETTLED : 0);
  }

  async clicked(place) {
    const { starts, frames, rate } = this.outline;
    const seconds = this.timeAt(place);
    if (this.data.kind === "heatmap") return seek(this.data.film, frames[lastAtMost(starts, seconds)]);
    try {
      const load = async () => new Float64Array(await (await get(this.data.frames)).arrayBuffer());
      const times = rate === null ? await kept(this.data, "times", load) : null;
      return seek(this.data.film, frameAtTime(seconds, rate, times));
    } catch (error) {
      return this.failed(error);
    }
  }

  follow(moment) {
    this.moment = moment;
    if (this.figure) this.mark();
  }

  /** Put the playhead and the frame around the scene where they belong. */
  mark() {
    const { moment, outline } = this;
    if (!moment || !moment.scene || moment.scene > outline.starts.length) return this.overlay.moment(null, null);
    const ends = sceneSpan(outline, moment.scene - 1);
    return this.overlay.moment(this.placeOf(moment.seconds), ends.map((seconds) => this.placeOf(seconds)));
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
    window.Plotly?.purge(this.plot);
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".chart");
  const chart = (root.chart ??= new Chart(component.parentElement, component.setTriggerValue));
  chart.update(component.data[0], component.setTriggerValue);
  const run = (root.run = (root.run ?? 0) + 1);
  return () => {
    if (root.run !== run) return; // an earlier run may be cleared away after the next one began
    chart.close();
    root.chart = undefined;
  };
}
