// What board and table show of a scene.

import { element } from "../dom.js";
import { noteCount, percent, shareOf } from "../finding/fields.js";

/**
 * A bar of the leading expressions, each as long as its share: pale where they are mixed or hang on too few frames,
 * hatched without enough faces, grey outside the film.
 */
export function strip(scene, { labels, colours }) {
  const bar = element("div", { class: "strip", "aria-hidden": "true" });
  if (scene.dominant === null) {
    bar.classList.add(scene.counts ? "hatched" : "grey");
    return bar;
  }
  if (scene.certainty !== "clear") bar.classList.add("pale");
  const shown = scene.certainty === "mixed" ? [scene.dominant, scene.runner_up] : [scene.dominant];
  for (const label of shown) {
    const part = element("span");
    part.style.width = `${100 * shareOf(scene, label, labels)}%`;
    part.style.background = colours[labels.indexOf(label)];
    bar.append(part);
  }
  return bar;
}

/** “sad 62 %”, “mixed: sad 34 %, fear 30 %”, or why no expression leads. */
export function leadingWithShares(scene, labels) {
  if (scene.dominant === null) return scene.leading;
  const of = (label) => `${label}\u00a0${percent(shareOf(scene, label, labels))}`;
  return scene.certainty === "mixed" ? `mixed: ${of(scene.dominant)}, ${of(scene.runner_up)}` : of(scene.dominant);
}

/** “fear 12 %” of each field `asked` for, a label's or the audience's, that does not stand beside it anyway. */
export function otherShares(scene, labels, asked) {
  const told = [scene.dominant, scene.certainty === "mixed" ? scene.runner_up : null];
  const shown = asked.filter(({ id, isLabel }) => !isLabel || (scene.dominant !== null && !told.includes(id)));
  return shown.map(({ title, value }) => `${title}\u00a0${percent(value(scene, labels))}`);
}

/**
 * “audience: happy 42 % (31–55 %), 6 viewers”; of a mixed one without the intervals. Empty without an audience, and with
 * dots while it is not known.
 */
export function audienceText({ audience }, { hasAudience = false, labels }) {
  if (!hasAudience) return "";
  if (!audience) return "audience …";
  const of = (label) => `${label}\u00a0${percent(audience.shares[labels.indexOf(label)])}`;
  const text = audience.rival === null ? audience.text : `mixed: ${of(audience.leading)}, ${of(audience.rival)}`;
  return `audience: ${text}, ${audience.who}`;
}

/** What a screen reader says of a scene. */
export function spoken(scene, labels) {
  const parts = [
    `Scene ${scene.number}`,
    scene.name,
    leadingWithShares(scene, labels),
    scene.length,
    scene.coverage === null ? "" : `coverage ${percent(scene.coverage)}`,
    scene.audience ? audienceText(scene, { hasAudience: true, labels }) : "",
    noteCount(scene) ? notes(scene) : "",
  ];
  return parts.filter(Boolean).join(", ");
}

export function notes(scene) {
  const count = noteCount(scene);
  return count === 1 ? "1 note" : `${count} notes`;
}

/** The notes' own words, for a hint. */
export function noteText(scene) {
  return (scene.noteTexts ?? []).join("\n");
}

/** The scene's name, a place to type another one into; `hint` stands where there is none. */
export function nameOf(scene, hint = "") {
  const name = element("span", { class: "name", title: scene.name || null }, scene.name || hint);
  if (!scene.name) name.classList.add("missing");
  return name;
}
