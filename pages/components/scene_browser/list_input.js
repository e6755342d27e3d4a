// What pointer and keys do in the list of scenes.

import { changeOfKey } from "./changes.js";
import { led } from "./drawing/geometry.js";

const SCROLLS = ["wheel", "touchmove", "pointerdown"];

/** Let the user go through a `SceneList`. */
export function listen(list) {
  const root = list.list;
  const on = (kind, act, options) => root.addEventListener(kind, act, options);
  // A press on the list itself and not on a scene is one on its scroll bar.
  const scrolled = (event) => (event.type !== "pointerdown" || event.target === root) && list.unfollow();
  for (const kind of SCROLLS) on(kind, scrolled, { passive: true });
  on("click", (event) => click(list, event));
  on("dblclick", ({ target }) => target.closest(".name") && list.on.change("rename"));
  on("contextmenu", (event) => menu(list, event));
  on("keydown", (event) => key(list, event));
}

/** The place of the scene under the pointer; null for none, and for a field. */
function placeOf({ target }) {
  const item = target.closest("input") ? null : target.closest("[data-place]");
  return item ? Number(item.dataset.place) : null;
}

function click(list, event) {
  const place = placeOf(event);
  if (place === null) return;
  const [extend, add] = [event.shiftKey, event.ctrlKey || event.metaKey];
  list.choose(place, { extend, add });
  if (!extend && !add) list.go(place);
}

function menu(list, event) {
  const place = placeOf(event);
  if (place === null) return;
  event.preventDefault();
  openMenu(list, place, { x: event.clientX, y: event.clientY });
}

function openMenu(list, place, where) {
  if (!list.choice.ids.has(list.ids[place])) list.choose(place);
  list.on.menu(where);
}

function key(list, event) {
  if (event.target.closest("input, .head") || list.scenes.length === 0) return;
  const act = action(list, event);
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/** What a key does; null where it is not the list's. */
function action(list, event) {
  const { key: name, shiftKey } = event;
  const place = list.focusable;
  const change = changeOfKey(event);
  if (change) {
    if (list.choice.ids.size === 0) list.choose(place);
    return () => list.on.change(change);
  }
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return name === "a" ? () => list.chooseAll() : null;
  if (name === "Enter") return () => (list.choose(place), list.go(place));
  if (name === "Escape") return list.choice.ids.size > 1 ? () => list.choose(place) : null;
  if (name === "ContextMenu" || (name === "F10" && shiftKey)) {
    const { left, bottom } = list.items.make(place, list).getBoundingClientRect();
    return () => openMenu(list, place, { x: left + 12, y: bottom - 8 });
  }
  const to = led(name, place, { count: list.scenes.length, perRow: list.perRow, rows: list.rowsInView });
  return to === null ? null : () => list.moveTo(to, shiftKey);
}
