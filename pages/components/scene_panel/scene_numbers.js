// A scene's numbers as the panel words them: pure functions of the document of scenes.

import { percent } from "../face_marks.js";

/** The scene with `frame`, of `scenes` that ascend without gaps; undefined of none. */
export function sceneAt(scenes, frame) {
  let [low, high] = [0, scenes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scenes[middle].frame_in <= frame) low = middle + 1;
    else high = middle;
  }
  return scenes[Math.max(0, low - 1)];
}

/** “Scene 12”, or “Scene 12 · The kitchen”. */
export function title({ number, name }) {
  return name ? `Scene ${number} · ${name}` : `Scene ${number}`;
}

/** “01:00:10:00 – 01:00:14:12 · 4.5 s”. */
export function times({ tc_in: first, tc_out: end, start, end: last }) {
  return `${first} – ${end} · ${duration(last - start)}`;
}

/** A length as emotion_core.formatting.hms has it: “0.5 s” below ten seconds, “1:02” below an hour, “1:02:03”. */
export function duration(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/**
 * What stands first: {text, shares, colours, weak}. `text` is the leading expression or the reason why there is none,
 * `colours` those of the leading labels, `weak` whether they are drawn pale.
 */
export function leading(scene, { labels, colours }) {
  if (scene.dominant === null) {
    return { text: sentence(scene.leading), shares: "", colours: [], weak: false };
  }
  const named = scene.certainty === "mixed" ? [scene.dominant, scene.runner_up] : [scene.dominant];
  return {
    text: scene.leading,
    shares: scene.leading_shares,
    colours: named.map((label) => colours[labels.indexOf(label)]),
    weak: scene.certainty !== "clear",
  };
}

/** Why a scene's leading expression is weak, or why it has none, as a sentence; empty for a clear one. */
export function why(scene, settings) {
  if (!scene.counts) return "It has no part in any number of the film.";
  if (scene.dominant === null) {
    return `Faces are asked for on ${percent(settings.coverage_floor)} of a scene's sampled frames.`;
  }
  return scene.why && `${sentence(scene.why)}.`;
}

/**
 * The bars of a scene, the largest share first: {label, colour, share, interval, text, spread}; none where there is no
 * leading expression. `interval` is [low, high] or null, all from 0 to 1; `spread` is “51–70 %” or empty.
 */
export function bars(scene, { labels, colours }) {
  if (scene.dominant === null) return [];
  const rows = labels.map((label, i) => {
    const [share, interval] = [scene.shares[i], scene.intervals?.[i] ?? null];
    const spread = interval === null ? "" : `${Math.round(100 * interval[0])}–${percent(interval[1])}`;
    return { label, colour: colours[i], share, interval, text: percent(share), spread };
  });
  return rows.sort((a, b) => b.share - a.share);
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
