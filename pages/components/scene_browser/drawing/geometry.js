// Where scenes lie in the list: which are in view, where a key leads, and which columns fit.

/** From and to (exclusive) of the items to draw: those in view and `spare` rows on both sides. */
export function drawn({ top, height, row, perRow, count, spare }) {
  const first = Math.max(0, Math.floor(top / row) - spare);
  const last = Math.ceil((top + height) / row) + spare;
  return { from: Math.min(count, first * perRow), to: Math.min(count, last * perRow) };
}

/** The scroll position at which an item is in view, as near as can be to `top`. */
export function revealed(index, { top, height, row, perRow }) {
  const begin = Math.floor(index / perRow) * row;
  if (begin < top) return begin;
  return begin + row > top + height ? begin + row - height : top;
}

/** The index that a key leads to from `index`; null for other keys. */
export function led(key, index, { count, perRow, rows }) {
  const page = Math.max(1, rows) * perRow;
  const to = {
    ArrowUp: index - perRow,
    ArrowDown: index + perRow,
    ArrowLeft: perRow > 1 ? index - 1 : null,
    ArrowRight: perRow > 1 ? index + 1 : null,
    Home: 0,
    End: count - 1,
    PageUp: index - page,
    PageDown: index + page,
  }[key];
  if (to === undefined || to === null || count === 0) return null;
  const leaves = to < 0 || to >= count;
  // Up and down from the edge stay in the column; a page ends at the edge.
  if (leaves && key.startsWith("Arrow")) return key === "ArrowDown" && sameRowLeft(index, count, perRow) ? count - 1 : index;
  return Math.min(Math.max(to, 0), count - 1);
}

/** Whether there is a row below that of `index`, though it is too short to have something in this column. */
function sameRowLeft(index, count, perRow) {
  return Math.floor(index / perRow) < Math.floor((count - 1) / perRow);
}

/** The columns that fit in `width`, in their order: the least needed, those with the largest `rank`, are left out. */
export function fitting(columns, width) {
  const kept = [...columns];
  const needed = () => kept.reduce((sum, column) => sum + column.width, 0);
  while (needed() > width) {
    const least = kept.reduce((worst, column) => (column.rank > worst.rank ? column : worst));
    if (least.rank === 0) break;
    kept.splice(kept.indexOf(least), 1);
  }
  return kept;
}

/** The index of the scene with a frame, by bisection; -1 for none. */
export function sceneAt(scenes, frame) {
  let [low, high] = [0, scenes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scenes[middle].frame_in <= frame) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
