// Strokes over scenes on the strip of targets.

import assert from "node:assert/strict";
import { test } from "node:test";

import { percentOf, sceneAt, Stroke } from "../../../pages/components/target_strip/stroke.js";

const scenes = [0, 1, 2, 3, 6].map((start, i, all) => ({
  id: 30 * i,
  start,
  end: all[i + 1] ?? 10,
  target_expression: i === 1 ? "sad" : null,
  target_intensity: null,
}));

test("a time is in one scene, before the film in the first and from its end on in the last", () => {
  assert.deepEqual([-1, 0.5, 1, 3.5, 6, 12].map((seconds) => sceneAt(scenes, seconds)), [0, 0, 1, 3, 4, 4]);
});

test("a level is per cent in steps of five, within 0 and 100", () => {
  assert.deepEqual([-1, 0.02, 0.031, 0.5, 2].map(percentOf), [0, 0, 5, 50, 100]);
});

test("a fast stroke passes the scenes between two events, at levels in between, in either direction", () => {
  for (const [from, to] of [[{ seconds: 0.5, level: 0 }, { seconds: 9, level: 1 }], [{ seconds: 9, level: 1 }, { seconds: 0.5, level: 0 }]]) {
    const stroke = new Stroke(scenes);
    stroke.to(from);
    stroke.to(to);
    assert.deepEqual(stroke.sent("intensity"), {
      brush: "intensity",
      scenes: [[0, 0], [30, 25], [60, 50], [90, 75], [120, 100]],
    });
  }
});

test("a brush changes one field, the eraser both", () => {
  const stroke = new Stroke(scenes);
  stroke.to({ seconds: 1.5, level: 0.4 });
  assert.deepEqual(stroke.sent("fear"), { brush: "fear", scenes: [[30, null]] });
  assert.deepEqual(stroke.target(1, "fear"), { expression: "fear", intensity: null });
  assert.deepEqual(stroke.target(1, "intensity"), { expression: "sad", intensity: 0.4 });
  assert.deepEqual(stroke.target(1, "erase"), { expression: null, intensity: null });
  assert.deepEqual(stroke.target(0, "fear"), { expression: null, intensity: null });
});
