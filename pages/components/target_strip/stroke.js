// A stroke over scenes: which of them it passes, and at what level. Pure functions. Places are seconds of the film,
// levels from 0 to 1 from the foot.

const STEP = 5; // per cent: nobody means a target more finely

/** Index of the scene at `seconds`; `scenes` have `start` and `end`, ascending. */
export function sceneAt(scenes, seconds) {
  let low = 0;
  let high = scenes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (scenes[middle].start <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A level as per cent, in steps. */
export function percentOf(level) {
  return Math.round((Math.min(Math.max(level, 0), 1) * 100) / STEP) * STEP;
}

export class Stroke {
  constructor(scenes) {
    this.scenes = scenes;
    this.levels = new Map(); // per cent by the scene's index
    this.last = null; // {seconds, level} before the present one
  }

  /** The pointer is at {seconds, level}: a fast one passes scenes between two of its events. */
  to(point) {
    const from = this.last ?? point;
    const [first, last] = [from, point].map(({ seconds }) => sceneAt(this.scenes, seconds));
    const by = first <= last ? 1 : -1;
    for (let index = first; index !== last + by; index += by) {
      const share = first === last ? 1 : (index - first) / (last - first);
      this.levels.set(index, percentOf(from.level + share * (point.level - from.level)));
    }
    this.last = point;
  }

  /** Draw in one scene; `percent` counts for intensities. */
  at(index, percent) {
    this.levels.set(index, percent);
  }

  /** What is sent: [id, level] of each scene, in film order; without a level where `brush` draws none. */
  sent(brush) {
    const entries = [...this.levels].sort(([a], [b]) => a - b);
    return {
      brush,
      scenes: entries.map(([index, level]) => [this.scenes[index].id, brush === "intensity" ? level : null]),
    };
  }

  /** A scene's target, {expression, intensity} of which each may be null, with the stroke over it. */
  over(target, index, brush) {
    if (!this.levels.has(index)) return target;
    if (brush === "erase") return { expression: null, intensity: null };
    if (brush === "intensity") return { ...target, intensity: this.levels.get(index) / 100 };
    return { ...target, expression: brush };
  }
}
