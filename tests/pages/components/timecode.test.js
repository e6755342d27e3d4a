import assert from "node:assert/strict";
import test from "node:test";

import { frameAt, frameNumber, sceneNumber, sceneStart, seekTime } from "../../../pages/components/player/timecode.js";

const TIMES = [0, 0.04, 0.08, 0.2, 0.24];
const STARTS = [0, 40, 71];

test("the frame at a time is the nearest one", () => {
  assert.deepEqual([-1, 0, 0.019, 0.021, 0.13, 0.15, 0.24, 9].map((time) => frameAt(TIMES, time)), [0, 0, 0, 1, 2, 3, 4, 4]);
});

test("a seek goes just behind the frame's start, and no further than its middle", () => {
  assert.equal(seekTime(TIMES, 2, 25), 0.08 + 0.002);
  assert.equal(seekTime([0, 0.001], 0, 25), 0.0005);
  assert.equal(seekTime(TIMES, 4, 25), 0.24 + 0.002); // the last frame lasts as long as the rate says
});

test("the frame number is the nearest one at a fractional rate, halves upward", () => {
  const frames = [0, 1, 29, 30, 17981, 17982, 107892];
  assert.deepEqual(frames.map((frame) => frameNumber((frame * 1001) / 30000, 30000, 1001)), frames);
  assert.equal(frameNumber(0.5, 1, 1), 1);
});

test("a frame belongs to the scene that began last", () => {
  assert.deepEqual([0, 39, 40, 70, 71, 500].map((frame) => sceneNumber(STARTS, frame)), [1, 1, 2, 2, 3, 3]);
  assert.equal(sceneNumber([5], 4), 0);
});

test("a step back goes to the scene's first frame, and from there to the scene before", () => {
  assert.deepEqual([50, 40, 41, 0, 71].map((frame) => sceneStart(STARTS, frame, -1)), [40, 0, 40, undefined, 40]);
});

test("a step forward goes to the next scene's first frame", () => {
  assert.deepEqual([0, 39, 40, 71].map((frame) => sceneStart(STARTS, frame, 1)), [40, 40, 71, undefined]);
});
