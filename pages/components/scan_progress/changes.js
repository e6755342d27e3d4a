// What a message about analyses means to a view of the page: pure functions.

/**
 * Why the page has to run again after a message, or null where only numbers changed.
 *
 * `data` is what the page gave the view: of a progress bar `scan` (its analysis) and `segments` (those drawn; null if the
 * page does not show them); of a view that waits for an analysis `film` and `known` (analyses there before); else `drawn`,
 * the library's state that the page was drawn with. `state` and `analyses` are the message's.
 *
 * The last segment of a film is no reason: the whole report follows in a moment, and would wait for the charts so far.
 */
export function reasonToRun(data, { state, analyses }) {
  if (data.film) {
    return Object.keys(analyses).find((id) => analyses[id].film === data.film && !data.known.includes(id)) ?? null;
  }
  if (!data.scan) return state === data.drawn ? null : state;
  const analysis = analyses[data.scan];
  if (!analysis) return "over";
  const isRead = analysis.done >= 1;
  return data.segments === null || isRead || analysis.segments === data.segments ? null : analysis.segments;
}

/** Milliseconds until the next try after `failures` refusals in a row: `first`, doubled by each, `longest` at most. */
export function backoff(failures, first, longest) {
  return Math.min(longest, first * 2 ** failures);
}
