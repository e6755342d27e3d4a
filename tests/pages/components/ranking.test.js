// The ranking of scenes by their distance from the target.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isOff, ranked, titleOf } from "../../../pages/components/deviation_list/ranking.js";

const scene = (number, target_result, deviation, target = "sad") => ({ number, target_result, deviation, target, name: "" });

test("missed targets come first, each kind from the largest deviation; without a target a scene is left out", () => {
  const scenes = [
    scene(1, "met", 0.6),
    scene(2, null, null),
    scene(3, "missed", 0.7),
    scene(4, null, null, null),
    scene(5, "missed", 0.9),
    scene(6, "within reach", 0.95),
    scene(7, "missed", 0.7),
  ];
  assert.deepEqual(ranked(scenes).map(({ number }) => number), [5, 3, 7, 6, 1, 2]);
  assert.deepEqual(ranked(scenes).map(isOff), [true, true, true, true, false, false]);
  assert.equal(titleOf({ number: 3, name: "Hall" }), "Scene 3 · Hall");
});
