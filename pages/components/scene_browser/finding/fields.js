// What is known of a scene by name: the values that filters compare and lists sort by, and their texts.

const MICROSECONDS = 1e6;

/** A share from 0 to 1 as whole percent, rounded as Python rounds; a dash where it is missing. */
export function percent(share) {
  if (share === null || share === undefined) return "–";
  const exact = share * 100;
  const isTie = exact - Math.floor(exact) === 0.5;
  const whole = isTie ? 2 * Math.round(exact / 2) : Math.round(exact);
  return `${whole}\u00a0%`;
}

/** Seconds from a scene's first frame to the next scene's. */
export function seconds(scene) {
  return Math.round((scene.end - scene.start) * MICROSECONDS) / MICROSECONDS;
}

/** The share of a label, null where the scene has not enough faces: what it shows then stands for nothing. */
export function shareOf(scene, label, labels) {
  return scene.dominant === null || scene.shares === null ? null : scene.shares[labels.indexOf(label)];
}

/** A document whose scenes have the texts of the notes that lie on them as `noteTexts`. */
export function withNotes(film) {
  const texts = new Map();
  for (const { scene, text } of film.notes ?? []) texts.set(scene, [...(texts.get(scene) ?? []), text]);
  if (texts.size === 0) return film;
  const scenes = film.scenes.map((scene) => (texts.has(scene.number) ? { ...scene, noteTexts: texts.get(scene.number) } : scene));
  return { ...film, scenes };
}

/**
 * A document whose scenes have what the `audience` shows, of emotion_core's audience_data, as `audience`, null while that
 * is not known. `hasAudience` says that there is one; with null there is none.
 */
export function withAudience(film, audience) {
  if (audience === null) return film;
  const found = new Map(audience.scenes.map((scene) => [scene.id, scene]));
  return { ...film, hasAudience: true, scenes: film.scenes.map((scene) => ({ ...scene, audience: found.get(scene.id) ?? null })) };
}

/** The audience's share of a label; null with too few viewers. */
export function audienceShareOf(scene, label, labels) {
  return scene.audience?.shares?.[labels.indexOf(label)] ?? null;
}

/** How many notes lie on a scene. */
export function noteCount(scene) {
  return scene.notes ?? 0;
}

const OWN = [
  { id: "scene", title: "Scene", unit: "count", value: (scene) => scene.number },
  { id: "name", title: "Name", unit: "text", value: (scene) => scene.name || null },
  { id: "leading", title: "Leading expression", unit: "text", value: (scene) => scene.dominant },
  { id: "share", title: "Share of the leading", unit: "share", value: (scene, labels) => shareOf(scene, scene.dominant, labels) },
  { id: "in", title: "In", unit: "frame", value: (scene) => scene.frame_in },
  { id: "length", title: "Length", unit: "seconds", value: seconds },
  { id: "intensity", title: "Intensity", unit: "share", value: (scene) => scene.intensity },
  { id: "faces", title: "Faces", unit: "count", value: (scene) => scene.faces },
  { id: "coverage", title: "Coverage", unit: "share", value: (scene) => scene.coverage },
  { id: "shots", title: "Shots", unit: "count", value: (scene) => scene.shots },
];
const OF_TARGETS = [
  { id: "target", title: "Target", unit: "text", value: (scene) => scene.target || null },
  { id: "deviation", title: "Off target", unit: "share", value: (scene) => scene.deviation ?? null },
];
const OF_NOTES = [{ id: "notes", title: "Notes", unit: "count", value: noteCount }];

const OF_AUDIENCE = [
  { id: "audience", title: "Audience's leading expression", unit: "text", value: (scene) => scene.audience?.leading ?? null },
  {
    id: "audience-share", title: "Audience's share of its leading", unit: "share",
    value: (scene, labels) => audienceShareOf(scene, scene.audience?.leading, labels),
  },
  { id: "viewers", title: "Viewers", unit: "count", value: (scene) => scene.audience?.viewers ?? null },
];

/** The fields of a film's document: its own, those of notes, targets and audience if there are any, and some a label. */
export function fieldsOf({ labels, scenes, hasAudience = false }) {
  return [
    ...OWN,
    ...(scenes.some((scene) => scene.target) ? OF_TARGETS : []),
    ...(scenes.some((scene) => noteCount(scene)) ? OF_NOTES : []),
    ...labels.map((label) => ({
      id: label,
      title: label,
      unit: "share",
      isLabel: true,
      value: (scene) => shareOf(scene, label, labels),
    })),
    ...(hasAudience ? OF_AUDIENCE : []),
    ...(hasAudience ? labels : []).map((label) => ({
      id: `audience-${label}`,
      title: `audience, ${label}`,
      unit: "share",
      isAudience: true,
      value: (scene) => audienceShareOf(scene, label, labels),
    })),
  ];
}

/** The field of this name, whatever its case. */
export function fieldNamed(fields, name) {
  const wanted = name.toLowerCase();
  return fields.find((field) => field.id.toLowerCase() === wanted);
}
