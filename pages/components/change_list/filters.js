// Which changes are listed: pure functions.

/** How many changes rows are: the parts of a split scene are one, and so are the scenes that were merged into one. */
export function changesOf(rows) {
  return new Set(rows.map(({ kinds, counted }) => `${kinds[0]} ${counted}`)).size;
}

/** What happened to an expression in a row: one reading stands for all where they are the same. */
export function readingOf(row, label) {
  return row.readings.length === 1 ? row.readings[0] : row.readings[label];
}

/** Whether an expression changed clearly in a row, or leads the scene that only one of the cuts shows. */
export function isOf(row, label) {
  const { verdict } = readingOf(row, label);
  if (verdict === "one cut") return row.places.some((place) => place !== null && place.dominant === label);
  return verdict === "clear";
}

/**
 * Whether a row is listed. `kinds` is a Set, empty for all; `label` is the index of an expression or null; `seconds` is
 * the smallest change.
 */
export function isListed(row, { kinds, label, seconds }) {
  if (kinds.size > 0 && !row.kinds.some((kind) => kinds.has(kind))) return false;
  if (label !== null && !isOf(row, label)) return false;
  return row.seconds >= seconds;
}

/** “1 change”, “3 changes”, “2 of 3 changes”: how many are listed of all. */
export function countText(listed, all) {
  const changes = `${all} ${all === 1 ? "change" : "changes"}`;
  return listed === all ? changes : `${listed} of ${changes}`;
}
