// What keys do on the strip. Pure functions.

import { percentOf } from "./stroke.js";

const RAISES = { ArrowUp: 5, ArrowDown: -5, PageUp: 20, PageDown: -20 }; // per cent

/**
 * What a key asks at scene `index` of `count`: {to} another scene, `draws` on the way there; {by} per cent of intensity;
 * {draws} with the brush; {erases}; {cancels}. null where the key is not the strip's.
 */
export function asked({ key, shiftKey, ctrlKey, metaKey, altKey }, index, count) {
  if (ctrlKey || metaKey || altKey) return null;
  if (key in RAISES) return { by: RAISES[key] };
  if (key === "Enter") return { draws: true };
  if (key === "Delete" || key === "Backspace") return { erases: true };
  if (key === "Escape") return { cancels: true };
  const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: count - 1 }[key];
  if (to === undefined) return null;
  return { to: Math.min(Math.max(to, 0), count - 1), draws: shiftKey && key.startsWith("Arrow") };
}

/** The intensity, per cent, that a key changes: the target's, else what is read, else half. */
export function levelOf(target, scene) {
  return percentOf(target.intensity ?? (scene.dominant === null ? null : scene.intensity) ?? 0.5);
}
