// When and where sampled faces are drawn over the playing picture.

import assert from "node:assert/strict";
import test from "node:test";

import { sampleArea, strength } from "../../../pages/components/player/face_overlay.js";

const close = (actual, expected) => actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-9, `${actual}`));

test("a sampled frame is drawn fully at its own frame, weaker away from it, and never beyond what it speaks for", () => {
  const sample = { frame: 12, shown: [6, 18] };
  assert.equal(strength(sample, 12), 1);
  assert.deepEqual([5, 18, 40].map((frame) => strength(sample, frame)), [0, 0, 0]);
  const [left, right] = [[12, 11, 10, 9, 8, 7, 6], [12, 13, 14, 15, 16, 17]].map((frames) =>
    frames.map((frame) => strength(sample, frame)),
  );
  for (const side of [left, right]) {
    assert.ok(side.every((value, i) => value > 0 && (i === 0 || value < side[i - 1])), `${side}`);
  }
});

test("at a cut the faces end, however near their own frame is", () => {
  const first = { frame: 30, shown: [30, 37] };
  assert.deepEqual([29, 30].map((frame) => strength(first, frame)), [0, 1]);
  assert.deepEqual([29, 30].map((frame) => strength({ frame: 29, shown: [24, 30] }, frame)), [1, 0]);
});

test("the area is the picture's: between bars at its sides, or above and below", () => {
  close(sampleArea(800, 300, 2, 2), [100, 0, 600, 300]);
  close(sampleArea(600, 400, 2, 2.001), [0, 50, 600, 300]); // rounding
  close(sampleArea(600, 400, 0.5, 0.5), [200, 0, 200, 400]); // a film that stands upright
});

test("in a copy of a film whose shape changes, a frame lies between that copy's own bars", () => {
  close(sampleArea(800, 400, 2, 1), [200, 0, 400, 400]);
  close(sampleArea(1000, 400, 2, 4), [100, 100, 800, 200]);
});
