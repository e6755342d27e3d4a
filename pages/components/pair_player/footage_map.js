// Where one cut is while the other shows a moment: piecewise linear, from frames of both to seconds of each film.

/** Seconds at which a frame begins; of one past the last, its end. */
export function secondsOf(times, frame, rate) {
  if (frame < times.length) return times[Math.max(0, frame)];
  return times.length ? times[times.length - 1] + 1 / rate : 0;
}

export class FootageMap {
  /**
   * `segments` are [first's frame in, out, second's frame in, out, 1 if moved], ends exclusive; `times` and `rates` are
   * the frames' seconds and the nominal frames a second of the first film and the second.
   */
  constructor(segments, times, rates) {
    this.frames = rates.map((rate) => 1 / rate);
    this.segments = segments.map(([b0, b1, a0, a1, moved]) => ({
      spans: [
        [secondsOf(times[0], b0, rates[0]), secondsOf(times[0], b1, rates[0])],
        [secondsOf(times[1], a0, rates[1]), secondsOf(times[1], a1, rates[1])],
      ],
      moved: moved === 1,
    }));
  }

  /**
   * The place of the other film while film `side` (0 the first, 1 the second) is at `seconds`.
   *
   * Of common footage {matched: true, seconds, speed, segment}: `speed` is how fast the other runs beside this one. Where
   * only this film has the footage {matched: false, seconds, until}: the other one stands at the splice, on the last picture
   * that both showed, until this one comes to `until` (null: to its end). Footage that comes again is followed in the
   * segment `near`, if that has it, else in the one that was not moved.
   */
  at(side, seconds, near = null) {
    const within = this.segments.filter(({ spans }) => spans[side][0] <= seconds + EPSILON && seconds + EPSILON < spans[side][1]);
    if (within.length > 0) {
      const segment = within.includes(near) ? near : (within.find(({ moved }) => !moved) ?? within[0]);
      const [own, other] = [segment.spans[side], segment.spans[1 - side]];
      const speed = (other[1] - other[0]) / (own[1] - own[0]);
      return { matched: true, seconds: other[0] + (seconds - own[0]) * speed, speed, segment };
    }
    const [ended, comes] = [this.before(side, seconds), this.after(side, seconds)];
    const until = comes === null ? null : comes.spans[side][0];
    if (ended !== null) return { matched: false, seconds: ended.spans[1 - side][1] - this.frames[1 - side], until };
    return { matched: false, seconds: comes === null ? 0 : comes.spans[1 - side][0], until };
  }

  /** The segment that ended last before a time of a film; null where none did. */
  before(side, seconds) {
    return this.best(({ spans }) => (spans[side][1] <= seconds + EPSILON ? spans[side][1] : null));
  }

  /** The segment that begins next; null where none does. */
  after(side, seconds) {
    return this.best(({ spans }) => (spans[side][0] > seconds ? -spans[side][0] : null));
  }

  best(value) {
    let [found, highest] = [null, -Infinity];
    for (const segment of this.segments) {
      const own = value(segment);
      if (own !== null && own > highest) [found, highest] = [segment, own];
    }
    return found;
  }
}

const EPSILON = 1e-6; // seconds: a frame's time has been through single precision
