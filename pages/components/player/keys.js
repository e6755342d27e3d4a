// The keys of the film's page, as editing tools have them. They need no focus on the player.

/** What each key does; the first of several names stands on the card of keys. */
export const KEYS = {
  " ": "play",
  k: "stop",
  l: "forwards",
  j: "backwards",
  ",": "back",
  ".": "forward",
  ArrowLeft: "back",
  ArrowRight: "forward",
  ArrowUp: "scene-back",
  ArrowDown: "scene-forward",
  Home: "start",
  End: "end",
  i: "in",
  o: "out",
  p: "loop",
  x: "clear",
  Escape: "clear",
  m: "note",
  f: "faces",
  "?": "keys",
};

export const CARD = [
  ["Space", "Play or pause"],
  ["J K L", "Play backwards, stop, play; J or L again: twice as fast, up to 8 times"],
  [", . or ← →", "One frame back or forward"],
  ["↑ ↓", "Previous or next cut"],
  ["Home End", "First or last frame"],
  ["F", "Faces of the sampled frames over the picture, on or off"],
  ["I O", "Begin or end a range; its numbers stand below the picture"],
  ["P", "Loop the range; without one, this scene"],
  ["X or Esc", "Remove the range"],
  ["M", "A note at this frame"],
  ["Ctrl Z, Ctrl ⇧ Z", "Undo or redo a change of the report"],
  ["Ctrl J, Ctrl K", "In the list of scenes: merge those chosen, or with the next; split at the playhead"],
  ["F2, Delete", "In the list of scenes: rename; mark as not film, or as film"],
  ["Tab, then + − 0", "On a chart: zoom in and out, the whole film; ← → move it, ⇧ ← → read its columns, Enter goes there"],
  ["Tab, then ← → ↑ ↓", "On the strip of targets: the scene and its intensity; Enter draws, ⇧ ← → draws on, Delete erases"],
  ["?", "This card"],
];

const TYPED_IN = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";
const OWN_KEYS = "[role=grid], [role=listbox], [role=combobox], [role=menu], [role=slider], [role=dialog], dialog, canvas";
const MOVED_IN_BY_ARROWS = "[role=tablist], [role=radiogroup]";
const MOVES = ["ArrowLeft", "ArrowRight", "Home", "End"];
const PRESSED_BY_SPACE = "button, a, summary, [role=button], [role=tab], [role=checkbox], [role=switch]";

/**
 * What a key event asks of the player; null where it is not the player's: in a field, a list or a table, which have
 * these keys themselves, and with a modifier.
 */
export function wanted(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const element = event.composedPath()[0];
  const within = (selector) => element?.closest?.(selector) ?? null;
  const own = within("[data-own-keys]"); // names its keys: all others are the player's there too
  if (within(TYPED_IN) || (!own && within(OWN_KEYS))) return null;
  if (MOVES.includes(event.key) && within(MOVED_IN_BY_ARROWS)) return null;
  if (own?.dataset.ownKeys.split(" ").includes(event.key)) return null;
  if (event.key === " " && within(PRESSED_BY_SPACE)) return null;
  return KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
}

export const FASTEST = 8;

/** The speed after J (`by` -1) or L (1) at `speed`, which is negative backwards and 0 while paused. */
export function shuttled(speed, by) {
  return speed * by > 0 ? by * Math.min(Math.abs(speed) * 2, FASTEST) : by;
}
