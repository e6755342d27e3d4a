// Which scenes are listed, and in which order.

import { fieldNamed, noteCount } from "./fields.js";

const FLAGS = {
  mixed: (scene) => scene.certainty === "mixed",
  clear: (scene) => scene.certainty === "clear",
  "few-frames": (scene) => scene.certainty === "few frames",
  "no-faces": (scene) => scene.counts && scene.faces === 0,
  "not-enough": (scene) => scene.counts && scene.dominant === null,
  film: (scene) => scene.counts,
  black: (scene) => scene.kind === "black",
  "not-film": (scene) => !scene.counts,
  named: (scene) => scene.name !== "",
  noted: (scene) => noteCount(scene) > 0,
  targeted: (scene) => Boolean(scene.target),
  "few-viewers": (scene) => Boolean(scene.audience) && scene.audience.leading === null,
};
const COMPARED = {
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "=": (a, b) => a === b,
};
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Whether a scene meets a condition of query.js. What is missing meets none, neither above nor below. */
export function meets(condition, scene, fields) {
  if (condition.kind === "flag") return FLAGS[condition.flag](scene);
  if (condition.kind === "text") return holds(condition, scene);
  const value = fieldNamed(fields, condition.field)?.value(scene, labelsOf(fields)) ?? null;
  if (value === null) return false;
  // Shares have four decimals: a thousandth of a percent is noise of the multiplication.
  const shown = condition.unit === "share" ? Math.round(value * 1e6) / 1e4 : value;
  return COMPARED[condition.operator](shown, condition.value);
}

function holds({ field, value }, scene) {
  if (field === "leading") return scene.dominant === value;
  if (field === "audience") return scene.audience?.leading === value;
  const text = field === "notes" ? (scene.noteTexts ?? []).join("\n") : (scene[field] ?? "");
  return text.toLowerCase().includes(value.toLowerCase());
}

/** The scenes that meet all conditions, sorted; missing values come last in both directions, equal ones in film order. */
export function arranged(scenes, conditions, { field: name, down }, fields) {
  const kept = scenes.filter((scene) => conditions.every((condition) => meets(condition, scene, fields)));
  const field = fieldNamed(fields, name);
  if (!field) return kept;
  const labels = labelsOf(fields);
  const keyed = kept.map((scene) => ({ scene, key: field.value(scene, labels) ?? null }));
  const direction = down ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.scene.number - b.scene.number;
    const order = field.unit === "text" ? collator.compare(a.key, b.key) : a.key - b.key;
    return direction * order || a.scene.number - b.scene.number;
  });
  return keyed.map(({ scene }) => scene);
}

function labelsOf(fields) {
  return fields.filter(({ isLabel }) => isLabel).map(({ id }) => id);
}
