// What a chart loads from the server. `data` is what the page gives the chart.

import { get, getJson, kept } from "../film_data.js";

/** What places scenes, times, frames and notes. */
export function loadOutline(data) {
  return kept(data, "outline", () => getJson(`${data.link}/figure/outline`));
}

/** The second of each frame. */
export function loadTimes(data) {
  return kept(data, "times", async () => new Float64Array(await (await get(data.frames)).arrayBuffer()));
}

/**
 * The figure of the part `span`, of the whole film for null, for a width in pixels. `kind` is the chart's own unless
 * another one is asked for; `choice` and those of `data` are further parameters.
 */
export function loadFigureOf(data, span, width, { kind = data.kind, ...choice }) {
  const part = span === null ? {} : { from: span[0], to: span[1] };
  const figure = getJson(`${data.link}/figure/${kind}?${new URLSearchParams({ ...part, width, ...choice, ...data.query })}`);
  figure.catch(() => {}); // it is told where the figure is awaited
  return figure;
}
