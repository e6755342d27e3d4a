// Strokes over scenes on the strip of targets.

import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, levelOf } from "../../../pages/components/target_strip/keys.js";
import { percentOf, sceneAt, Stroke } from "../../../pages/components/target_strip/stroke.js";
import { Strokes } from "../../../pages/components/target_strip/strokes.js";

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
  const [sad, none] = [{ expression: "sad", intensity: null }, { expression: null, intensity: null }];
  assert.deepEqual(stroke.over(sad, 1, "fear"), { expression: "fear", intensity: null });
  assert.deepEqual(stroke.over(sad, 1, "intensity"), { expression: "sad", intensity: 0.4 });
  assert.deepEqual(stroke.over(sad, 1, "erase"), none);
  assert.deepEqual(stroke.over(none, 0, "fear"), none);
});

test("strokes are sent one after the other, and lie over what is stored until they are", () => {
  const sent = [];
  const strokes = new Strokes((stroke) => sent.push(stroke));
  const target = () => strokes.over({ expression: null, intensity: null }, 2);
  strokes.with("intensity", scenes).at(2, 45);
  strokes.with("intensity", scenes).at(2, 50);
  strokes.with("fear", scenes).at(2, 50);
  strokes.end();
  assert.deepEqual(sent, [{ brush: "intensity", scenes: [[60, 50]] }]);
  assert.deepEqual(target(), { expression: "fear", intensity: 0.5 });
  strokes.settled();
  assert.deepEqual(sent[1], { brush: "fear", scenes: [[60, null]] });
  assert.deepEqual(target(), { expression: "fear", intensity: null });
  strokes.settled();
  assert.deepEqual(target(), { expression: null, intensity: null });
  assert.equal(sent.length, 2);
});

test("keys go through the scenes, raise in steps, draw, erase and cancel; other keys are not the strip's", () => {
  const press = (key, more) => asked({ key, shiftKey: false, ...Object(more) }, 1, 5);
  assert.deepEqual(press("ArrowRight"), { to: 2, draws: false });
  assert.deepEqual(press("ArrowLeft", { shiftKey: true }), { to: 0, draws: true });
  assert.deepEqual(asked({ key: "ArrowLeft", shiftKey: false }, 0, 5), { to: 0, draws: false });
  assert.deepEqual(["Home", "End"].map((key) => press(key).to), [0, 4]);
  assert.deepEqual(["ArrowUp", "PageDown"].map((key) => press(key)), [{ by: 5 }, { by: -20 }]);
  assert.deepEqual(["Enter", "Delete", "Escape"].map((key) => press(key)), [{ draws: true }, { erases: true }, { cancels: true }]);
  assert.deepEqual([press(" "), press("j"), press("ArrowUp", { ctrlKey: true })], [null, null, null]);
});

test("keys begin at the target, else at what is read, else at half", () => {
  const read = { dominant: "sad", intensity: 0.43 };
  assert.equal(levelOf({ intensity: 0.8 }, read), 80);
  assert.equal(levelOf({ intensity: null }, read), 45);
  assert.equal(levelOf({ intensity: null }, { dominant: null, intensity: 0.9 }), 50);
});
