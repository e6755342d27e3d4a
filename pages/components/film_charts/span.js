// The part of the film that its charts show, shared by them: {film, from, to}, seconds. Pure but for the events.

const SPAN = "film-span";

export const SHORTEST = 0.5; // seconds that can fill a chart

/** Show a part of the film in all its charts. */
export function announceSpan(span) {
  window.filmSpan = span; // for charts that mount later
  window.dispatchEvent(new CustomEvent(SPAN, { detail: span }));
}

/** Call `callback(span)` with the part shown now, if there is one, and with each later one. */
export function onSpan(film, callback, signal) {
  if (window.filmSpan?.film === film) callback(window.filmSpan);
  const hear = ({ detail }) => detail.film === film && callback(detail);
  window.addEventListener(SPAN, hear, { signal });
}

/** A part of a film that ends at `end` seconds, moved and shortened so that it lies inside. */
export function within([from, to], end) {
  const length = Math.min(Math.max(to - from, Math.min(SHORTEST, end)), end);
  const first = Math.min(Math.max((from + to - length) / 2, 0), end - length);
  return [first, first + length];
}

/** A part made `factor` times as long, so that the time `at` stays where it is. */
export function scaled([from, to], at, factor) {
  return [at - (at - from) * factor, at + (to - at) * factor];
}

/** A part moved by a share of its length. */
export function moved([from, to], share) {
  const by = (to - from) * share;
  return [from + by, to + by];
}
