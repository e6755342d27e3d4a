// Times, frames and scenes of a film: pure arithmetic. `outline` is {starts, frames, end, rate}: the first second and
// the first frame of each scene, the film's end in seconds, and frames a second (over, under), null where it varies.

/** Index of the last of ascending `values` that is `value` at most; 0 before the first. */
export function lastAtMost(values, value) {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Start and end of scene `index` (from 0), seconds. */
export function sceneSpan(outline, index) {
  return [outline.starts[index], outline.starts[index + 1] ?? outline.end];
}

/**
 * A time on the axis of scenes: scene number n, from 1, takes the place from n - 0.5 to n + 0.5, and time runs evenly
 * through it.
 */
export function toSceneAxis(outline, seconds) {
  const index = lastAtMost(outline.starts, seconds);
  const [from, to] = sceneSpan(outline, index);
  const share = to > from ? (seconds - from) / (to - from) : 0;
  return index + 0.5 + Math.min(Math.max(share, 0), 1);
}

/** The inverse of `toSceneAxis`. */
export function fromSceneAxis(outline, place) {
  const inside = Math.min(Math.max(place - 0.5, 0), outline.starts.length);
  const index = Math.min(Math.floor(inside), outline.starts.length - 1);
  const [from, to] = sceneSpan(outline, index);
  return from + (to - from) * (inside - index);
}

/** The second at which a frame begins; of the one after the last frame, the film's end. */
export function timeOfFrame(frame, { rate, end }, times) {
  return Math.min(end, rate === null ? (times[frame] ?? end) : (frame * rate[1]) / rate[0]);
}

/** The frame on screen at `seconds`: the last one that began, by the rate or by `times`, the second of each frame. */
export function frameAtTime(seconds, rate, times) {
  if (rate === null) return lastAtMost(times, seconds);
  return Math.max(0, Math.floor((seconds * rate[0]) / rate[1] + 1e-6));
}
