// The moment of two films that are compared, shared by the components of the Compare page: see moment.js.

const SEEK = "pair-seek";

/**
 * Ask the two players for a place: `films` are the ids of the first and the second, `frames` a frame of each; null goes
 * where the other one's frame is matched.
 */
export function seekPair(films, frames) {
  window.dispatchEvent(new CustomEvent(SEEK, { detail: { films, frames } }));
}

/** Call `callback(frames)` whenever a view asks for a place in these films, until `signal` is aborted. */
export function onSeekPair(films, callback, signal) {
  const key = films.join();
  window.addEventListener(SEEK, ({ detail }) => detail.films.join() === key && callback(detail.frames), { signal });
}
