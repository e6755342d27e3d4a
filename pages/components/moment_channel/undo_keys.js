// The keys of undo and redo, from anywhere but fields, which have their own.

const TYPED_IN = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";

/** "undo" for Ctrl+Z (on a Mac ⌘Z), "redo" for Ctrl+Shift+Z and Ctrl+Y; null for any other key, and in a field. */
export function undoWanted(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.repeat) return null;
  if (event.composedPath()[0]?.closest?.(TYPED_IN)) return null;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" && !event.shiftKey ? "redo" : null;
}
