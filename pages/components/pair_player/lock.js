// The arithmetic that keeps a playing film beside another one.

const SEEK_FROM = 0.4; // seconds off from which the film is sought: at less it catches up sooner by its speed
const CATCH_UP = 0.5; // seconds in which it is to catch up
const MOST = 0.25; // share by which its speed may differ
const SLOWEST = 0.0625; // speeds that browsers play at
const FASTEST = 16;

/**
 * What brings a film that is `error` seconds behind (ahead where negative) back in step: {seek, rate}. `frame` is how long
 * one of its frames lasts, `speed` the speed in step. Less than half a frame is in step.
 */
export function correction(error, frame, speed) {
  if (!Number.isFinite(error) || Math.abs(error) > Math.max(SEEK_FROM, 2 * frame)) return { seek: true, rate: playable(speed) };
  if (Math.abs(error) <= frame / 2) return { seek: false, rate: playable(speed) };
  const nudge = Math.min(MOST, Math.max(-MOST, error / CATCH_UP));
  return { seek: false, rate: playable(speed * (1 + nudge)) };
}

function playable(rate) {
  return Math.min(FASTEST, Math.max(SLOWEST, rate));
}

/** Seconds of the film that follows on side `side`, with an `offset` in frames by which the second shows later frames. */
export function shifted(seconds, side, offset, frame) {
  return Math.max(0, seconds + (side === 1 ? offset : -offset) * frame);
}
