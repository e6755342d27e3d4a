// The ranking of scenes by their distance from the target, as emotion_core/analysis/readings/target_arc.py ranks them.

const WORST_FIRST = ["missed", "few frames", "within reach", "met", null];

/** The scenes with a target, of a document of scenes: missed ones first, each kind from the largest deviation. */
export function ranked(scenes) {
  const place = (scene) => WORST_FIRST.indexOf(scene.target_result);
  return scenes
    .filter((scene) => scene.target !== null)
    .sort((a, b) => place(a) - place(b) || (b.deviation ?? 0) - (a.deviation ?? 0) || a.number - b.number);
}

/** Whether a scene does not meet its target. */
export function isOff(scene) {
  return scene.target_result !== null && scene.target_result !== "met";
}

export function titleOf(scene) {
  return `Scene ${scene.number}${scene.name ? ` · ${scene.name}` : ""}`;
}
