import assert from "node:assert/strict";
import test from "node:test";

import { Axis } from "../../../pages/components/film_charts/axis.js";

const outline = { starts: [0, 2, 10], frames: [0, 48, 240], end: 12, rate: [24, 1] };

test("on the axis of time a place is a share of the seconds shown", () => {
  const axis = new Axis({ axis: "time", zero: 1000 }, outline, [2, 6]);
  assert.deepEqual(axis.range, [3000, 7000]);
  assert.equal(axis.placeOf(3), 0.25);
  assert.equal(axis.timeAt(0.25), 3);
});

test("on the axis of scenes each scene shown is equally wide", () => {
  const axis = new Axis({ axis: "scenes", zero: 1000 }, outline, [0, 12]);
  assert.deepEqual(axis.range, [0.5, 3.5]);
  assert.equal(axis.placeOf(6), 0.5);
  assert.equal(axis.timeAt(0.5), 6);
});

test("what was drawn for one range is moved and stretched to another", () => {
  const axis = new Axis({ axis: "time", zero: 0 }, outline, [2, 4]);
  assert.equal(axis.matrixFrom([0, 8000], 100), "matrix(4, 0, 0, 1, -100, 0)");
  assert.equal(axis.matrixFrom([2000, 4000], 100), "none");
});
