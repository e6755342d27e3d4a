// The playhead over the charts of the film's page: a line at the picture on screen, and a frame around its scene.
//
// Both are plain elements over the chart. They move with each picture, and no chart is drawn again for that.

const CHECK = 500; // milliseconds: a chart that was drawn, zoomed or resized meanwhile is noticed so soon

/** An end of a chart's x axis as a number: after a zoom, Plotly writes times as “1970-01-02 00:00:01.5”, in UTC. */
export function axisValue(end) {
  if (typeof end === "number") return end;
  return Date.parse(end.length > 10 ? `${end.replace(" ", "T")}Z` : end);
}

/** The part of the window on which a chart draws its rows, pixels; null before it is drawn. */
function plotArea(chart) {
  const rows = [...chart.querySelectorAll(".nsewdrag")].map((row) => row.getBoundingClientRect());
  if (rows.length === 0) return null;
  const top = Math.min(...rows.map((row) => row.top));
  const bottom = Math.max(...rows.map((row) => row.bottom));
  return { left: rows[0].left, width: rows[0].width, top, height: bottom - top };
}

/** A kind of chart: where it is on the page, and what of a moment lies where on its axis. */
const CHARTS = {
  timeline: {
    at: ".st-key-film-timeline .js-plotly-plot",
    line: (moment) => moment.at,
    span: (moment) => [moment.from, moment.to],
  },
  heatmap: {
    at: ".st-key-film-heatmap .js-plotly-plot",
    line: () => null,
    span: (moment) => [moment.scene - 0.5, moment.scene + 0.5],
  },
};

export class Playhead {
  /**
   * `onClick(kind, place)` is called with the kind of a chart that was clicked and the place on its x axis.
   * Moments are {at, from, to, scene}: the time of the picture and the bounds of its scene on the timeline's axis, and
   * the scene's number.
   */
  constructor(onClick) {
    this.onClick = onClick;
    this.moment = null;
    this.layers = new Map(); // by chart
    this.timer = setInterval(() => this.draw(), CHECK);
  }

  /** Show a moment; null for none. */
  show(moment) {
    this.moment = moment;
    this.draw();
  }

  draw() {
    if (document.hidden) return;
    for (const [kind, { at, line, span }] of Object.entries(CHARTS)) {
      const chart = document.querySelector(at);
      const area = chart && plotArea(chart);
      if (!area) continue;
      const layer = this.layerOf(chart, kind);
      layer.hidden = this.moment === null;
      if (layer.hidden) continue;
      const [first, last] = chart.layout.xaxis.range.map(axisValue);
      const place = (value) => (area.width * (value - first)) / (last - first);
      const within = (x) => Math.min(Math.max(x, 0), area.width);
      const origin = layer.parentNode.getBoundingClientRect();
      layer.style.left = `${area.left - origin.left}px`;
      layer.style.top = `${area.top - origin.top}px`;
      layer.style.height = `${area.height}px`;
      const [scene, head] = layer.children;
      const [from, to] = span(this.moment).map((value) => within(place(value)));
      scene.style.transform = `translateX(${from}px)`;
      scene.style.width = `${to - from}px`;
      const value = line(this.moment);
      const x = value === null ? -1 : place(value);
      head.hidden = x < 0 || x > area.width; // outside of the part that is zoomed in on
      head.style.transform = `translateX(${x}px)`;
    }
  }

  /** The layer over a chart; made when the chart is seen for the first time. */
  layerOf(chart, kind) {
    const parent = chart.querySelector(".svg-container");
    let layer = this.layers.get(chart);
    if (!layer) {
      layer = document.createElement("div");
      layer.className = `playhead ${kind}`;
      layer.setAttribute("aria-hidden", "true");
      layer.style.cssText = "position: absolute; width: 0; pointer-events: none; z-index: 1";
      const [scene, head] = [document.createElement("div"), document.createElement("div")];
      scene.style.cssText = "position: absolute; height: 100%; box-sizing: border-box; border: 2px solid #e5484d";
      head.style.cssText = "position: absolute; height: 100%; width: 2px; margin-left: -1px; background: #e5484d";
      layer.append(scene, head);
      this.layers.set(chart, layer);
      chart.addEventListener("click", (event) => this.clicked(chart, kind, event));
      chart.on("plotly_afterplot", () => this.draw());
    }
    if (layer.parentNode !== parent) parent.append(layer);
    return layer;
  }

  /** Plotly says nothing of a click on an empty cell, but passes the browser's own event on unless it was a drag. */
  clicked(chart, kind, event) {
    if (!event.target.classList.contains("nsewdrag")) return;
    const area = plotArea(chart);
    const [first, last] = chart.layout.xaxis.range.map(axisValue);
    this.onClick(kind, first + ((event.clientX - area.left) / area.width) * (last - first));
  }

  close() {
    clearInterval(this.timer);
    for (const layer of this.layers.values()) layer.remove();
    this.layers.clear();
    this.onClick = () => {};
  }
}
