// The current moment of the film's page, shared by its components.
//
// Streamlit loads each component as a module of its own, so they share no variables: they talk by events at the window.
// The player announces which picture is on screen; every other view follows, and asks for a frame by `seek`.

const MOMENT = "film-moment";
const SEEK = "film-seek";
const RANGE = "film-range";
const REST = 200; // milliseconds for which a picture stays on screen before it counts as chosen

/** Ask the player for a frame of a film. */
export function seek(film, frame) {
  window.dispatchEvent(new CustomEvent(SEEK, { detail: { film, frame } }));
}

/**
 * The player's word on what is on screen: {film, frame, scene, seconds, playing}. `scene` counts from 1, and is 0 while
 * the frames' times are unknown.
 */
export function announce(moment) {
  window.filmMoment = moment; // for components that mount later
  window.dispatchEvent(new CustomEvent(MOMENT, { detail: moment }));
}

/** Call `callback(moment)` with the moment now, if there is one, and with each later one, until `signal` is aborted. */
export function onMoment(film, callback, signal) {
  if (window.filmMoment?.film === film) callback(window.filmMoment);
  listen(MOMENT, film, (detail) => callback(detail), signal);
}

/**
 * The player's word on the range that the editor marked with in and out: {film, first, last}, frames with both ends
 * inside; `last` is null until it is marked, and both are null where there is no range.
 */
export function announceRange(range) {
  window.filmRange = range;
  window.dispatchEvent(new CustomEvent(RANGE, { detail: range }));
}

/** Call `callback(range)` with the range now, if there is one, and whenever it changes. */
export function onRange(film, callback, signal) {
  if (window.filmRange?.film === film) callback(window.filmRange);
  listen(RANGE, film, (detail) => callback(detail), signal);
}

/** Call `callback(moment)` whenever the film stands still: paused, or after a frame was sought. */
export function onRest(film, callback, signal) {
  let timer;
  const wait = (moment) => {
    clearTimeout(timer);
    if (!moment.playing) timer = setTimeout(() => callback(moment), REST);
  };
  onMoment(film, wait, signal);
  signal?.addEventListener("abort", () => clearTimeout(timer));
}

/** Call `callback(frame)` whenever a view asks for a frame of the film. */
export function onSeek(film, callback, signal) {
  listen(SEEK, film, (detail) => callback(detail.frame), signal);
}

function listen(name, film, callback, signal) {
  window.addEventListener(name, ({ detail }) => detail.film === film && callback(detail), { signal });
}
