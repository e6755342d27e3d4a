// Frames, times and timecode of the player: arithmetic alone.

/** The timecode of a frame number (0 or more), as emotion_core.timecode.to_timecode writes it; `base` frames a second. */
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

/** Seconds just within a frame's stretch: further in, Chromium takes a long frame of an uneven film for over. */
export function withinFrame(times, frame, rate) {
  const next = frame + 1 < times.length ? times[frame + 1] : times[frame] + 1 / rate;
  return times[frame] + Math.min((next - times[frame]) / 2, 0.002);
}
