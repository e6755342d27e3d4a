// Which scenes are listed, and which versions can be compared: pure functions.

/** The rows of the board: all, or those that any version did something to. */
export function listedRows(rows, onlyChanged) {
  return onlyChanged ? rows.filter((row) => row.changed) : rows;
}

/** “3 of 12 scenes changed”. */
export function countText(rows) {
  const changed = rows.filter((row) => row.changed).length;
  return `${changed} of ${rows.length} ${rows.length === 1 ? "scene" : "scenes"} changed`;
}

/** “+1:02”, “−0:05”: a difference of lengths in seconds; “same length” below half a second. */
export function differenceText(seconds) {
  const whole = Math.round(Math.abs(seconds));
  if (whole === 0) return "same length";
  const minutes = String(Math.floor(whole / 60));
  return `${seconds < 0 ? "−" : "+"}${minutes}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * A row a version but the last: `first`, and in `seconds` an entry a version but the first: the later version with its
 * `difference` of length, or null for one that is not later.
 */
export function pairsOf(versions) {
  return versions.slice(0, -1).map((first, place) => ({
    first,
    seconds: versions.slice(1).map((second, other) =>
      other < place ? null : { ...second, difference: differenceText(second.seconds - first.seconds) }),
  }));
}
