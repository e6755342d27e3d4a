import assert from "node:assert/strict";
import test from "node:test";

import { moved, scaled, within } from "../../../pages/components/film_charts/span.js";

test("what a chart shows lies inside the film, keeps its length where it can, and is half a second at least", () => {
  assert.deepEqual(within([2, 5], 10), [2, 5]);
  assert.deepEqual(within([-2, 1], 10), [0, 3]);
  assert.deepEqual(within([9, 12], 10), [7, 10]);
  assert.deepEqual(within([-5, 50], 10), [0, 10]);
  assert.deepEqual(within([4, 4], 10), [3.75, 4.25]);
  assert.deepEqual(within([0, 1], 0.2), [0, 0.2]);
});

test("zooming leaves the time under the pointer where it is", () => {
  assert.deepEqual(scaled([0, 8], 2, 0.5), [1, 5]);
  assert.deepEqual(scaled([1, 5], 2, 2), [0, 8]);
  assert.deepEqual(moved([2, 6], 0.25), [3, 7]);
});
