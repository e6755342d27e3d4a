import assert from "node:assert/strict";
import test from "node:test";

import { CARD, KEYS, shuttled, wanted } from "../../../pages/components/player/keys.js";

const event = (key, within = "", more = {}) => ({
  key,
  composedPath: () => [{ closest: (selector) => (within && selector.includes(within) ? {} : null) }],
  ...more,
});

test("keys are the player's anywhere but where they have a meaning of their own", () => {
  assert.deepEqual(["j", "K", "L", " ", ",", "ArrowUp", "Home", "?"].map((key) => wanted(event(key))), [
    "backwards", "stop", "forwards", "play", "back", "scene-back", "start", "keys",
  ]);
  for (const within of ["textarea", "[role=grid]", "[role=dialog]"]) assert.equal(wanted(event("l", within)), null);
  assert.equal(wanted(event(" ", "button")), null);
  assert.equal(wanted(event("l", "button")), "forwards");
  assert.equal(wanted(event("l", "", { ctrlKey: true })), null);
  assert.equal(wanted(event("z")), null);
  assert.deepEqual(["i", "O", "p", "x", "Escape", "m"].map((key) => wanted(event(key))), ["in", "out", "loop", "clear", "clear", "note"]);
});

test("a list that names its keys leaves the player all others", () => {
  const list = { "[data-own-keys]": { dataset: { ownKeys: "ArrowUp End" } }, "[role=grid]": {} };
  const closest = (selector) => Object.entries(list).find(([part]) => selector.includes(part))?.[1] ?? null;
  const inList = (key) => wanted({ key, composedPath: () => [{ closest }] });
  assert.deepEqual(["ArrowUp", "End", "ArrowLeft", "l", " "].map(inList), [null, null, "back", "forwards", "play"]);
});

test("J and L begin at the film's speed, double it, and turn round", () => {
  assert.deepEqual([0, 1, 2, 4, 8, -2].map((speed) => shuttled(speed, 1)), [1, 2, 4, 8, 8, 1]);
  assert.deepEqual([0, -1, -4, -8, 4].map((speed) => shuttled(speed, -1)), [-1, -2, -8, -8, -1]);
});

test("the card names every key", () => {
  const named = CARD.map(([keys]) => keys).join(" ").toLowerCase();
  const signs = { " ": "space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "esc" };
  for (const key of Object.keys(KEYS)) assert.ok(named.includes((signs[key] ?? key).toLowerCase()), key);
});
