// The changes of scenes that can be asked for, with their keys.

import { sceneAt } from "./drawing/geometry.js";

const isMac = () => /Mac|iP(?:hone|ad)/.test(globalThis.navigator?.platform ?? "");

/** The change that a key asks for; null for none. */
export function changeOfKey({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  if (altKey) return null;
  const name = key.length === 1 ? key.toLowerCase() : key;
  if (ctrlKey || metaKey) return { j: shiftKey ? "merge-before" : "merge", k: "split", b: "move" }[name] ?? null;
  return shiftKey ? null : ({ F2: "rename", Delete: "mark" }[name] ?? null);
}

/** The keys of a change as they are shown. */
export function keysOf(change, mac = isMac()) {
  const held = mac ? "⌘" : "Ctrl+";
  const keys = { merge: `${held}J`, "merge-before": `${held}${mac ? "⇧" : "Shift+"}J`, split: `${held}K`, move: `${held}B` };
  return keys[change] ?? { rename: "F2", mark: "Delete" }[change];
}

/** The changes for the menu of the `chosen` scenes, which ascend; `all` are the film's. */
export function offered(chosen, all) {
  const [first] = chosen;
  const several = chosen.length > 1;
  return [
    { change: "merge", label: several ? `Merge these ${chosen.length} scenes` : "Merge with the next scene" },
    ...(several ? [] : [{ change: "merge-before", label: "Merge with the scene before" }]),
    { change: "split", label: "Split at the playhead" },
    ...(several
      ? []
      : [
          { change: "move", label: "Begin at the playhead" },
          { change: "rename", label: "Rename" },
        ]),
    { change: "mark", label: first?.counts === false ? "Mark as film" : "Mark as not film" },
  ].map((item) => ({ ...item, keys: keysOf(item.change), problem: request(item.change, chosen, all, null).problem }));
}

/**
 * What to ask the page for: {request}, or {problem}, a sentence. `frame` is the playhead's, null where it is not known
 * or not yet asked for.
 */
export function request(change, chosen, all, frame) {
  const [first] = chosen;
  if (!first && change !== "split") return { problem: "Choose a scene first." };
  switch (change) {
    case "merge":
      return merged(chosen.length > 1 ? chosen : all.slice(first.number - 1, first.number + 1), "There is no scene after this one.");
    case "merge-before":
      return merged(all.slice(Math.max(0, first.number - 2), first.number), "There is no scene before this one.");
    case "split":
      return frame === null ? {} : splitAt(all, frame);
    case "move":
      if (first.number === 1) return { problem: "The first scene begins where the film begins." };
      return frame === null ? {} : asked("move", [first], { frame });
    case "mark":
      return asked("mark", chosen, { mark: first.counts ? "not film" : "film" });
    default:
      return asked(change, [first], {});
  }
}

function merged(scenes, alone) {
  if (scenes.length < 2) return { problem: alone };
  const isRow = scenes.every((scene, place) => scene.number === scenes[0].number + place);
  if (!isRow) return { problem: "Only scenes that follow each other in the film can be merged." };
  return asked("merge", scenes, {});
}

function splitAt(all, frame) {
  const scene = all[sceneAt(all, frame)];
  if (!scene) return { problem: "The playhead is in no scene." };
  if (scene.frame_in === frame) return { problem: `Scene ${scene.number} begins at the playhead: go to the frame where the second part begins.` };
  return asked("split", [scene], { frame });
}

function asked(change, scenes, more) {
  return { request: { change, scenes: scenes.map(({ id }) => id), ...more } };
}
