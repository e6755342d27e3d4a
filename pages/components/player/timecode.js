// Frames, times, scenes and timecode of the player: pure arithmetic.

/**
 * The timecode of a frame number (0 or more), equal to emotion_core.timecode.to_timecode.
 * `base` is the nominal rate, in whole frames a second; `drop` counts drop-frame (SMPTE ST 12-1).
 */
export function timecode(frame, base, drop) {
  if (drop) {
    const dropped = base / 15;
    const inMinute = base * 60 - dropped;
    const inTen = base * 600 - dropped * 9;
    const tens = Math.floor(frame / inTen);
    const rest = frame % inTen;
    frame += dropped * 9 * tens;
    if (rest >= base * 60) frame += dropped * (1 + Math.floor((rest - base * 60) / inMinute));
  }
  const digits = Math.max(2, String(base - 1).length);
  const seconds = Math.floor(frame / base);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600) % 24;
  const frames = String(frame % base).padStart(digits, "0");
  return `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${drop ? ";" : ":"}${frames}`;
}

/** The frame on screen at `seconds` of the media clock: the one whose own time is nearest, of ascending `times`. */
export function frameAt(times, seconds) {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= seconds) low = middle;
    else high = middle - 1;
  }
  return low + 1 < times.length && times[low + 1] - seconds < seconds - times[low] ? low + 1 : low;
}

/**
 * Seconds to seek to for a frame: just after its start, 2 ms at most.
 * Further in, Chromium shows the next frame where a film of variable rate holds one for long.
 */
export function seekTime(times, frame, rate) {
  const next = frame + 1 < times.length ? times[frame + 1] : times[frame] + 1 / rate;
  return times[frame] + Math.min((next - times[frame]) / 2, 0.002);
}

/** The nearest frame number at `seconds` for a rate of `over / under` frames a second, halves upward. */
export function frameNumber(seconds, over, under) {
  return Math.floor((seconds * over) / under + 0.5);
}

/** The number, from 1, of the scene with `frame`; `starts` are first frames, ascending. 0 before the first scene. */
export function sceneNumber(starts, frame) {
  return starts.findLastIndex((first) => first <= frame) + 1;
}

/**
 * First frame of the scene to go to from `frame`: of the next scene where `by` is 1; where it is -1, of the scene with
 * `frame`, or of the scene before if `frame` is already the first one. Undefined where there is none.
 */
export function sceneStart(starts, frame, by) {
  const current = sceneNumber(starts, frame) - 1;
  return starts[by < 0 && starts[current] < frame ? current : current + by];
}
