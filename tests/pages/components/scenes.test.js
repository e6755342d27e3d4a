import assert from "node:assert/strict";
import test from "node:test";

import { frameAtTime, fromSceneAxis, lastAtMost, sceneSpan, toSceneAxis } from "../../../pages/components/film_charts/scenes.js";

const outline = { starts: [0, 2, 10], frames: [0, 48, 240], end: 12, rate: [24, 1] };

test("a value is found among ascending ones, and what lies before the first belongs to it", () => {
  assert.deepEqual([-1, 0, 1.9, 2, 9, 10, 99].map((value) => lastAtMost(outline.starts, value)), [0, 0, 0, 1, 1, 2, 2]);
});

test("a scene ends where the next one begins, the last one with the film", () => {
  assert.deepEqual([0, 1, 2].map((index) => sceneSpan(outline, index)), [[0, 2], [2, 10], [10, 12]]);
});

test("on the axis of scenes each scene takes a place of 1 around its number, and time runs evenly in it", () => {
  const places = [[0, 0.5], [1, 1], [2, 1.5], [4, 1.75], [10, 2.5], [12, 3.5]];
  for (const [seconds, place] of places) {
    assert.equal(toSceneAxis(outline, seconds), place);
    assert.equal(fromSceneAxis(outline, place), seconds);
  }
  assert.equal(toSceneAxis(outline, 13), 3.5);
  assert.equal(fromSceneAxis(outline, 9), 12);
});

test("the frame at a time is the last one that began, by the rate or by the frames' own times", () => {
  assert.deepEqual([0, 0.041, 1 / 24, 0.0834, 1].map((at) => frameAtTime(at, [24, 1], null)), [0, 0, 1, 2, 24]);
  assert.equal(frameAtTime(1001, [24000, 1001], null), 24000);
  assert.deepEqual([0, 0.05, 0.12, 9].map((at) => frameAtTime(at, null, [0, 0.04, 0.12])), [0, 1, 2, 2]);
});
